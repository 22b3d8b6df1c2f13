import type { ModelGraph } from "./_model_graph.ts";

const LOOKUPS_PER_SLICE = 20_000;

/** The rules by which the next variable is chosen. */
export const ELIMINATION_RULES = ["narrow front", "minimum degree", "minimum fill"] as const;

/** How the next variable is chosen: fewest new variables at the front, fewest neighbours, or fewest new pairs. */
export type EliminationRule = typeof ELIMINATION_RULES[number];

/** An order of elimination and what each variable meets when its turn comes. */
export interface Elimination {
  readonly rule: EliminationRule;
  /** Variables, first eliminated first. */
  readonly order: Uint32Array;
  /** Neighbours of `order[t]` that come later, in the order in which they come. */
  readonly scopes: readonly Uint32Array[];
  /** Size of the largest scope. */
  readonly width: number;
  /** Sum of `2^size` of all scopes. */
  readonly work: number;
}

/**
 * Eliminates the variables one by one, joining the neighbours of each. Yields between slices of about a millisecond;
 * returns the size of a scope above `maxWidth`, where it gives up, instead of an order.
 */
export function* eliminationOrder(
  graph: ModelGraph,
  rule: EliminationRule,
  maxWidth: number,
): Generator<void, Elimination | number> {
  const n = graph.n;
  const neighbours = Array.from(
    { length: n },
    (_, i) => new Set(graph.columns.subarray(graph.rowPtr[i], graph.rowPtr[i + 1])),
  );
  const front = new Uint8Array(n);
  const scores = new Float64Array(n);
  let spent = 0;
  const rescore = (v: number) => {
    const own = neighbours[v].size;
    scores[v] = scoreOf(rule, neighbours, front, v);
    spent += 1 + (rule === "minimum fill" ? own * own : own);
  };
  for (let v = 0; v < n; v++) {
    rescore(v);
    if (spent > LOOKUPS_PER_SLICE) {
      spent = 0;
      yield;
    }
  }
  const position = new Uint32Array(n);
  const order = new Uint32Array(n);
  const scopes: Uint32Array[] = [];
  let width = 0;
  let work = 0;
  for (let t = 0; t < n; t++) {
    let best = 0;
    for (let v = 1; v < n; v++) if (scores[v] < scores[best]) best = v;
    const scope = Uint32Array.from(neighbours[best]);
    if (scope.length > maxWidth) return scope.length;
    order[t] = best;
    position[best] = t;
    scopes.push(scope);
    width = Math.max(width, scope.length);
    work += 2 ** scope.length;
    scores[best] = Infinity;
    spent += n / 16 + scope.length ** 2;
    for (const v of join(neighbours, front, best, scope, rule)) rescore(v);
    if (spent > LOOKUPS_PER_SLICE) {
      spent = 0;
      yield;
    }
  }
  for (const scope of scopes) scope.sort((a, b) => position[a] - position[b]);
  return { rule, order, scopes, width, work };
}

// the variables whose scores change
function join(
  neighbours: Set<number>[],
  front: Uint8Array,
  v: number,
  scope: Uint32Array,
  rule: EliminationRule,
): Iterable<number> {
  const touched = new Set<number>(scope);
  for (const a of scope) {
    const own = neighbours[a];
    own.delete(v);
    for (const b of scope) {
      if (b === a || own.has(b)) continue;
      own.add(b);
      if (rule === "minimum fill") { for (const c of own) touched.add(c); }
    }
    if (rule === "narrow front" && front[a] === 0) {
      front[a] = 1;
      for (const c of own) touched.add(c);
    }
  }
  neighbours[v].clear();
  return touched;
}

function scoreOf(rule: EliminationRule, neighbours: Set<number>[], front: Uint8Array, v: number): number {
  const own = neighbours[v];
  if (rule === "minimum degree") return own.size;
  if (rule === "narrow front") {
    let added = 0;
    for (const a of own) added += 1 - front[a];
    // among equals the one at the front leaves it; a fresh start comes last
    return front[v] === 1 ? added - 1 : added + (own.size > added ? 0 : neighbours.length);
  }
  let missing = 0;
  for (const a of own) {
    const others = neighbours[a];
    missing += own.size - 1;
    for (const b of own) if (others.has(b)) missing--;
  }
  return missing / 2;
}

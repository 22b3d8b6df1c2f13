import { setImmediate } from "node:timers";
import { checkOptionNames } from "../../model/mod.ts";
import { Rng } from "../../random/mod.ts";
import { ChainLayout } from "./_chain_layout.ts";
import { trimChains } from "./_trim_chains.ts";
import { EmbeddingError } from "./embedding_error.ts";
import type { Embedding, HardwareGraph, SourceEdges } from "./types.ts";

const CANNOT = "Cannot embed the graph";
const FIRST_PRICE = 8;
const LAST_PRICE = 64;
const PRICE_GROWTH = 1.1;
const MOST_IMPROVEMENTS = 30;
const SLICE_MS = 8;

/** How {@link minorEmbedding} works. */
export interface MinorEmbeddingOptions {
  /** Number of variables; those without an edge get a qubit too. @default {one more than the last in an edge} */
  readonly variables?: number;
  /** Seed, an integer from 0. @default {0} */
  readonly seed?: number;
  /** Wall time after which the search stops with what it has. @default {60000} */
  readonly timeLimitMs?: number;
  /** Times that the search begins anew. @default {20} */
  readonly numTries?: number;
  /** Rounds over all variables of a try. @default {40} */
  readonly numRounds?: number;
  /** Chains to go on from, one a variable, as an `EmbeddingError` or an embedding has them. @default {none} */
  readonly initialChains?: readonly ArrayLike<number>[];
  /** Stops the search, which gives what it has. */
  readonly signal?: AbortSignal;
}

/**
 * Finds chains of qubits for the variables of any graph on any other: a graph minor.
 *
 * One variable after the other is taken off and put where the sum of its distances to the chains of its neighbours is least, along
 * shortest paths; half of a path goes to the neighbour. Chains may share qubits at first: a qubit with u chains costs
 * `toll price^u`; the price grows from round to round, and the toll where qubits stay shared. Once no qubit is shared,
 * variables are moved as long as chains become shorter, and ends are trimmed.
 *
 * A heuristic: that it finds nothing proves nothing. For dense graphs on a known machine `embedKing` and `cliqueEmbedding` take
 * milliseconds and give shorter chains. The same seed gives the same chains unless time ends the search.
 *
 * @param edges pairs of variables, 0-based; a pair may come twice
 * @param target the machine's graph
 * @returns a fresh embedding, checked by nothing but its construction: `checkEmbedding` looks at it anew
 * @throws {EmbeddingError} if none is found, with the best chains so far and the qubits that they take; at once if the graph
 *   needs more qubits than there are
 * @throws {RangeError} if an edge or an option is out of range
 * @throws {TypeError} if an option is unknown, or there is not one initial chain a variable
 *
 * Cost a round takes two searches an edge, each O(q log q) for the q qubits within reach.
 * Source: J. Cai, W. G. Macready and A. Roy, A practical heuristic for finding graph minors (2014), arXiv 1406.2741; tolls: L.
 * McMurchie and C. Ebeling, PathFinder: a negotiation-based performance-driven router for FPGAs (1995), DOI
 * 10.1145/201310.201328. Differs in: tolls, searches of one radius, paths that are shared with the neighbour.
 *
 * @example A triangle on a square of four qubits
 * ```ts
 * import { checkEmbedding, hardwareGraph, minorEmbedding } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const square = hardwareGraph("square", [0, 1, 2, 3], [[0, 1], [1, 2], [2, 3], [3, 0]]);
 * const edges = [[0, 1], [1, 2], [0, 2]] as const;
 * const embedding = await minorEmbedding(edges, square, { seed: 1 });
 * checkEmbedding(edges, embedding);
 * assertEquals(embedding.chains.length, 3);
 * ```
 */
export async function minorEmbedding(
  edges: SourceEdges,
  target: HardwareGraph,
  options: MinorEmbeddingOptions = {},
): Promise<Embedding> {
  const search = new Search([...edges], target, options);
  return Object.freeze({ target, chains: await search.run() });
}

class Search {
  readonly #edges: readonly (readonly [number, number])[];
  readonly #target: HardwareGraph;
  readonly #layout: ChainLayout;
  readonly #order: Uint32Array;
  readonly #rng: Rng;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #numTries: number;
  readonly #numRounds: number;
  readonly #timeLimitMs: number;
  #warm: boolean;
  #pausedAt = performance.now();
  #best: { readonly chains: Uint32Array[]; readonly shared: number } | undefined;

  constructor(edges: readonly (readonly [number, number])[], target: HardwareGraph, options: MinorEmbeddingOptions) {
    checkOptionNames(CANNOT, options, KNOWN);
    const { seed = 0, timeLimitMs = 60_000, numTries = 20, numRounds = 40, initialChains, signal } = options;
    for (const [name, value] of Object.entries({ numTries, numRounds })) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RangeError(`${CANNOT}: ${name} must be an integer from 1, got ${value}`);
      }
    }
    if (!(timeLimitMs > 0)) {
      throw new RangeError(`${CANNOT}: timeLimitMs must be a positive number, got ${timeLimitMs}`);
    }
    const neighbours = neighboursOf(edges, options.variables);
    checkRoom(neighbours, target);
    this.#edges = edges;
    this.#target = target;
    this.#layout = new ChainLayout(target, neighbours);
    this.#order = new Uint32Array(neighbours.length).map((_, v) => v);
    this.#rng = new Rng(seed);
    this.#deadline = this.#pausedAt + timeLimitMs;
    this.#timeLimitMs = timeLimitMs;
    this.#signal = signal;
    [this.#numTries, this.#numRounds] = [numTries, numRounds];
    this.#warm = initialChains !== undefined;
    if (initialChains !== undefined) addInitial(this.#layout, initialChains, neighbours.length, target);
  }

  async run(): Promise<Uint32Array[]> {
    for (let attempt = 0; attempt < this.#numTries && !this.#stopped; attempt++) {
      if (!this.#warm) {
        this.#layout.clear();
        this.#walk();
      }
      this.#warm = false;
      if (await this.#separate()) return await this.#shorten();
    }
    const { chains, shared } = this.#best ?? { chains: this.#layout.taken(), shared: this.#layout.shared };
    const qubits = chains.reduce((sum, chain) => sum + chain.length, 0);
    throw new EmbeddingError(
      `${CANNOT}: found no chains for ${chains.length} variables and ${this.#edges.length} edges on ${this.#target.name} ` +
        `of ${this.#target.nodes.length} qubits ${this.#why()}; the best would need ${qubits} qubits, ${shared} of them ` +
        `are taken twice; give it more time, another seed, or solve the model in pieces (largeNeighbourhoodSearch)`,
      chains,
      shared,
    );
  }

  #why(): string {
    if (this.#signal?.aborted) return "before it was stopped";
    if (performance.now() >= this.#deadline) return `within ${this.#timeLimitMs} ms`;
    return `in ${this.#numTries} tries of ${this.#numRounds} rounds`;
  }

  // neighbours come soon after each other, so that the first round finds them close
  #walk(): void {
    const order = this.#rng.shuffle(this.#order.slice());
    const seen = new Set<number>();
    const walked: number[] = [];
    for (const start of order) {
      if (seen.has(start)) continue;
      seen.add(start);
      const first = walked.push(start) - 1;
      for (let at = first; at < walked.length; at++) {
        for (const next of this.#layout.neighboursOf(walked[at])) {
          if (!seen.has(next)) walked.push((seen.add(next), next));
        }
      }
    }
    this.#order.set(walked);
  }

  // true when no qubit is shared any more
  async #separate(): Promise<boolean> {
    let price = FIRST_PRICE;
    for (let round = 0; round < this.#numRounds; round++) {
      const whole = this.#layout.chains.every((chain) => chain.size > 0);
      if (whole) this.#note();
      if (whole && this.#best?.shared === 0) return true;
      if (!await this.#round(price)) break;
      this.#layout.charge();
      price = Math.min(LAST_PRICE, price * PRICE_GROWTH);
      this.#rng.shuffle(this.#order);
    }
    this.#note();
    return this.#best?.shared === 0;
  }

  // moves every variable once; false if there is no way, or no time
  async #round(price: number): Promise<boolean> {
    for (const variable of this.#order) {
      if (performance.now() - this.#pausedAt > SLICE_MS) await this.#pause();
      if (this.#stopped || !this.#layout.place(variable, price, this.#rng)) return false;
    }
    return true;
  }

  #note(): void {
    const { shared, chains } = this.#layout;
    if (chains.some((chain) => chain.size === 0) || shared >= (this.#best?.shared ?? Infinity)) return;
    this.#best = { chains: this.#layout.taken(), shared };
  }

  // no qubit is shared: the way a variable has is always open to it
  async #shorten(): Promise<Uint32Array[]> {
    const layout = this.#layout;
    layout.forgive();
    let best = trimChains(this.#target, layout.taken(), this.#edges);
    let least = qubitsOf(best);
    for (let idle = 0, round = 0; idle < 2 && round < MOST_IMPROVEMENTS; round++) {
      this.#rng.shuffle(this.#order);
      if (!await this.#round(Infinity)) break;
      const chains = trimChains(this.#target, layout.taken(), this.#edges);
      idle = qubitsOf(chains) < least ? 0 : idle + 1;
      if (qubitsOf(chains) < least) [best, least] = [chains, qubitsOf(chains)];
    }
    return best.map((chain) => chain.sort());
  }

  get #stopped(): boolean {
    return this.#signal?.aborted === true || performance.now() >= this.#deadline;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#pausedAt = performance.now();
  }
}

const KNOWN = ["variables", "seed", "timeLimitMs", "numTries", "numRounds", "initialChains", "signal"];

function qubitsOf(chains: readonly Uint32Array[]): number {
  return chains.reduce((sum, chain) => sum + chain.length, 0);
}

function neighboursOf(edges: readonly (readonly [number, number])[], variables: number | undefined): number[][] {
  const count = variables ?? edges.reduce((most, [i, j]) => Math.max(most, i + 1, j + 1), 0);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`${CANNOT}: variables must be an integer from 0, got ${count}`);
  }
  const sets = Array.from({ length: count }, () => new Set<number>());
  for (const [i, j] of edges) {
    if (sets[i] === undefined || sets[j] === undefined || i === j) {
      throw new RangeError(`${CANNOT}: edge (${i}, ${j}) is no pair of ${count} variables`);
    }
    sets[i].add(j);
    sets[j].add(i);
  }
  return sets.map((set) => [...set]);
}

// a chain of L qubits of D neighbours each has L (D - 2) + 2 couplers to the outside at most
function checkRoom(neighbours: readonly (readonly number[])[], { name, nodes, rowPtr }: HardwareGraph): void {
  const degree = nodes.reduce((most, _, q) => Math.max(most, rowPtr[q + 1] - rowPtr[q]), 0);
  const least = neighbours.reduce((sum, { length }) => {
    if (length <= degree) return sum + 1;
    return sum + (degree > 2 ? Math.ceil((length - 2) / (degree - 2)) : Infinity);
  }, 0);
  if (least <= nodes.length) return;
  const needed = Number.isFinite(least) ? `at least ${least} qubits` : `qubits with more than ${degree} neighbours`;
  throw new EmbeddingError(
    `${CANNOT}: its ${neighbours.length} variables need ${needed}, ${name} has ${nodes.length}; solve the model in pieces ` +
      `(largeNeighbourhoodSearch)`,
    neighbours.map(() => new Uint32Array(0)),
    0,
  );
}

function addInitial(
  layout: ChainLayout,
  initial: readonly ArrayLike<number>[],
  variables: number,
  { nodes }: HardwareGraph,
): void {
  if (initial.length !== variables) {
    throw new TypeError(`${CANNOT}: got ${initial.length} initial chains for ${variables} variables`);
  }
  initial.forEach((chain, variable) => {
    for (let k = 0; k < chain.length; k++) {
      if (!Number.isSafeInteger(chain[k]) || chain[k] < 0 || chain[k] >= nodes.length) {
        throw new RangeError(`${CANNOT}: initial chain ${variable} has qubit ${chain[k]} of ${nodes.length}`);
      }
      layout.add(variable, chain[k]);
    }
  });
}

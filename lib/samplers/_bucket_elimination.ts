import {
  addTable,
  averageBlock,
  countBlock,
  fillFields,
  fillPlaces,
  minimiseBlock,
  startBlock,
} from "./_bucket_tables.ts";
import type { Elimination } from "./_elimination_order.ts";
import type { ModelGraph } from "./_model_graph.ts";

const BLOCK_BITS = 13;
const ALWAYS = 0xffffffff;

/** What the elimination works out: the minimum, the minimum and its multiplicity, or the sum over all states. */
export type EliminationGoal = "minimum" | "ground states" | "Gibbs";

/** What eliminating every variable found. */
export interface Eliminated {
  /** The minimum, or `-log sum_s exp(-E(s))` for the goal "Gibbs"; without the constant of the energy. */
  readonly value: number;
  /** Natural logarithm of the number of ground states, for that goal. */
  readonly ways: number;
  /** Draws spins `[n]`, last eliminated first: of the minimum, or with one 32-bit draw a variable. */
  draw(spins: Int8Array, uint32: () => number): void;
}

interface Table {
  readonly scope: Uint32Array;
  readonly values: Float64Array;
  readonly ways: Float64Array | undefined;
}

/** Bytes of the largest set of tables alive at one time, choices included. */
export function eliminationBytes(elimination: Elimination, goal: EliminationGoal): number {
  const sums = goal === "ground states" ? 16 : 8;
  const received = tableParents(elimination);
  let [live, most] = [0, 0];
  elimination.scopes.forEach((scope, t) => {
    const size = 2 ** scope.length;
    live += size * sums + (goal === "minimum" ? Math.max(4, size / 8) : 4 * size);
    most = Math.max(most, live);
    for (const child of received[t]) live -= 2 ** elimination.scopes[child].length * sums;
  });
  return most;
}

// the tables that arrive at each variable, by its place in the order
function tableParents({ order, scopes }: Elimination): number[][] {
  const position = positions(order);
  const received: number[][] = Array.from(order, () => []);
  scopes.forEach((scope, t) => {
    if (scope.length > 0) received[position[scope[0]]].push(t);
  });
  return received;
}

function positions(order: Uint32Array): Uint32Array {
  const position = new Uint32Array(order.length);
  order.forEach((v, t) => position[v] = t);
  return position;
}

/**
 * Eliminates the variables in order: the table of each says, for every choice of the spins of its scope, what is left once
 * the variable is summed out. Couplings and fields are in units of energy for a minimum, of 1 / beta for "Gibbs". Yields the
 * share done between blocks.
 */
export function* eliminate(
  graph: ModelGraph,
  elimination: Elimination,
  goal: EliminationGoal,
  tolerance: number,
): Generator<number, Eliminated> {
  const { order, scopes } = elimination;
  const received: Table[][] = Array.from(order, () => []);
  const position = positions(order);
  const choices: (Int32Array | Uint32Array)[] = [];
  const pool = new TablePool();
  const work = new Blocks(goal, tolerance);
  let [value, ways, done] = [0, 0, 0];
  for (let t = 0; t < order.length; t++) {
    const scope = scopes[t];
    const size = 2 ** scope.length;
    const out: Table = {
      scope,
      values: pool.take(size),
      ways: goal === "ground states" ? pool.take(size) : undefined,
    };
    const chosen = goal === "minimum" ? new Int32Array(Math.ceil(size / 32)) : new Uint32Array(size);
    work.open(graph, order[t], out, chosen, received[t]);
    for (let from = 0; from < size; from += work.blockSize) {
      work.run(from);
      yield (done + from) / elimination.work;
    }
    done += size;
    choices.push(chosen);
    for (const table of received[t]) {
      pool.give(table.values);
      if (table.ways !== undefined) pool.give(table.ways);
    }
    received[t] = [];
    if (scope.length > 0) received[position[scope[0]]].push(out);
    else {
      value += out.values[0];
      ways += out.ways?.[0] ?? 0;
    }
  }
  return {
    value,
    ways,
    draw(spins, uint32) {
      for (let t = order.length - 1; t >= 0; t--) {
        const scope = scopes[t];
        let index = 0;
        for (let j = 0; j < scope.length; j++) if (spins[scope[j]] > 0) index |= 1 << j;
        const chosen = choices[t];
        if (goal === "minimum") spins[order[t]] = (chosen[index >>> 5] >>> (index & 31)) & 1 ? 1 : -1;
        else spins[order[t]] = uint32() < chosen[index] || chosen[index] === ALWAYS ? 1 : -1;
      }
    },
  };
}

/** Tables of the sizes that come again and again. */
class TablePool {
  readonly #free = new Map<number, Float64Array[]>();

  take(size: number): Float64Array {
    return this.#free.get(size)?.pop() ?? new Float64Array(size);
  }

  give(table: Float64Array): void {
    const kept = this.#free.get(table.length);
    if (kept === undefined) this.#free.set(table.length, [table]);
    else if (kept.length < 2) kept.push(table);
  }
}

interface Incoming {
  readonly table: Table;
  /** Place of each bit of the scope in the table; below 0 where the table does not have it. */
  readonly places: Int32Array;
  readonly low: Int32Array;
}

/** The work on one variable, a block of its table at a time. */
class Blocks {
  readonly #goal: EliminationGoal;
  readonly #tolerance: number;
  readonly #sums = new Float64Array(2 << BLOCK_BITS);
  readonly #sumsOfWays: Float64Array;
  readonly #fields = new Float64Array(1 << BLOCK_BITS);
  #J = new Float64Array(0);
  #bits = 0;
  #out: Table = { scope: new Uint32Array(0), values: new Float64Array(0), ways: undefined };
  #choices: Int32Array | Uint32Array = new Int32Array(0);
  #incoming: Incoming[] = [];

  constructor(goal: EliminationGoal, tolerance: number) {
    this.#goal = goal;
    this.#tolerance = tolerance;
    this.#sumsOfWays = new Float64Array(goal === "ground states" ? 2 << BLOCK_BITS : 0);
  }

  get blockSize(): number {
    return 1 << this.#bits;
  }

  open(
    { rowPtr, columns, values, linear }: ModelGraph,
    v: number,
    out: Table,
    choices: Int32Array | Uint32Array,
    received: Table[],
  ): void {
    const scope = out.scope;
    this.#out = out;
    this.#choices = choices;
    this.#bits = Math.min(BLOCK_BITS, scope.length);
    this.#J = new Float64Array(scope.length);
    for (let k = rowPtr[v]; k < rowPtr[v + 1]; k++) {
      const j = scope.indexOf(columns[k]);
      if (j >= 0) this.#J[j] = values[k];
    }
    fillFields(linear[v], this.#J, this.#bits, this.#fields);
    this.#incoming = received.map((table) => {
      const places = Int32Array.from(scope, (u) => table.scope.indexOf(u));
      const low = new Int32Array(1 << this.#bits);
      fillPlaces(places, this.#bits, low);
      return { table, places, low };
    });
  }

  run(from: number): void {
    const size = this.blockSize;
    const sums = this.#sums;
    let field = 0;
    for (let j = this.#bits; j < this.#J.length; j++) field += from & (1 << j) ? this.#J[j] : -this.#J[j];
    startBlock(size, field, this.#fields, sums);
    if (this.#goal === "ground states") this.#sumsOfWays.fill(0, 0, 2 * size);
    for (const { table, places, low } of this.#incoming) {
      let base = 0;
      for (let j = this.#bits; j < places.length; j++) if (places[j] >= 0 && from & (1 << j)) base |= 1 << places[j];
      addTable(size, table.values, base, low, sums);
      if (table.ways !== undefined) addTable(size, table.ways, base, low, this.#sumsOfWays);
    }
    const { values, ways } = this.#out;
    const choices = this.#choices;
    if (choices instanceof Int32Array) minimiseBlock(size, sums, values, choices, from);
    else if (ways === undefined) averageBlock(size, sums, values, choices, from);
    else countBlock(size, sums, this.#sumsOfWays, this.#tolerance, values, ways, choices, from);
  }
}

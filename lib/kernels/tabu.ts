import { finished, inBlocks, type Work } from "../model/mod.ts";
import { loadModule } from "./_load_module.ts";

/** Couplings of a tabu search in integers: `V = 2 J`, in the unit of the costs. */
export type TabuCouplings =
  | {
    /** Tells the form. */
    readonly form: "dense";
    /** `[n, n]` row-major, symmetric, zero diagonal; 16 bits where they are enough. */
    readonly values: Int16Array | Int32Array;
  }
  | {
    /** Tells the form. */
    readonly form: "sparse";
    /** `[n + 1]`: row i is at `rowPtr[i] .. rowPtr[i + 1] - 1`. */
    readonly rowPtr: Uint32Array;
    /** Neighbours. */
    readonly columns: Uint32Array;
    /** Both directions of every pair. */
    readonly values: Int32Array;
  };

/** Why {@link TabuKernel.search} came back: its moves are made, nothing improved for long, or the target is reached. */
export type TabuEnding = "moves made" | "stalled" | "target";

/** How {@link TabuKernel.search} moves. */
export interface TabuRule {
  /** Moves without a new lowest energy after which a search ends. */
  readonly stall: number;
  /** A spin may flip again after `tenure + 1` moves or up to `spread - 1` more, drawn each time. */
  readonly tenure: number;
  /** See `tenure`; from 1. */
  readonly spread: number;
  /** An energy that is low enough, in the unit of the costs. */
  readonly target: number;
}

/** A one-flip tabu search over n spins in memory of its own. Nothing is checked. */
export interface TabuKernel {
  /** The state, `[n]` and padding: 0 for up, -1 for down. To be changed by `walk` and `search` only. */
  readonly signs: Int32Array;
  /** What each flip costs, `[n]` and padding. */
  readonly costs: Int32Array;
  /** The state of lowest energy since `start`, as `signs`. */
  readonly best: Int32Array;
  /** Where `walk` goes, as `signs`. */
  readonly goal: Int32Array;
  /** State of xoshiro128**, `[4]`. */
  readonly rng: Uint32Array;
  /** Energy of the state, in the unit of the costs, from that of the state all up. */
  readonly energy: number;
  /** Energy of `best`. */
  readonly lowest: number;
  /** Moves made since `start`. */
  readonly moves: number;
  /** Flips up to `flips` spins towards `goal`; true when it is reached. */
  walk(flips: number): boolean;
  /** Begins a search at the present state: nothing is tabu, the state is the best. */
  start(): void;
  /** Makes up to `moves` moves: the cheapest flip that is not tabu, or is tabu and leads to a new lowest energy; of equals, a random one. */
  search(moves: number, rule: TabuRule): TabuEnding;
}

const ENDINGS: readonly TabuEnding[] = ["moves made", "stalled", "target"];
const PAGE_BYTES = 65536;
const MAX_PAGES = 65536;
const LARGEST = 0x7fffffff;

interface TabuExports extends WebAssembly.Exports {
  walk(...args: number[]): number;
  search(...args: number[]): number;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Loads the compiled kernel, once a program.
 *
 * @returns the module, for `openTabu`
 * @throws {Error} if it comes from the web and the server does not answer with it
 *
 * Cost some milliseconds the first time, nothing later.
 *
 * @example The same module every time
 * ```ts
 * import { tabuModule } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await tabuModule() === await tabuModule(), true);
 * ```
 */
export function tabuModule(): Promise<WebAssembly.Module> {
  compiled ??= loadModule(new URL("./tabu.wasm", import.meta.url));
  return compiled;
}

/**
 * Opens a tabu search in memory of its own, at the state with every spin up.
 *
 * @param module what `tabuModule` gave
 * @param n number of spins, from 1
 * @param couplings V, copied
 * @param costs `[n]`, what flipping each spin of the state all up costs
 * @returns the kernel
 * @throws {RangeError} if the couplings do not fit into the 4 GiB that WebAssembly can address
 *
 * Cost O(n^2) dense, O(n + m) sparse, in bytes too; a move O(n) with 4 lanes, beside O(neighbours) sparse.
 *
 * @example Two spins that want to differ
 * ```ts
 * import { openTabu, tabuModule } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: Int16Array.of(0, 2, 2, 0) } as const;
 * const kernel = openTabu(await tabuModule(), 2, couplings, Int32Array.of(-2, -2));
 * kernel.rng.set([1, 2, 3, 4]);
 * kernel.start();
 * kernel.search(1, { stall: 5, tenure: 0, spread: 1, target: -Infinity });
 * assertEquals([kernel.lowest, kernel.best[0] + kernel.best[1]], [-2, -1]);
 * ```
 */
export function openTabu(
  module: WebAssembly.Module,
  n: number,
  couplings: TabuCouplings,
  costs: Int32Array,
): TabuKernel {
  return finished(openTabuWork(module, n, couplings, costs));
}

/**
 * Opens a search as {@link openTabu} does, in slices, so that who asks can stop.
 *
 * @returns work whose result is the kernel
 * @throws {RangeError} as {@link openTabu}
 *
 * Cost that of {@link openTabu}.
 *
 * @example Two spins that want to differ
 * ```ts
 * import { openTabuWork, tabuModule } from "qama/kernels";
 * import { finished } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: Int16Array.of(0, 2, 2, 0) } as const;
 * const kernel = finished(openTabuWork(await tabuModule(), 2, couplings, Int32Array.of(-2, -2)));
 * assertEquals(kernel.energy, 0);
 * ```
 */
export function* openTabuWork(
  module: WebAssembly.Module,
  n: number,
  couplings: TabuCouplings,
  costs: Int32Array,
): Work<TabuKernel> {
  const padded = (n + 3) & ~3;
  const sparse = couplings.form === "sparse";
  const width = couplings.values.BYTES_PER_ELEMENT;
  const coefficients = sparse ? couplings.values.length : n * padded;
  let end = 0;
  const place = (bytes: number) => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const [d, s, until, best, goal] = [0, 0, 0, 0, 0].map(() => place(4 * padded));
  const [rng, state] = [place(16), place(32)];
  const rowPtr = place(sparse ? 4 * (n + 1) : 0);
  const columns = place(sparse ? 4 * coefficients : 0);
  // a row of 16 bits is read 8 bytes at a time
  const V = place(coefficients * width);
  const pages = Math.ceil(end / PAGE_BYTES);
  if (pages > MAX_PAGES) {
    throw new RangeError(
      `Cannot search: the couplings of ${n} variables take ${end} bytes, at most ${MAX_PAGES * PAGE_BYTES} can be ` +
        `addressed; use simulatedAnnealing()`,
    );
  }
  const memory = new WebAssembly.Memory({ initial: pages });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as TabuExports;
  const ints = (at: number, length: number) => new Int32Array(memory.buffer, at, length);
  const numbers = new Float64Array(memory.buffer, state, 2);
  const counters = ints(state + 16, 2);
  const kernel = {
    signs: ints(s, padded),
    costs: ints(d, padded),
    best: ints(best, padded),
    goal: ints(goal, padded),
    rng: new Uint32Array(memory.buffer, rng, 4),
  };
  kernel.costs.set(costs);
  kernel.costs.fill(LARGEST, n);
  if (sparse) {
    new Uint32Array(memory.buffer, rowPtr, n + 1).set(couplings.rowPtr);
    new Uint32Array(memory.buffer, columns, coefficients).set(couplings.columns);
    ints(V, coefficients).set(couplings.values);
  } else {
    const values = couplings.values;
    const rows = values instanceof Int16Array ? new Int16Array(memory.buffer, V, coefficients) : ints(V, coefficients);
    yield* inBlocks(n, n, (from, to) => {
      for (let i = from; i < to; i++) rows.set(values.subarray(i * n, (i + 1) * n), i * padded);
    });
  }
  const form = sparse ? 2 : width === 2 ? 0 : 1;
  const tabuUntil = ints(until, padded);
  return {
    ...kernel,
    get energy() {
      return numbers[0];
    },
    get lowest() {
      return numbers[1];
    },
    get moves() {
      return counters[0];
    },
    walk: (flips) => exports.walk(form, n, V, rowPtr, columns, d, s, until, goal, state, flips) < flips,
    start() {
      tabuUntil.fill(0);
      counters.fill(0);
      numbers[1] = numbers[0];
      kernel.best.set(kernel.signs);
    },
    search: (moves, { stall, tenure, spread, target }) =>
      ENDINGS[
        exports.search(
          ...[form, n, V, rowPtr, columns, d, s, until, best, rng, state],
          ...[moves, stall, tenure, spread, target],
        )
      ],
  };
}

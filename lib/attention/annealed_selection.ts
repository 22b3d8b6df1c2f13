import type { Bytes, Floats, Kernels } from "../kernels/mod.ts";
import { annealingScratch } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { seedState } from "../random/mod.ts";
import { checkSolveOptions } from "./_check_options.ts";
import { THRESHOLDS } from "./_thresholds.ts";
import { openSlab, type Slab, solveInSlab } from "./_slab.ts";
import type { BlockShape } from "./block.ts";
import { checkProblemShape } from "./check_problem.ts";
import type { AttentionSolver, EnergyWeights } from "./types.ts";

// share of tokens chosen at the start where no cardinality is asked for: near what solved heads choose
const START_DENSITY = 0.2;
// an arena larger than this is given back at once
const KEPT_BYTES = 2 ** 22;
/** First and last relative temperature of a schedule. */
export interface TemperatureRange {
  /** First temperature over the root mean square gain of a flip at the start. */
  readonly hot: number;
  /** Last temperature, likewise. */
  readonly cold: number;
}

/**
 * The temperatures that {@link annealedSelection} takes by itself, without and with a cardinality term.
 *
 * From a grid at 20 sweeps. `free` reaches the lowest mean energy on Gaussian heads; on trained heads of the published
 * operator a colder end (0.02) is half a percent lower. With a cardinality term `constrained` leaves half the distance to
 * the best known energy that `free` does, on Gaussian and on trained heads.
 */
export const ANNEALING_TEMPERATURES: { readonly free: TemperatureRange; readonly constrained: TemperatureRange } = {
  free: { hot: 0.5, cold: 0.05 },
  constrained: { hot: 0.2, cold: 0.02 },
};

/** Options of {@link annealedSelection}. */
export interface AnnealedSelectionOptions {
  /** Sweeps when a call does not say. @default {20} */
  readonly sweeps?: number;
  /**
   * First temperature over the root mean square gain of a flip at the start. @default {0.5; 0.2 with a cardinality term,
   * whose gains are larger than the differences it leaves to decide}
   */
  readonly hot?: number;
  /** Last temperature, likewise. @default {0.05; 0.02 with a cardinality term} */
  readonly cold?: number;
  /** Couplings as a matrix a head, as factors, or as the sizes advise. @default {"auto"} */
  readonly form?: "auto" | "dense" | "factored";
  /** Which kernels a call of `solve` runs on. @default {"wasm"} */
  readonly kernels?: "wasm" | "typescript";
}

/** Some samples of fewer tokens than an arena was opened for, as views of its arrays. */
export interface PackedPart extends PackedHeads {
  /** Tokens of each sample. */
  readonly tokens: number;
  /** The weights of the energy terms at this number of tokens. */
  readonly weights: EnergyWeights;
}

/** Heads in an arena, and room for what is chosen. */
export interface PackedHeads {
  /** q and k of each token, `[S, H / copies, N, 2 dp]`. */
  readonly packed: Floats;
  /** So many heads in a row have the same q and k, and fields of their own; the same in every part. @default {1} */
  readonly copies?: number;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** Receives x, `[S, H, N]`. */
  readonly chosen: Bytes;
}

/** Solves packed heads that are in an arena already: all of it, or a part with a length of its own. */
export type PackedSolve = (samples: number, seed: number, firstStream: number, part?: PackedPart) => void;

/** A solver that works on packed heads in an arena, without copying them out. */
export interface PackedSolver extends AttentionSolver {
  /** Prepares for heads of these sizes, held in these arrays. */
  open(
    kernels: Kernels,
    shape: BlockShape,
    weights: EnergyWeights,
    heads: PackedHeads,
    options?: { readonly sweeps?: number },
  ): PackedSolve;
}

/**
 * Makes the default solver: simulated annealing of every head of every problem, then descent to a local minimum.
 *
 * Sequential Metropolis over heads and tokens at temperatures `hot r .. cold r`, geometric, where r is the root mean square
 * of what a single flip changes at a random start; then single flips, both ways, until none lowers the energy. Moves above
 * 9.01 temperatures are never taken (12-bit draws). What it finds is the lowest seen by one run, not proved minimal.
 *
 * @param options see {@link AnnealedSelectionOptions}
 * @returns a solver, whose `solve` throws a RangeError where a gain may pass the range of float32; problem b uses stream `firstStream + b` of the seed, in either form and on either kind of kernel
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(sweeps H N d) a problem in factored form and O(H N d) memory; dense adds O(H N^2 d) once, and flips cost O(N).
 * Source: Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing (1983), DOI 10.1126/science.220.4598.671.
 * Differs in: sequential sweeps, coarse draws, the final descent.
 *
 * @example One head of one token with a positive field chooses it
 * ```ts
 * import { annealedSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const one = new Float32Array([1]);
 * const problem = { batch: 1, heads: 1, tokens: 1, width: 1, queries: one, keys: one, fields: one };
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * assertEquals(annealedSelection().solve({ ...problem, weights }, { seed: 1 }).energies[0], -1);
 * ```
 */
export function annealedSelection(options: AnnealedSelectionOptions = {}): PackedSolver {
  checkOptionNames("Cannot anneal", options, ["sweeps", "hot", "cold", "form", "kernels"]);
  const { sweeps: defaultSweeps = 20, form = "auto", kernels = "wasm" } = options;
  const { hot, cold } = temperatureRange(options, ANNEALING_TEMPERATURES.free);
  if (!(hot > 0 && cold > 0 && hot >= cold && Number.isFinite(hot))) {
    throw new RangeError(`Cannot anneal: expected temperatures hot >= cold > 0, got hot ${hot} and cold ${cold}`);
  }
  if (!["auto", "dense", "factored"].includes(form)) {
    throw new RangeError(`Cannot anneal: form must be auto, dense or factored, got ${form}`);
  }
  if (!["wasm", "typescript"].includes(kernels)) {
    throw new RangeError(`Cannot anneal: kernels must be wasm or typescript, got ${kernels}`);
  }
  checkSolveOptions({ seed: 0, sweeps: defaultSweeps });
  // the arena of the last call serves the next one of the same kind
  let slab: Slab | undefined;
  const solver: PackedSolver = {
    name: "annealedSelection",
    open(arena, shape, weights, heads, { sweeps = defaultSweeps } = {}) {
      const range = temperatureRange(options, ANNEALING_TEMPERATURES[weights.cardinality ? "constrained" : "free"]);
      return openAnnealing(arena, shape, weights, heads, { sweeps, ...range, form });
    },
    solve(problem, solveOptions) {
      checkProblemShape(problem);
      checkSolveOptions(solveOptions);
      const sweeps = solveOptions.sweeps ?? defaultSweeps;
      slab = openSlab(slab, solver, problem, { kind: kernels, dense: isDense(form, problem, sweeps), sweeps });
      const found = solveInSlab(slab, problem, solveOptions);
      if (slab.bytes > KEPT_BYTES) slab = undefined;
      return { ...found, solver: solver.name };
    },
  };
  return solver;
}

function openAnnealing(
  kernels: Kernels,
  shape: BlockShape,
  weights: EnergyWeights,
  heads: PackedHeads,
  { sweeps, hot, cold, form }: { sweeps: number; hot: number; cold: number; form: "auto" | "dense" | "factored" },
): PackedSolve {
  const dense = isDense(form, shape, sweeps);
  const thresholds = kernels.float32(THRESHOLDS.length);
  thresholds.set(THRESHOLDS);
  const temperatures = kernels.float32(sweeps);
  for (let s = 0; s < sweeps; s++) temperatures[s] = hot * (cold / hot) ** (sweeps === 1 ? 1 : s / (sweeps - 1));
  const states = kernels.uint32(4 * shape.samples);
  const scratch = kernels.float32(annealingScratch(shape, dense));
  const task = {
    ...shape,
    ...heads,
    dense,
    states,
    thresholds,
    temperatures,
    scratch,
    ...settingsOf(weights, shape),
  };
  return (samples, seed, firstStream, part) => {
    for (let s = 0; s < samples; s++) seedState(seed, firstStream + s, states, 4 * s);
    if (!part) return kernels.annealHeads({ ...task, samples });
    const { weights: own, ...heads } = part;
    kernels.annealHeads({ ...task, ...heads, ...settingsOf(own, { ...shape, tokens: part.tokens }), samples });
  };
}

/** What the kernel takes of the weights. */
function settingsOf(weights: EnergyWeights, { tokens, width }: { tokens: number; width: number }) {
  const { k = 0, weight = 0 } = weights.cardinality ?? {};
  return {
    density: weights.cardinality ? Math.min(0.5, k / tokens) : START_DENSITY,
    weights: {
      coupling: weights.coupling / Math.sqrt(width),
      field: weights.field,
      overlap: weights.overlap,
      cardinality: weight,
      k,
    },
  };
}

// a temperature that is left out gives way to the other one
function temperatureRange({ hot, cold }: AnnealedSelectionOptions, usual: TemperatureRange): TemperatureRange {
  return { hot: hot ?? Math.max(usual.hot, cold ?? 0), cold: cold ?? Math.min(usual.cold, hot ?? Infinity) };
}

// dense pays N^2 d products once and N a flip, factored 2 d a proposal: measured to break even near here
function isDense(form: "auto" | "dense" | "factored", { tokens }: { tokens: number }, sweeps: number): boolean {
  return form === "auto" ? tokens <= 64 && sweeps >= tokens : form === "dense";
}

import { type Bytes, type Floats, type Kernels, roundUp4, softAnnealingScratch } from "../kernels/mod.ts";
import { typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { seedState } from "../random/mod.ts";
import { REPLICA_STREAMS } from "./_slab.ts";
import { THRESHOLDS } from "./_thresholds.ts";
import { checkSolveOptions } from "./_check_options.ts";
import type { TemperatureRange } from "./annealed_selection.ts";
import { checkSoftProblem, softEnergiesOf } from "./soft_energies.ts";
import type { SoftEnergyWeights, SoftProblem, SoftSolver } from "./soft_types.ts";

/** Problems in an arena: couplings `[S, H, N, N4]`, fields `[S, H, N]`, room for the bits `[S, H, N, q]`. */
export interface PackedSoft {
  /** S, samples. */
  readonly samples: number;
  /** N, tokens of each. */
  readonly tokens: number;
  /** J. */
  readonly couplings: Floats;
  /** h. */
  readonly fields: Floats;
  /** Receives x. */
  readonly chosen: Bytes;
}

/** Solves problems that are in an arena already; sample s uses stream `firstStream + s` of the seed. */
export type PackedSoftSolve = (problems: PackedSoft, seed: number, firstStream: number) => void;

/** Sizes and weights that a solver is opened for. */
export interface SoftShape {
  /** The most samples a call may have. */
  readonly samples: number;
  /** H, heads. */
  readonly heads: number;
  /** The most tokens a sample may have. */
  readonly tokens: number;
  /** q, bits a token. */
  readonly bits: number;
  /** Weights of the energy terms. */
  readonly weights: SoftEnergyWeights;
}

/** A solver that works on problems in an arena, without copying them out. */
export interface PackedSoftSolver extends SoftSolver {
  /** Prepares for problems of these sizes. */
  open(kernels: Kernels, shape: SoftShape, options?: { readonly sweeps?: number }): PackedSoftSolve;
}

/** Options of {@link annealedSoftSelection}. */
export interface AnnealedSoftSelectionOptions {
  /** Sweeps when a call does not say. @default {20} */
  readonly sweeps?: number;
  /** First temperature over the root mean square change of a flip at the start. @default {0.5} */
  readonly hot?: number;
  /** Last temperature, likewise. @default {0.02} */
  readonly cold?: number;
  /** Which kernels a call of `solve` runs on. @default {"wasm"} */
  readonly kernels?: "wasm" | "typescript";
}

/** The temperatures that {@link annealedSoftSelection} takes by itself. */
export const SOFT_TEMPERATURES: TemperatureRange = { hot: 0.5, cold: 0.02 };

// squares of changes are summed in float32
const MOST_CHANGE = 1e16;

/**
 * Makes the solver of soft selections: simulated annealing of every bit of every token, then descent.
 *
 * Sequential Metropolis over heads, tokens and bits at temperatures `hot r .. cold r`, geometric, where r is the root mean
 * square of what a single flip changes at a random start; then single flips, both ways, until none lowers the energy. A move
 * from one weight to its neighbour may need several flips at once (0111 to 1000): the end is a minimum for single bits, not
 * for weights, and not proved minimal. Moves above 9.01 temperatures are never taken (12-bit draws).
 *
 * @param options see {@link AnnealedSoftSelectionOptions}
 * @returns a solver, whose `solve` throws a RangeError where a change may pass the range of float32; problem b uses stream
 *   `firstStream + b` of the seed, on either kind of kernel
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(sweeps H N q) a problem, O(N) a flip taken, and O(H N^2) once.
 * Source: Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing (1983), DOI 10.1126/science.220.4598.671.
 * Differs in: sequential sweeps, coarse draws, the final descent.
 *
 * @example A token with a positive field gets its full weight
 * ```ts
 * import { annealedSoftSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const weights = { quadratic: 1, linear: 1, penalty: 2, longRange: 0 };
 * const arrays = { couplings: Float32Array.of(0), fields: Float32Array.of(4) };
 * const problem = { batch: 1, heads: 1, tokens: 1, bits: 3, weights, ...arrays };
 * assertEquals([...annealedSoftSelection().solve(problem, { seed: 1 }).chosen], [1, 1, 1]);
 * ```
 */
export function annealedSoftSelection(options: AnnealedSoftSelectionOptions = {}): PackedSoftSolver {
  checkOptionNames("Cannot anneal", options, ["sweeps", "hot", "cold", "kernels"]);
  const { sweeps: usual = 20, hot = SOFT_TEMPERATURES.hot, cold = SOFT_TEMPERATURES.cold, kernels = "wasm" } = options;
  if (!(hot > 0 && cold > 0 && hot >= cold && Number.isFinite(hot))) {
    throw new RangeError(`Cannot anneal: expected temperatures hot >= cold > 0, got hot ${hot} and cold ${cold}`);
  }
  if (!["wasm", "typescript"].includes(kernels)) {
    throw new RangeError(`Cannot anneal: kernels must be wasm or typescript, got ${kernels}`);
  }
  checkSolveOptions({ seed: 0, sweeps: usual });
  const open: PackedSoftSolver["open"] = (arena, shape, { sweeps = usual } = {}) => {
    return openAnnealing(arena, shape, sweeps, hot, cold);
  };
  return {
    name: "annealedSoftSelection",
    open,
    solve(problem, solveOptions) {
      checkSoftProblem(problem);
      checkSolveOptions(solveOptions);
      checkChanges(problem);
      const arena = kernels === "typescript" ? typescriptKernels() : wasmKernels({ bytes: bytesFor(problem) });
      return { ...solveOneByOne(arena, problem, solveOptions, open), solver: "annealedSoftSelection" };
    },
  };
}

function openAnnealing(kernels: Kernels, shape: SoftShape, sweeps: number, hot: number, cold: number): PackedSoftSolve {
  const { samples, heads, bits, weights: { quadratic, linear, penalty, longRange } } = shape;
  const thresholds = kernels.float32(THRESHOLDS.length);
  thresholds.set(THRESHOLDS);
  const temperatures = kernels.float32(sweeps);
  for (let s = 0; s < sweeps; s++) temperatures[s] = hot * (cold / hot) ** (sweeps === 1 ? 1 : s / (sweeps - 1));
  const states = kernels.uint32(4 * samples);
  const scratch = kernels.float32(softAnnealingScratch(shape));
  const pair = heads > 1 ? 2 * penalty / (heads * (heads - 1)) : 0;
  return (problems, seed, firstStream) => {
    for (let s = 0; s < problems.samples; s++) seedState(seed, firstStream + s, states, 4 * s);
    const reach = problems.tokens > 1 ? 2 * longRange / (problems.tokens - 1) : 0;
    const weights = { quadratic, linear, penalty: pair, reach };
    kernels.annealSoft({ ...problems, heads, bits, states, thresholds, temperatures, weights, scratch });
  };
}

function solveOneByOne(
  kernels: Kernels,
  problem: SoftProblem,
  { seed, sweeps, replicas = 1, firstStream = 0 }: Parameters<SoftSolver["solve"]>[1],
  open: PackedSoftSolver["open"],
): { chosen: Uint8Array; energies: Float64Array } {
  const { batch, heads, tokens, bits } = problem;
  const places = heads * tokens, stride = roundUp4(tokens);
  const couplings = kernels.float32(places * stride), fields = kernels.float32(places);
  const chosen = kernels.uint8(places * bits);
  const run = open(kernels, { ...problem, samples: 1 }, { sweeps });
  const best = new Uint8Array(batch * places * bits);
  const energies = new Float64Array(batch).fill(Infinity);
  for (let b = 0; b < batch; b++) {
    const own = {
      couplings: problem.couplings.subarray(b * places * tokens, (b + 1) * places * tokens),
      fields: problem.fields.subarray(b * places, (b + 1) * places),
    };
    for (let r = 0; r < places; r++) couplings.set(own.couplings.subarray(r * tokens, (r + 1) * tokens), r * stride);
    fields.set(own.fields);
    for (let r = 0; r < replicas; r++) {
      run({ samples: 1, tokens, couplings, fields, chosen }, seed, firstStream + b + r * REPLICA_STREAMS);
      const energy = softEnergiesOf({ ...problem, ...own, batch: 1 }, chosen)[0];
      if (energy >= energies[b]) continue;
      energies[b] = energy;
      best.set(chosen, b * places * bits);
    }
  }
  return { chosen: best, energies };
}

function bytesFor({ heads, tokens, bits }: SoftProblem): number {
  const places = heads * tokens;
  const floats = places * (roundUp4(tokens) + 1) + softAnnealingScratch({ heads, tokens, bits }) + THRESHOLDS.length;
  return 4 * floats + places * bits + 65536;
}

function checkChanges({ heads, tokens, couplings, fields, weights }: SoftProblem): void {
  const top = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const { quadratic, linear, penalty, longRange } = weights;
  const pairs = 2 * tokens * (Math.abs(quadratic) * top(couplings) + Math.abs(longRange));
  const bound = pairs + Math.abs(linear) * top(fields) + heads * Math.abs(penalty);
  if (bound <= MOST_CHANGE) return;
  throw new RangeError(
    `Cannot anneal: a flip may change the energy by ${bound.toExponential(1)}, expected at most ${MOST_CHANGE}; ` +
      "divide couplings, fields or weights by a common factor",
  );
}

import type { Bytes, Floats, Kernels } from "../kernels/mod.ts";
import { annealingScratch, roundUp4, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { seedState } from "../random/mod.ts";
import { checkSolveOptions } from "./_check_options.ts";
import type { BlockShape } from "./block.ts";
import { inspectProblem } from "./check_problem.ts";
import { energiesOf } from "./energies.ts";
import type { AttentionProblem, AttentionSolver, EnergyWeights, Selection, SolveOptions } from "./types.ts";

const LEVELS = 4096;
// a move is taken if its cost is below the temperature times -ln u, u one of 4096 levels
const THRESHOLDS = Float32Array.from({ length: LEVELS }, (_, j) => -Math.log((j + 0.5) / LEVELS));
// share of tokens chosen at the start where no cardinality is asked for: near what solved heads choose
const START_DENSITY = 0.2;
// problems are copied in slabs of this many floats, or one at a time
const SLAB_FLOATS = 2 ** 16;
// replica r of problem b uses stream b + r 2^32, whatever the batch
const REPLICA_STREAMS = 2 ** 32;

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

/** Solves packed heads that are in an arena already: `(samples, seed, firstStream)`. */
export type PackedSolve = (samples: number, seed: number, firstStream: number) => void;

/** A solver that works on packed heads in an arena, without copying them out. */
export interface PackedSolver extends AttentionSolver {
  /** Prepares for heads of these sizes, held in these arrays. */
  open(
    kernels: Kernels,
    shape: BlockShape,
    weights: EnergyWeights,
    heads: { readonly packed: Floats; readonly fields: Floats; readonly chosen: Bytes },
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
  const solver: PackedSolver = {
    name: "annealedSelection",
    open(arena, shape, weights, heads, { sweeps = defaultSweeps } = {}) {
      const range = temperatureRange(options, ANNEALING_TEMPERATURES[weights.cardinality ? "constrained" : "free"]);
      return openAnnealing(arena, shape, weights, heads, { sweeps, ...range, form });
    },
    solve(problem, solveOptions) {
      checkMagnitude(problem, inspectProblem(problem));
      checkSolveOptions(solveOptions);
      const sweeps = solveOptions.sweeps ?? defaultSweeps;
      const where = { kind: kernels, dense: isDense(form, problem, sweeps) };
      return solveCopied(solver, problem, { ...solveOptions, sweeps }, where);
    },
  };
  return solver;
}

function openAnnealing(
  kernels: Kernels,
  shape: BlockShape,
  weights: EnergyWeights,
  heads: { readonly packed: Floats; readonly fields: Floats; readonly chosen: Bytes },
  { sweeps, hot, cold, form }: { sweeps: number; hot: number; cold: number; form: "auto" | "dense" | "factored" },
): PackedSolve {
  const dense = isDense(form, shape, sweeps);
  const thresholds = kernels.float32(LEVELS);
  thresholds.set(THRESHOLDS);
  const temperatures = kernels.float32(sweeps);
  for (let s = 0; s < sweeps; s++) temperatures[s] = hot * (cold / hot) ** (sweeps === 1 ? 1 : s / (sweeps - 1));
  const states = kernels.uint32(4 * shape.samples);
  const scratch = kernels.float32(annealingScratch(shape, dense));
  const { k = 0, weight = 0 } = weights.cardinality ?? {};
  const task = {
    ...shape,
    ...heads,
    dense,
    states,
    thresholds,
    temperatures,
    scratch,
    density: weights.cardinality ? Math.min(0.5, k / shape.tokens) : START_DENSITY,
    weights: {
      coupling: weights.coupling / Math.sqrt(shape.width),
      field: weights.field,
      overlap: weights.overlap,
      cardinality: weight,
      k,
    },
  };
  return (samples, seed, firstStream) => {
    for (let s = 0; s < samples; s++) seedState(seed, firstStream + s, states, 4 * s);
    kernels.annealHeads({ ...task, samples });
  };
}

// squares of gains are summed in float32: a bound on the gains keeps them below its largest number
function checkMagnitude(
  { heads, tokens, width, weights }: AttentionProblem,
  top: { readonly queries: number; readonly keys: number; readonly fields: number },
): void {
  const { coupling, field, overlap, cardinality = { k: 0, weight: 0 } } = weights;
  const products = 2 * Math.abs(coupling) * Math.sqrt(width) * tokens * top.queries * top.keys;
  const penalties = 2 * heads * Math.abs(overlap) + 2 * tokens * Math.abs(cardinality.weight);
  const bound = products + Math.abs(field) * top.fields + penalties;
  const limit = Math.sqrt(1e38 / (heads * tokens));
  if (!(bound < limit)) {
    throw new RangeError(
      `Cannot anneal: a flip may change the energy by ${bound.toExponential(1)}, above ${
        limit.toExponential(1)
      }, where ` +
        `float32 ends; divide queries, keys, fields or weights by a common factor`,
    );
  }
}

// a temperature that is left out gives way to the other one
function temperatureRange({ hot, cold }: AnnealedSelectionOptions, usual: TemperatureRange): TemperatureRange {
  return { hot: hot ?? Math.max(usual.hot, cold ?? 0), cold: cold ?? Math.min(usual.cold, hot ?? Infinity) };
}

// dense pays N^2 d products once and N a flip, factored 2 d a proposal: measured to break even near here
function isDense(form: "auto" | "dense" | "factored", { tokens }: { tokens: number }, sweeps: number): boolean {
  return form === "auto" ? tokens <= 64 && sweeps >= tokens : form === "dense";
}

/** Copies problems into an arena, a slab at a time, and solves them there. */
function solveCopied(
  solver: PackedSolver,
  problem: AttentionProblem,
  options: SolveOptions & { sweeps: number },
  { kind, dense }: { kind: "wasm" | "typescript"; dense: boolean },
): Selection {
  const { batch, heads, tokens, width } = problem;
  const { seed, sweeps, replicas = 1, firstStream = 0 } = options;
  const perSample = heads * tokens;
  const row = 2 * roundUp4(width);
  const samples = Math.max(1, Math.min(batch, Math.floor(SLAB_FLOATS / (perSample * row))));
  const shape = { samples, heads, tokens, width };
  const floats = samples * perSample * (row + 2) + annealingScratch(shape, dense) + LEVELS + sweeps + 4 * samples;
  const kernels = kind === "wasm" ? wasmKernels({ bytes: 4 * floats + 65536 }) : typescriptKernels();
  const packed = kernels.float32(samples * perSample * row);
  const fields = kernels.float32(samples * perSample);
  const chosen = kernels.uint8(samples * perSample);
  const run = solver.open(kernels, shape, problem.weights, { packed, fields, chosen }, { sweeps });
  const best = new Uint8Array(batch * perSample);
  const energies = new Float64Array(batch).fill(Infinity);
  for (let b = 0; b < batch; b += samples) {
    const slab = takeProblems(problem, b, Math.min(samples, batch - b));
    pack(slab, packed, fields);
    for (let r = 0; r < replicas; r++) {
      run(slab.batch, seed, firstStream + b + r * REPLICA_STREAMS);
      const found = energiesOf(slab, chosen.subarray(0, slab.batch * perSample));
      for (let s = 0; s < slab.batch; s++) {
        if (found[s] >= energies[b + s]) continue;
        energies[b + s] = found[s];
        best.set(chosen.subarray(s * perSample, (s + 1) * perSample), (b + s) * perSample);
      }
    }
  }
  return { chosen: best, energies, solver: solver.name };
}

function takeProblems(problem: AttentionProblem, first: number, batch: number): AttentionProblem {
  const { heads, tokens, width } = problem;
  const part = (array: Float32Array, size: number) => array.subarray(first * size, (first + batch) * size);
  const queries = part(problem.queries, heads * tokens * width);
  const keys = part(problem.keys, heads * tokens * width);
  return { ...problem, batch, queries, keys, fields: part(problem.fields, heads * tokens) };
}

function pack({ queries, keys, fields, width }: AttentionProblem, packed: Floats, to: Floats): void {
  const dp = roundUp4(width);
  to.set(fields);
  for (let i = 0, from = 0, at = 0; i < fields.length; i++, at += 2 * dp) {
    for (let a = 0; a < width; a++, from++) {
      packed[at + a] = queries[from];
      packed[at + dp + a] = keys[from];
    }
  }
}

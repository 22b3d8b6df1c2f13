import { annealingScratch, type Bytes, type Floats, type Kernels } from "../kernels/mod.ts";
import { roundUp4, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import type { PackedSolve, PackedSolver } from "./annealed_selection.ts";
import { checkProblem } from "./check_problem.ts";
import { energiesOf } from "./energies.ts";
import type { AttentionProblem, SolveOptions } from "./types.ts";

// problems are copied in slabs of this many floats, or one at a time
const SLAB_FLOATS = 2 ** 16;
// and go through a copy of this many tokens on their way
const CHUNK_TOKENS = 8192;
/** Replica r of problem b uses stream b + r 2^32, whatever the batch. */
export const REPLICA_STREAMS = 2 ** 32;
// what the solver itself takes beside its scratch: thresholds and some words a sample
const SOLVER_FLOATS = 4096 + 64;

/** An arena with a solver opened in it, for some problems at a time. */
export interface Slab {
  /** What it was opened for; it serves any problems of the same. */
  readonly key: string;
  readonly bytes: number;
  readonly samples: number;
  readonly kernels: Kernels;
  readonly packed: Floats;
  readonly fields: Floats;
  readonly chosen: Bytes;
  readonly queries: Floats;
  readonly keys: Floats;
  readonly run: PackedSolve;
}

/** Opens a slab, or takes `kept` again if it was opened for the same. */
export function openSlab(
  kept: Slab | undefined,
  solver: PackedSolver,
  { batch, heads, tokens, width, weights }: AttentionProblem,
  { kind, dense, sweeps }: { kind: "wasm" | "typescript"; dense: boolean; sweeps: number },
): Slab {
  const perSample = heads * tokens, row = 2 * roundUp4(width);
  const samples = Math.max(1, Math.min(batch, Math.floor(SLAB_FLOATS / (perSample * row))));
  const key = JSON.stringify([kind, dense, sweeps, samples, heads, tokens, width, weights]);
  if (kept?.key === key) return kept;
  const shape = { samples, heads, tokens, width };
  const places = samples * perSample, chunk = Math.min(places, CHUNK_TOKENS);
  const floats = places * (row + 2) + 2 * chunk * width + annealingScratch(shape, dense) + sweeps + 4 * samples;
  const bytes = 4 * (floats + SOLVER_FLOATS) + 16384;
  const kernels = kind === "wasm" ? wasmKernels({ bytes }) : typescriptKernels();
  const packed = kernels.float32(places * row), fields = kernels.float32(places), chosen = kernels.uint8(places);
  const queries = kernels.float32(chunk * width), keys = kernels.float32(chunk * width);
  const run = solver.open(kernels, shape, weights, { packed, fields, chosen }, { sweeps });
  return { key, bytes, samples, kernels, packed, fields, chosen, queries, keys, run };
}

/** Copies problems into the slab, as many as it holds at a time, and keeps the lowest of their replicas. */
export function solveInSlab(
  slab: Slab,
  problem: AttentionProblem,
  { seed, replicas = 1, firstStream = 0 }: SolveOptions,
): { chosen: Uint8Array; energies: Float64Array } {
  const { batch, heads, tokens } = problem;
  const perSample = heads * tokens;
  const best = new Uint8Array(batch * perSample);
  const energies = new Float64Array(batch).fill(Infinity);
  for (let b = 0; b < batch; b += slab.samples) {
    const part = takeProblems(problem, b, Math.min(slab.samples, batch - b));
    pack(slab, part, problem);
    for (let r = 0; r < replicas; r++) {
      slab.run(part.batch, seed, firstStream + b + r * REPLICA_STREAMS);
      const found = energiesOf(part, slab.chosen);
      for (let s = 0; s < part.batch; s++) {
        if (found[s] >= energies[b + s]) continue;
        energies[b + s] = found[s];
        best.set(slab.chosen.subarray(s * perSample, (s + 1) * perSample), (b + s) * perSample);
      }
    }
  }
  return { chosen: best, energies };
}

function takeProblems(problem: AttentionProblem, first: number, batch: number): AttentionProblem {
  const { heads, tokens, width } = problem;
  const part = (array: Float32Array, size: number) => array.subarray(first * size, (first + batch) * size);
  const queries = part(problem.queries, heads * tokens * width);
  const keys = part(problem.keys, heads * tokens * width);
  return { ...problem, batch, queries, keys, fields: part(problem.fields, heads * tokens) };
}

/** Copies a part into the slab, a chunk of tokens at a time, and looks at every number of it. */
function pack(slab: Slab, { queries, keys, fields, width }: AttentionProblem, whole: AttentionProblem): void {
  const { kernels } = slab;
  const row = 2 * roundUp4(width), chunk = slab.queries.length / width;
  slab.fields.set(fields);
  const top = { queries: 0, keys: 0, fields: kernels.largestMagnitude(fields.length, slab.fields) };
  for (let from = 0; from < fields.length; from += chunk) {
    const count = Math.min(chunk, fields.length - from);
    slab.queries.set(queries.subarray(from * width, (from + count) * width));
    slab.keys.set(keys.subarray(from * width, (from + count) * width));
    top.queries = Math.max(top.queries, kernels.largestMagnitude(count * width, slab.queries));
    top.keys = Math.max(top.keys, kernels.largestMagnitude(count * width, slab.keys));
    kernels.packPairs(count, width, slab.queries, slab.keys, slab.packed.subarray(from * row));
  }
  // says which of all the numbers it is
  if (Object.values(top).some(Number.isNaN)) checkProblem(whole);
  checkMagnitude(whole, top);
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
      `Cannot anneal: a flip may change the energy by ${bound.toExponential(1)}, where float32 ends at ` +
        `${limit.toExponential(1)}; divide queries, keys, fields or weights by a common factor`,
    );
  }
}

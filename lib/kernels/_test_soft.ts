import { Rng, seedState } from "../random/mod.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";
import { type SoftAnnealing, softAnnealingScratch } from "./soft_annealing.ts";

/** Problems for the annealer of soft selections. */
export interface SoftExample {
  readonly samples: number;
  readonly heads: number;
  readonly tokens: number;
  readonly bits: number;
  /** J, `[S, H, N, N]`, not symmetric. */
  readonly J: Float32Array;
  /** h, `[S, H, N]`. */
  readonly h: Float32Array;
  readonly weights: SoftAnnealing["weights"];
}

/** How an example is annealed. */
export interface SoftRun {
  readonly temperatures: readonly number[];
  readonly seed?: number;
  readonly firstStream?: number;
}

/** Couplings and fields from N(0, 1). */
export function softExample(
  [samples, heads, tokens, bits]: readonly number[],
  weights: SoftAnnealing["weights"],
  stream: number,
): SoftExample {
  const rng = new Rng(51, stream);
  const draw = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const places = samples * heads * tokens;
  return { samples, heads, tokens, bits, J: draw(places * tokens), h: draw(places), weights };
}

/** What the annealer chose, and where its streams stand. */
export function annealSoft(
  kernels: Kernels,
  example: SoftExample,
  run: SoftRun,
): { chosen: Uint8Array; states: Uint32Array } {
  const { samples, heads, tokens, bits, J, h, weights } = example;
  const mark = kernels.used;
  const places = samples * heads * tokens, stride = roundUp4(tokens);
  const couplings = kernels.float32(places * stride);
  for (let row = 0; row < places; row++) couplings.set(J.subarray(row * tokens, (row + 1) * tokens), row * stride);
  const fields = kernels.float32(places);
  fields.set(h);
  const [chosen, states] = [kernels.uint8(places * bits), kernels.uint32(4 * samples)];
  for (let s = 0; s < samples; s++) seedState(run.seed ?? 1, (run.firstStream ?? 0) + s, states, 4 * s);
  const thresholds = kernels.float32(4096);
  for (let j = 0; j < 4096; j++) thresholds[j] = -Math.log((j + 0.5) / 4096);
  const temperatures = kernels.float32(run.temperatures.length);
  temperatures.set(run.temperatures);
  const scratch = kernels.float32(softAnnealingScratch(example)).fill(NaN);
  const task = { samples, heads, tokens, bits, couplings, fields, chosen, states, thresholds, temperatures };
  kernels.annealSoft({ ...task, weights, scratch });
  const result = { chosen: chosen.slice(), states: states.slice() };
  kernels.release(mark);
  return result;
}

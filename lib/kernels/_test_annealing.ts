import { Rng, seedState } from "../random/mod.ts";
import { annealingScratch } from "./head_annealing.ts";
import type { HeadShape } from "./heads.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";

/** The heads of a problem for the annealer, and its weights. */
export interface AnnealingExample extends HeadShape {
  /** q, `[S, H, N, d]`. */
  readonly queries: Float32Array;
  /** k, `[S, H, N, d]`. */
  readonly keys: Float32Array;
  /** h, `[S, H, N]`. */
  readonly fields: Float32Array;
  readonly weights: {
    readonly coupling: number;
    readonly field: number;
    readonly overlap: number;
    readonly cardinality: { readonly k: number; readonly weight: number };
  };
}

/** How an example is annealed. */
export interface Run {
  readonly dense: boolean;
  readonly temperatures: readonly number[];
  readonly seed?: number;
  readonly firstStream?: number;
  readonly density?: number;
  /** So many heads in a row are given the queries and keys of the first of them. */
  readonly copies?: number;
}

/** `count` temperatures from hot to cold, geometric. */
export function geometric(count: number, hot = 0.5, cold = 0.05): number[] {
  return Array.from({ length: count }, (_, s) => hot * (cold / hot) ** (count === 1 ? 1 : s / (count - 1)));
}

/** Queries, keys and fields from N(0, 1); no head is asked for more tokens than there are. */
export function randomHeads(shape: HeadShape, weights: AnnealingExample["weights"], stream: number): AnnealingExample {
  const rng = new Rng(50, stream);
  const places = shape.samples * shape.heads * shape.tokens;
  const draw = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const [queries, keys] = [draw(places * shape.width), draw(places * shape.width)];
  const { k, weight } = weights.cardinality;
  const cardinality = { k: Math.min(k, shape.tokens), weight };
  return { ...shape, weights: { ...weights, cardinality }, queries, keys, fields: draw(places) };
}

/** What the annealer chose, and where its streams stand. */
export function anneal(
  kernels: Kernels,
  example: AnnealingExample,
  run: Run,
): { chosen: Uint8Array; states: Uint32Array } {
  const { samples, heads, tokens, width, weights } = example;
  const places = samples * heads * tokens;
  const dp = roundUp4(width);
  const mark = kernels.used;
  const { copies = 1 } = run, head = tokens * width;
  const packed = kernels.float32(places / copies * 2 * dp);
  for (let at = 0; at < places * width / copies; at++) {
    const to = 2 * dp * Math.floor(at / width) + at % width, from = copies * head * Math.floor(at / head) + at % head;
    packed[to] = example.queries[from];
    packed[to + dp] = example.keys[from];
  }
  const fields = kernels.float32(places);
  fields.set(example.fields);
  const [chosen, states] = [kernels.uint8(places), kernels.uint32(4 * samples)];
  for (let s = 0; s < samples; s++) seedState(run.seed ?? 1, (run.firstStream ?? 0) + s, states, 4 * s);
  const thresholds = kernels.float32(4096);
  for (let j = 0; j < 4096; j++) thresholds[j] = -Math.log((j + 0.5) / 4096);
  const temperatures = kernels.float32(run.temperatures.length);
  temperatures.set(run.temperatures);
  const { cardinality: { k, weight }, coupling } = weights;
  kernels.annealHeads({
    ...{ samples, heads, tokens, width, dense: run.dense, packed, fields, chosen, states, thresholds, temperatures },
    copies: run.copies,
    weights: { ...weights, coupling: coupling / Math.sqrt(width), cardinality: weight, k },
    density: run.density ?? 0.25,
    scratch: kernels.float32(annealingScratch(example, run.dense)).fill(NaN),
  });
  const result = { chosen: chosen.slice(), states: states.slice() };
  kernels.release(mark);
  return result;
}

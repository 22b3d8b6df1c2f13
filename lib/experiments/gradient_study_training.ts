import process from "node:process";
import { qamaBlock, qamaV2 } from "../attention/mod.ts";
import { type Bytes, type Doubles, wasmKernels } from "../kernels/mod.ts";
import { ADAM, epochOrder, EVALUATION_STREAM, type ImageData, type ImageSplit, SimpleVit } from "../training/mod.ts";
import type { GradientStudyPoint, GradientStudyTraining } from "./gradient_study_record.ts";
import type { GradientStudyRow } from "./gradient_study_rows.ts";

/** Pictures that go through the model together. */
const TOGETHER = 8;
const BATCH = 128;
const RATE = 1e-3;

/** How long is trained. */
export interface GradientTrainingOptions {
  /** Processor time of the training steps, ms. */
  readonly budgetMs: number;
  /** Tests, evenly spread over the time. */
  readonly points: number;
  /** Seed of weights, order and solver. */
  readonly seed: number;
  /** Stops after the step under way; nothing is given then. */
  readonly signal?: AbortSignal;
  /** Called after every step with the share of the time that is over. */
  readonly onStep?: (share: number) => void;
}

/**
 * Trains a SimpleViT of the published operator for a given processor time, by one estimator.
 *
 * The time is that of this process, all its threads, in training steps alone; tests stand outside. So other programs on the machine
 * do not count, but for the caches that they take away.
 *
 * @param data pictures
 * @param row estimator and solver
 * @param options see {@link GradientTrainingOptions}
 * @returns the points; null if it was stopped
 *
 * Cost the time given, and a second of 10,000 test pictures a point.
 * Source: the model and the optimiser of `train`.
 *
 * @example No time, one step
 * ```ts
 * import { trainForTime, trainingRows } from "qama/experiments";
 * import { loadGlyphs } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadGlyphs({ trainCount: 128, testCount: 8 });
 * const found = await trainForTime(data, trainingRows(1)[0], { budgetMs: 1, points: 1, seed: 1 });
 * assertEquals(found?.points[0].steps, 1);
 * ```
 */
export async function trainForTime(
  data: ImageData,
  row: GradientStudyRow,
  { budgetMs, points: wanted, seed, signal, onStep }: GradientTrainingOptions,
): Promise<GradientStudyTraining | null> {
  const kernels = wasmKernels();
  const { estimator, solver } = row;
  const shape = { rows: data.rows, columns: data.columns, channels: data.channels, classes: data.classes.length };
  const model = new SimpleVit(
    ...[kernels, shape] as const,
    (arena, sizes) => estimator === null ? null : qamaBlock(arena, sizes, qamaV2({ solver, estimator })),
    TOGETHER,
  );
  const [m, v] = [kernels.float32(model.weights.length), kernels.float32(model.weights.length)];
  const labels = kernels.uint8(TOGETHER), totals = kernels.float64(2);
  const { count } = data.train;
  const pictures = new Uint8Array(TOGETHER * data.train.images.length / count);
  model.initialise(seed);
  let order: Int32Array = new Int32Array();
  const points: GradientStudyPoint[] = [];
  let [cpuMs, steps, seen, loss, density] = [0, 0, 0, 0, null as number | null];
  while (points.length < wanted) {
    if (signal?.aborted) return null;
    const started = process.cpuUsage();
    model.refresh();
    totals.fill(0);
    for (let at = 0; at < BATCH; at += TOGETHER) {
      for (let s = 0; s < TOGETHER; s++) {
        const draw = steps * BATCH + at + s;
        if (draw % count === 0) order = epochOrder(count, seed, draw / count);
        take(data.train, order[draw % count], pictures, labels, s);
      }
      model.forward(pictures, TOGETHER, seed, steps * BATCH + at);
      model.backward(TOGETHER, labels, BATCH, totals);
    }
    model.collect();
    kernels.adam(model.weights.length, model.weights, model.gradients, m, v, { rate: RATE, ...ADAM, step: ++steps });
    const used = process.cpuUsage(started);
    cpuMs += (used.user + used.system) / 1000;
    loss += totals[0];
    seen += BATCH;
    onStep?.(Math.min(1, cpuMs / budgetMs));
    if (cpuMs >= budgetMs * (points.length + 1) / wanted) {
      const tested = test(model, data.test, seed, labels, totals, pictures);
      density = tested.density;
      const { hits, testLoss } = tested;
      points.push({ cpuMs: Math.round(cpuMs), steps, trainLoss: loss / seen, testLoss, hits });
      [loss, seen] = [0, 0];
    }
    // signals get their turn
    if (steps % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return {
    ...{ budgetMs, batch: BATCH, rate: RATE, density, points },
    pictures: { train: count, test: data.test.count },
  };
}

function take({ images, labels, count }: ImageSplit, picture: number, to: Uint8Array, own: Bytes, s: number): void {
  const size = images.length / count;
  to.set(images.subarray(picture * size, (picture + 1) * size), s * size);
  own[s] = labels[picture];
}

function test(
  model: SimpleVit,
  split: ImageSplit,
  seed: number,
  labels: Bytes,
  totals: Doubles,
  pictures: Uint8Array,
): { hits: number; testLoss: number; density: number | null } {
  model.refresh();
  totals.fill(0);
  let [chosen, places] = [0, 0];
  for (let from = 0; from < split.count; from += TOGETHER) {
    const n = Math.min(TOGETHER, split.count - from);
    for (let s = 0; s < n; s++) take(split, from + s, pictures, labels, s);
    model.forward(pictures, n, seed, EVALUATION_STREAM + from);
    model.score(n, labels, totals);
    const own = model.attention?.chosen?.subarray(0, n * model.shape.heads * model.shape.tokens);
    if (own) { for (const x of own) chosen += x; }
    places += own?.length ?? 0;
  }
  return { hits: totals[1], testLoss: totals[0] / split.count, density: places === 0 ? null : chosen / places };
}

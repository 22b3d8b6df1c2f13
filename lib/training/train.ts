import { sha256 } from "../model/mod.ts";
import { stopSignal } from "../samplers/mod.ts";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { epochOrder } from "./conventions.ts";
import { changesInTraining } from "./added_operators.ts";
import { operatorSettings } from "./operators.ts";
import { resolveVitShape } from "./simple_vit.ts";
import { textShapeOf } from "./_text_shape.ts";
import { isTextData, type TrainingData } from "./training_data.ts";
import { resolveTextShape, type TextHead } from "./text_model.ts";
import { TrainingTeam } from "./team.ts";
import { checkTestLoss, checkTraining } from "./_check_training.ts";
import { openCheckpoint } from "./_open_checkpoint.ts";
import type { EpochResult, TrainOptions, TrainProgress, TrainResult } from "./types.ts";

const PROGRESS_MS = 100;
/** How long steps run before timers and signals get their turn. */
const TURN_MS = 50;

/**
 * Trains a SimpleViT, or a model of texts, with the named operator in its attention slot, and tests it after every epoch.
 *
 * Adam (0.9, 0.999, 1e-8) on the mean cross-entropy of each batch; the pictures are shuffled anew each epoch (Fisher and
 * Yates, stream by epoch), the last batch may be smaller. Gradients are summed over fixed parts of a batch in fixed order:
 * the numbers depend neither on `workers` nor on how often the run was stopped and resumed.
 *
 * @param data pictures, or texts as token numbers, and labels
 * @param options see {@link TrainOptions}
 * @returns every complete epoch; `interrupted` if the signal came first, and a checkpoint was then kept
 * @throws {RangeError} if an option is out of range, the pictures do not fit their labels, the loss of a step or a test is no
 *   longer a number, or the checkpoint holds more than the epochs asked for
 * @throws {SyntaxError} if the checkpoint is unreadable
 * @throws {TypeError} if there are no options, one is unknown, or the checkpoint is of another configuration
 * @throws {Error} if the checkpoint cannot be written where it is asked for
 *
 * Cost epochs * (training pictures + a third of the test pictures) * about 0.25 ms on one core.
 * Source: facts of QAMA's image experiments, arXiv 2504.11083; Kingma and Ba, Adam (2015), arXiv 1412.6980.
 *
 * @example Two pictures, one epoch
 * ```ts
 * import { train } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(32), labels: Uint8Array.of(0, 1), count: 2 };
 * const size = { rows: 4, columns: 4, channels: 1 };
 * const data = { name: "blank", synthetic: true, ...size, classes: ["a", "b"], train: split, test: split, checksums: {} };
 * assertEquals((await train(data, { operator: "none", epochs: 1, workers: 1 })).epochs.length, 1);
 * ```
 */
export async function train(data: TrainingData, options: TrainOptions): Promise<TrainResult> {
  const settings = checkTraining(data, options);
  const { signal = stopSignal() } = options;
  const { epochs, seed, batchSize, learningRate, workers, checkpointSteps } = settings;
  const { shape, sizes } = shapeOf(data, settings.textHead);
  const kind = isTextData(data) ? "texts" : "pictures";
  const configuration = JSON.stringify([
    settings.operator,
    operatorSettings(settings.operator, { ...sizes, sweeps: settings.sweeps, seed, data: kind }),
    seed,
    batchSize,
    learningRate,
    settings.sweeps,
    data.name,
    [data.train.count, data.test.count],
    shape,
    data.checksums,
    // what is done of the whole is known only where the whole is
    ...changesInTraining(settings.operator) ? [epochs] : [],
  ]);
  const kept = options.checkpoint ? await openCheckpoint(options.checkpoint, configuration, epochs) : null;
  const steps = Math.ceil(data.train.count / batchSize);
  const team = await TrainingTeam.open({ shape, ...settings }, data, batchSize, workers);
  try {
    const run = new Run(team, kept);
    let turn = performance.now();
    let shown = 0;
    const started = performance.now(), before = run.done(steps);
    const save = async () => {
      if (options.checkpoint) await writeCheckpoint(options.checkpoint, run.checkpoint(configuration));
    };
    const show = (now: number) => {
      shown = now;
      const done = run.done(steps);
      const etaMs = (now - started) * (epochs * steps - done) / Math.max(1, done - before);
      options.onProgress?.(run.progress(epochs, steps, batchSize, data.train.count, etaMs));
    };
    while (run.epochs.length < epochs) {
      const order = epochOrder(data.train.count, seed, run.epochs.length);
      while (run.step < steps) {
        if (signal?.aborted) {
          await save();
          return await run.result("interrupted");
        }
        const from = run.step * batchSize;
        const stream = run.epochs.length * data.train.count + from, progress = run.done(steps) / (epochs * steps);
        run.train(order.subarray(from, from + batchSize), stream, learningRate, progress);
        const now = performance.now();
        if (now - shown > PROGRESS_MS) show(now);
        if (run.step % checkpointSteps === 0 && run.step < steps) await save();
        if (now - turn > TURN_MS) {
          await new Promise((resolve) => setTimeout(resolve));
          turn = performance.now();
        }
      }
      run.closeEpoch(data.train.count, data.test.count, run.done(steps) / (epochs * steps));
      show(performance.now());
      await save();
    }
    return await run.result("completed");
  } finally {
    team.close();
  }
}

/** The model for these data: its own sizes, and those of its attention. */
function shapeOf(data: TrainingData, head: TextHead) {
  if (isTextData(data)) {
    const shape = { ...textShapeOf(data), ...head === "logits" ? {} : { head } };
    const { tokens, heads, width } = resolveTextShape(shape);
    return { shape, sizes: { tokens, heads, width: width / heads } };
  }
  const shape = { rows: data.rows, columns: data.columns, channels: data.channels, classes: data.classes.length };
  const { tokens, heads, width } = resolveVitShape(shape);
  return { shape, sizes: { tokens, heads, width: width / heads } };
}

/** The state of a run between two steps. */
class Run {
  readonly epochs: EpochResult[];
  step: number;
  #optimiserStep: number;
  #running: { loss: number; hits: number };
  readonly #clocks: { trainMs: number; evaluateMs: number; epochMs: number[] };
  readonly #team: TrainingTeam;

  constructor(team: TrainingTeam, kept: Checkpoint | null) {
    this.#team = team;
    this.epochs = [...kept?.epochs ?? []];
    this.step = kept?.step ?? 0;
    this.#optimiserStep = kept?.optimiserStep ?? 0;
    this.#running = { ...kept?.running ?? { loss: 0, hits: 0 } };
    const { trainMs, evaluateMs, epochMs } = kept?.clocks ?? { trainMs: 0, evaluateMs: 0 };
    this.#clocks = { trainMs, evaluateMs, epochMs: [...epochMs ?? []] };
    if (kept) team.restore(kept.arrays);
  }

  done(steps: number): number {
    return this.epochs.length * steps + this.step;
  }

  train(pictures: Int32Array, stream: number, rate: number, progress: number): void {
    const from = performance.now();
    const { loss, hits } = this.#team.step(pictures, stream, ++this.#optimiserStep, rate, progress);
    if (!Number.isFinite(loss)) {
      throw new RangeError(
        `Cannot go on training: the loss is ${loss} at step ${this.#optimiserStep}; lower learningRate`,
      );
    }
    this.#running.loss += loss;
    this.#running.hits += hits;
    this.step++;
    this.#clocks.trainMs += performance.now() - from;
  }

  closeEpoch(trained: number, tested: number, progress: number): void {
    const from = performance.now();
    const { loss, hits, chosen } = this.#team.evaluate(progress);
    checkTestLoss(loss, this.#optimiserStep);
    this.epochs.push({
      epoch: this.epochs.length + 1,
      trainLoss: this.#running.loss / trained,
      trainAccuracy: this.#running.hits / trained,
      testLoss: loss / tested,
      testAccuracy: hits / tested,
      density: chosen < 0 ? null : chosen / this.#team.places,
    });
    this.step = 0;
    this.#running = { loss: 0, hits: 0 };
    this.#clocks.evaluateMs += performance.now() - from;
    const { trainMs, evaluateMs, epochMs } = this.#clocks;
    epochMs.push(trainMs + evaluateMs - epochMs.reduce((sum, ms) => sum + ms, 0));
  }

  progress(epochs: number, steps: number, batchSize: number, count: number, etaMs: number): TrainProgress {
    const last = this.epochs.at(-1);
    const closed = this.step === 0 && last !== undefined;
    const seen = Math.min(count, this.step * batchSize);
    return {
      epoch: closed ? last.epoch : this.epochs.length + 1,
      epochs,
      step: closed ? steps : this.step,
      steps,
      loss: closed ? last.trainLoss : this.#running.loss / seen,
      accuracy: closed ? last.trainAccuracy : this.#running.hits / seen,
      testAccuracy: last?.testAccuracy ?? NaN,
      etaMs,
    };
  }

  checkpoint(configuration: string): Checkpoint {
    const arrays = this.#team.state();
    const { epochs, step } = this;
    return {
      configuration,
      epochs,
      step,
      optimiserStep: this.#optimiserStep,
      running: this.#running,
      clocks: this.#clocks,
      arrays,
    };
  }

  async result(ending: TrainResult["ending"]): Promise<TrainResult> {
    const { weights } = this.#team.state();
    const weightsDigest = await sha256(new Uint8Array(weights.buffer));
    const { trainable } = this.#team;
    return {
      ending,
      epochs: [...this.epochs],
      parameters: trainable,
      weightsDigest,
      clocks: structuredClone(this.#clocks),
    };
  }
}

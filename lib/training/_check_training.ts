import { OPERATOR_NAMES } from "./operators.ts";
import type { ImageData, TrainOptions } from "./types.ts";

type Settings = Required<Omit<TrainOptions, "checkpoint" | "signal" | "onProgress">>;

/** Checks data and options and fills in the defaults. */
export function checkTraining(data: ImageData, options: TrainOptions): Settings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot train: expected options with an operator and a number of epochs, got ${options}`);
  }
  const settings: Settings = {
    operator: options.operator,
    epochs: options.epochs,
    seed: options.seed ?? 1,
    batchSize: options.batchSize ?? 128,
    learningRate: options.learningRate ?? 1e-3,
    workers: options.workers ?? 2,
    sweeps: options.sweeps ?? 20,
    checkpointSteps: options.checkpointSteps ?? 200,
  };
  const known = [...Object.keys(settings), "checkpoint", "signal", "onProgress"];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown) throw new TypeError(`Cannot train: unknown option ${unknown}; known are ${known.join(", ")}`);
  if (!OPERATOR_NAMES.includes(settings.operator)) {
    throw new RangeError(`Cannot train: unknown operator ${settings.operator}; known are ${OPERATOR_NAMES.join(", ")}`);
  }
  const { operator: _, learningRate, ...integers } = settings;
  for (const [name, value] of Object.entries(integers)) {
    const least = name === "seed" || name === "sweeps" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`Cannot train: ${name} must be an integer of ${least} or more, got ${value}`);
    }
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(`Cannot train: learningRate must be a positive number, got ${learningRate}`);
  }
  checkPictures("Cannot train", data);
  return settings;
}

/** Throws unless every split holds its pictures, and labels of the classes there are. */
export function checkPictures(cannot: string, data: ImageData): void {
  const pixels = data.rows * data.columns * data.channels;
  for (const [name, split] of Object.entries({ train: data.train, test: data.test })) {
    if (split.count < 1 || split.images.length !== split.count * pixels || split.labels.length !== split.count) {
      throw new RangeError(
        `${cannot}: ${name} must hold ${split.count} pictures of ${pixels} bytes and as many labels, got ` +
          `${split.images.length} bytes and ${split.labels.length} labels`,
      );
    }
    const wrong = split.labels.findIndex((label) => label >= data.classes.length);
    if (wrong >= 0) {
      throw new RangeError(
        `${cannot}: label ${wrong} of ${name} is ${split.labels[wrong]}, expected 0 to ${data.classes.length - 1}`,
      );
    }
  }
}

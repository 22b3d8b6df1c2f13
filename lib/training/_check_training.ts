import { ADDED_NAMES } from "./added_operators.ts";
import { OPERATOR_NAMES } from "./operators.ts";
import { CIRCUIT_NAMES, isCircuitName } from "./circuit_operators.ts";
import { STUDY_NAMES } from "./study_operators.ts";
import { isTextData, type TrainingData } from "./training_data.ts";
import type { TextData } from "./text_data.ts";
import type { ImageData, TrainOptions } from "./types.ts";

type Settings = Required<Omit<TrainOptions, "checkpoint" | "signal" | "onProgress">>;

/** Checks data and options and fills in the defaults. */
export function checkTraining(data: TrainingData, options: TrainOptions): Settings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot train: expected options with an operator and a number of epochs, got ${options}`);
  }
  const settings: Settings = {
    operator: options.operator,
    epochs: options.epochs,
    seed: options.seed ?? 1,
    batchSize: options.batchSize ?? (isTextData(data) ? 24 : 128),
    learningRate: options.learningRate ?? 1e-3,
    workers: options.workers ?? 2,
    sweeps: options.sweeps ?? 20,
    textHead: options.textHead ?? "logits",
    checkpointSteps: options.checkpointSteps ?? 200,
  };
  const known = [...Object.keys(settings), "checkpoint", "signal", "onProgress"];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown) throw new TypeError(`Cannot train: unknown option ${unknown}; known are ${known.join(", ")}`);
  const names = [...OPERATOR_NAMES, ...STUDY_NAMES, ...ADDED_NAMES, ...CIRCUIT_NAMES];
  if (!names.includes(settings.operator)) {
    throw new RangeError(`Cannot train: unknown operator ${settings.operator}; known are ${names.join(", ")}`);
  }
  if (isCircuitName(settings.operator) && isTextData(data)) {
    throw new TypeError(`Cannot train: ${settings.operator} is a model of pictures, the data are texts`);
  }
  const { operator: _, textHead, ...numbers } = settings;
  checkNumbers("Cannot train", numbers);
  if (textHead !== "logits" && !(textHead === "doubleSoftmax" && isTextData(data))) {
    const known = isTextData(data) ? "logits or doubleSoftmax" : "logits, for the data are pictures";
    throw new RangeError(`Cannot train: textHead must be ${known}, got ${textHead}`);
  }
  if (isTextData(data)) checkTexts("Cannot train", data);
  else checkPictures("Cannot train", data);
  return settings;
}

/** Throws unless the rate is above 0, and the others are integers: seed and sweeps from 0, the rest from 1. */
export function checkNumbers(
  cannot: string,
  { learningRate, ...integers }: { readonly learningRate: number; readonly [name: string]: number },
): void {
  checkCounts(cannot, integers);
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(`${cannot}: learningRate must be a positive number, got ${learningRate}`);
  }
}

/** Throws unless all are integers: seed and sweeps from 0, the rest from 1. */
export function checkCounts(cannot: string, integers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(integers)) {
    const least = name === "seed" || name === "sweeps" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${cannot}: ${name} must be an integer of ${least} or more, got ${value}`);
    }
  }
}

/** Throws unless it is a share of the training. */
export function checkProgress(progress: number): void {
  if (!(progress >= 0 && progress <= 1)) {
    throw new RangeError(`Cannot go on training: progress must be from 0 to 1, got ${progress}`);
  }
}

/** Throws unless the loss of a test is a number: the last step of an epoch can take a model out of the numbers too. */
export function checkTestLoss(loss: number, steps: number): void {
  if (Number.isFinite(loss)) return;
  throw new RangeError(
    `Cannot go on training: the loss of the test is ${loss} after step ${steps}; lower learningRate`,
  );
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
    checkLabels(cannot, name, split.labels, data.classes.length);
  }
}

/** Throws unless every split holds its texts, of words of the vocabulary, and labels of the classes there are. */
export function checkTexts(cannot: string, data: TextData): void {
  for (const [name, split] of Object.entries({ train: data.train, test: data.test })) {
    const { tokens, starts, labels, count } = split;
    if (count < 1 || starts.length !== count + 1 || labels.length !== count) {
      throw new RangeError(
        `${cannot}: ${name} must hold ${count} texts, as many labels and one start more, got ${labels.length} labels and ` +
          `${starts.length} starts`,
      );
    }
    const bad = starts.findIndex((start, s) => s === 0 ? start !== 0 : start <= starts[s - 1]);
    if (bad >= 0 || starts[count] !== tokens.length) {
      throw new RangeError(
        `${cannot}: ${name} must have starts that rise from 0 to its ${tokens.length} tokens, got ` +
          `${starts[bad < 0 ? count : bad]} at ${bad < 0 ? count : bad}; a text has at least one token`,
      );
    }
    const words = data.vocabulary.length;
    const wrong = tokens.findIndex((token) => token < 0 || token >= words);
    if (wrong >= 0) {
      throw new RangeError(`${cannot}: token ${wrong} of ${name} is ${tokens[wrong]}, expected 0 to ${words - 1}`);
    }
    checkLabels(cannot, name, labels, data.classes.length);
  }
}

function checkLabels(cannot: string, name: string, labels: Uint8Array, classes: number): void {
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new RangeError(`${cannot}: label ${wrong} of ${name} is ${labels[wrong]}, expected 0 to ${classes - 1}`);
}

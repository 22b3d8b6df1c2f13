import { operatorOrder, type Profile, profiles } from "../lib/experiments/mod.ts";
import { UsageError, type Values } from "./_cli.ts";
import { shellWord } from "./_cli_option.ts";
import { natsWords, submitOptions } from "./_nats_cli.ts";
import { DATA_NAMES, type FeatureChoice } from "./_reproduce_data.ts";

const COMMAND = "deno task reproduce";

/** The command line of `reproduce`. */
export const reproduceCli = {
  command: COMMAND,
  summary:
    "Trains every attention operator and its controls on pictures and texts and puts the accuracies beside the paper's.",
  examples: [
    `${COMMAND}                                    minutes: the order of the operators on parts of two data sets`,
    `${COMMAND} --profile smoke                    under a minute: shows that it works`,
    `${COMMAND} --profile standard                 full data sets, five epochs, three seeds, beside the paper's curves`,
    `${COMMAND} --profile paper --resume           goes on where a stopped run ended`,
    `${COMMAND} --nats nats://localhost:4222       on every machine that runs a worker of that server`,
  ],
  options: {
    profile: {
      type: "string",
      choices: Object.keys(profiles),
      default: "quick",
      help: `how much is run (${Object.values(profiles).map(({ name, cost }) => `${name} ${cost}`).join(", ")})`,
    },
    only: {
      type: "list",
      choices: DATA_NAMES,
      help: "data sets, in place of the profile's; a missing one is an error",
    },
    operators: { type: "list", choices: operatorOrder, help: "operators, in place of the profile's" },
    seeds: {
      type: "string",
      help: "how many (3: seeds 1, 2, 3), or which (4,7; one alone: 4,), in place of the profile's",
    },
    epochs: { type: "integer", min: 1, help: "passes over the training items, in place of the profile's" },
    textHead: {
      type: "string",
      choices: ["logits", "doubleSoftmax"],
      default: "logits",
      help: "loss of text models: cross-entropy of the logits, or the published program's softmax of a softmax",
    },
    features: {
      type: "boolean",
      help: "texts as frozen features of ALBERT-base, computed once, in place of word vectors trained here",
    },
    featuresDir: { type: "string", help: "the same, of the transformer in this folder" },
    dataDir: { type: "string", help: "folder that holds the data sets, and no other place is looked at" },
    out: {
      type: "string",
      help: "folder for records, checkpoints, table and page, in place of out/<profile>; for one command at a time",
    },
    resume: {
      type: "boolean",
      help: "keeps finished runs and goes on with a stopped one; else every run is made anew",
    },
    jobs: {
      type: "integer",
      min: 1,
      max: 256,
      help: "runs at the same time, each a process, in place of as many as there are processors or runs left",
    },
    workers: {
      type: "integer",
      min: 1,
      max: 256,
      help: "threads that share a step of a run, in place of the processors' share; the numbers do not depend on it",
    },
    ...submitOptions,
    json: { type: "boolean", help: "prints one JSON object, accuracies in percent, in place of the table" },
  },
} as const;

/** What {@link reproduceCli} reads into. */
export type ReproduceValues = Values<typeof reproduceCli.options>;

/** Data that cannot be had, or a folder that cannot be used: ends the program with code 1. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** Seeds from `3` (the first three) or `4,7` (these). */
export function readSeeds(text: string): number[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.length === 1 && /^[1-9]\d{0,3}$/.test(words[0])) {
    return Array.from({ length: Number(words[0]) }, (_, i) => i + 1);
  }
  const seeds = words.filter((word, i) => word !== "" || i < words.length - 1).map((word) =>
    /^\d+$/.test(word) ? +word : -1
  );
  if (words.length < 2 || seeds.length === 0 || seeds.some((seed) => seed < 0 || !Number.isSafeInteger(seed))) {
    throw new UsageError(`--seeds takes a count from 1 to 9999 or a list such as 4,7, got "${text}"`);
  }
  return seeds;
}

/** The command line that asks for the same, with what a resumed run needs where it goes on. */
export function commandLine(values: ReproduceValues, profile: Profile, resume: boolean): string {
  const parts = [COMMAND, `--profile ${profile.name}`];
  if (values.only !== undefined) parts.push(`--only ${values.only.join(",")}`);
  if (values.operators !== undefined) parts.push(`--operators ${values.operators.join(",")}`);
  if (values.seeds !== undefined) parts.push(`--seeds ${shellWord(values.seeds)}`);
  if (values.epochs !== undefined) parts.push(`--epochs ${values.epochs}`);
  if (values.textHead !== "logits") parts.push(`--text-head ${values.textHead}`);
  if (values.features) parts.push("--features");
  if (resume) {
    if (values.featuresDir !== undefined) parts.push(`--features-dir ${shellWord(values.featuresDir)}`);
    if (values.dataDir !== undefined) parts.push(`--data-dir ${shellWord(values.dataDir)}`);
    if (values.out !== undefined) parts.push(`--out ${shellWord(values.out)}`);
    if (values.jobs !== undefined) parts.push(`--jobs ${values.jobs}`);
    if (values.workers !== undefined) parts.push(`--workers ${values.workers}`);
    parts.push(...natsWords(values), "--resume");
  }
  return parts.join(" ");
}

/** Which frozen features texts come in by, if any. */
export function featuresOf(
  { features, featuresDir }: Pick<ReproduceValues, "features" | "featuresDir">,
): FeatureChoice | undefined {
  if (featuresDir !== undefined) return { folder: featuresDir };
  return features ? { folder: null } : undefined;
}

type ErrorClass = new (...args: never[]) => Error;

/** A loader's message with its options named as they are typed on the command line. */
export function inFlags(message: string): string {
  return message.replace(/\bdataDir\b/g, "--data-dir").replace(/\bfeaturesDir\b/g, "--features-dir");
}

/** Turns errors of these classes, with such a message, into {@link InputError}, whose text may say more. */
export async function asInput<T>(
  kinds: readonly ErrorClass[],
  work: () => Promise<T>,
  message?: RegExp,
  textOf: (message: string) => string = inFlags,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof Error && kinds.some((kind) => error instanceof kind) && (message?.test(error.message) ?? true)
    ) {
      throw new InputError(textOf(error.message));
    }
    throw error;
  }
}

import { checkOptionNames } from "../../lib/model/mod.ts";
import { Rng } from "../../lib/random/mod.ts";
import type { TextData, TextSplit } from "../../lib/training/text_data.ts";
import { meant } from "../_meant.ts";
import { sha256 } from "../cache/mod.ts";
import { loadImdb } from "../imdb/mod.ts";
import { loadSst2 } from "../sst2/mod.ts";
import { LOAD_TEXT_OPTIONS, type LoadTextOptions, takeTexts } from "../text/mod.ts";
import { LONG_DRAWN, type LongTask } from "./_draw_tasks.ts";
import { encodeBytes, markedSentences } from "./encode_bytes.ts";

/** A data set of long sequences that {@link loadLongSequences} knows. */
export type LongDatasetName = "retrieval" | "retrievalOnce" | "brackets" | "parity" | "sst2Bytes" | "imdbBytes";

/** The names that {@link loadLongSequences} knows, those that our own code makes up first. */
export const LONG_DATASETS: readonly LongDatasetName[] = [
  "retrieval",
  "retrievalOnce",
  "brackets",
  "parity",
  "sst2Bytes",
  "imdbBytes",
];

/** How long, how many, and where published texts are. */
export interface LoadLongSequencesOptions extends LoadTextOptions {
  /** N, tokens of a sequence; of `imdbBytes` the most. @default {1024} */
  readonly tokens?: number;
  /** Training sequences. @default {4000; of published texts all} */
  readonly trainCount?: number;
  /** Test sequences. @default {1000; of published texts all} */
  readonly testCount?: number;
  /** Seed of what is made up. @default {50} */
  readonly seed?: number;
}

const MOST = { tokens: 2 ** 17, count: 1_000_000 };

/**
 * Loads a data set of long sequences by name, as token numbers.
 *
 * Made up by our own code, every class as often as any other, exactly where the counts allow it; what matters is written
 * `m = max(1, N / 64)` times, rounded down, so that its share of a sequence does not fall with N, but for `retrievalOnce`:
 *
 * - `retrieval`: four marked tokens, each a key with one of four values, every value once, and a question that names a key, at
 *   about half of the other places; the class is its value. Chance and majority 25 %; how often each token occurs tells nothing
 *   but together with the question, so a model without attention stays at 25 %.
 * - `retrievalOnce`: the same with each marked token written once, four places of N: who reads few keys has to choose these, and
 *   who reads a window sees them from near places alone.
 * - `brackets`: a word of two pairs of brackets of two kinds; nested well, or with one closing bracket of the other kind. Chance
 *   and majority 50 %; the count of no token tells anything by itself, so a model without attention stays at 50 %.
 * - `parity`: two marked bits among bits that do not count; the class is the parity of the marked ones. Chance and majority
 *   50 %; a threshold on the number of marked ones reaches 75 %.
 *
 * One layer of softmax attention learns each of them at 64 tokens within 10,000 sequences (Adam, 3e-3, batches of 8): a task that
 * no row learns compares nothing.
 *
 * Published: `sst2Bytes`, {@link markedSentences} of SST-2, counted as synthetic for its arrangement; `imdbBytes`, IMDB by
 * {@link encodeBytes}, where both classes have 50 %.
 *
 * @param name one of {@link LONG_DATASETS}
 * @param options see {@link LoadLongSequencesOptions}
 * @returns the sequences; training sequence i is stream 2 i of the seed and test sequence i stream 2 i + 1, so that a smaller
 *   set is the beginning of a larger one
 * @throws {RangeError} if no set has that name, or a number is out of range
 * @throws {TypeError} if an option is unknown
 * @throws whatever the loaders of published sets throw
 *
 * Cost about 20 ns and 4 bytes a token of what is made up.
 * Source: this project.
 *
 * @example Sequences of equal length, each value as often as any other
 * ```ts
 * import { loadLongSequences } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const { train } = await loadLongSequences("retrieval", { tokens: 64, trainCount: 8, testCount: 4 });
 * assertEquals([train.tokens.length, [...train.labels].sort().join("")], [8 * 64, "00112233"]);
 * ```
 */
export async function loadLongSequences(name: string, options: LoadLongSequencesOptions = {}): Promise<TextData> {
  const cannot = "Cannot load the long sequences";
  checkOptionNames(cannot, options, [...LOAD_TEXT_OPTIONS, "tokens", "trainCount", "testCount", "seed"]);
  const { tokens = 1024, trainCount, testCount, seed = 50, ...where } = options;
  checkRange(cannot, "tokens", tokens, MOST.tokens);
  for (const [which, count] of Object.entries({ trainCount, testCount })) {
    if (count !== undefined) checkRange(cannot, which, count, MOST.count);
  }
  if (name === "sst2Bytes" || name === "imdbBytes") {
    const whole = name === "sst2Bytes" ? await loadSst2(where) : await loadImdb(where);
    const corpus = takeTexts(whole, {
      ...trainCount !== undefined && { train: trainCount },
      ...testCount !== undefined && { test: testCount },
    });
    return name === "sst2Bytes" ? markedSentences(corpus, { tokens, seed }) : encodeBytes(corpus, { tokens });
  }
  if (!Object.hasOwn(LONG_DRAWN, name)) {
    throw new RangeError(
      `${cannot} "${name}": expected one of ${LONG_DATASETS.join(", ")}${meant(name, LONG_DATASETS)}`,
    );
  }
  const task = LONG_DRAWN[name as keyof typeof LONG_DRAWN];
  if (tokens < task.fewest) {
    throw new RangeError(`${cannot}: ${name} needs ${task.fewest} tokens or more, got ${tokens}`);
  }
  const train = drawSplit(task, { tokens, count: trainCount ?? 4000, seed, parity: 0 }, where.signal);
  const test = drawSplit(task, { tokens, count: testCount ?? 1000, seed, parity: 1 }, where.signal);
  return {
    name: `${task.name} (made up by this project, ${tokens.toLocaleString("en-US")} tokens)`,
    ...{ synthetic: true, classes: task.classes, vocabulary: task.vocabulary, train, test },
    checksums: { train: await digestOf(train), test: await digestOf(test) },
  };
}

function drawSplit(
  task: LongTask,
  { tokens: N, count, seed, parity }: { tokens: number; count: number; seed: number; parity: number },
  signal: AbortSignal | undefined,
): TextSplit {
  const tokens = new Int32Array(count * N), labels = new Uint8Array(count);
  for (let s = 0; s < count; s++) {
    if (s % 1000 === 0) signal?.throwIfAborted();
    // the classes take turns
    labels[s] = s % task.classes.length;
    task.draw(new Rng(seed, 2 * s + parity), labels[s], tokens.subarray(s * N, (s + 1) * N));
  }
  return { tokens, labels, count, starts: Int32Array.from({ length: count + 1 }, (_, s) => s * N) };
}

/** SHA-256 of the labels and the tokens, little-endian. */
function digestOf({ tokens, labels }: TextSplit): Promise<string> {
  const bytes = new Uint8Array(labels.length + 4 * tokens.length);
  bytes.set(labels);
  const view = new DataView(bytes.buffer, labels.length);
  tokens.forEach((token, i) => view.setInt32(4 * i, token, true));
  return sha256(bytes);
}

function checkRange(cannot: string, name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`${cannot}: ${name} must be an integer from 1 to ${most}, got ${value}`);
}

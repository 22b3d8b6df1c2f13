import process from "node:process";
import { BlockTrainer, type TextData } from "../training/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { checkAsked, makeRecords } from "./_make_records.ts";
import { askedRows, longStudyRows } from "./long_study_rows.ts";
import {
  LONG_TIMES_SCHEMA,
  type LongTimesRecord,
  type LongTimesRow,
  readLongTimesRecord,
  writeLongTimesRecord,
} from "./long_times_record.ts";
import { describeMachine } from "./machine.ts";
import type { CodeVersion } from "./types.ts";

/** Shorter steps are repeated, so that they take about so long together, ms. */
const TURN_MS = 200;
const MOST_REPEATS = 200;
const SEED = 1;
/** Changes no weight in float32 but those that are 0, by about as little: every step is that of the starting weights. */
const LEARNING_RATE = 1e-30;

/** How times are taken. */
export interface RunLongTimesOptions {
  /** Folder of the records, in `records/`; made if it is not there. */
  readonly out: string;
  /** Lengths N. */
  readonly lengths: readonly number[];
  /** Loads sequences of a length; the first one is trained on. */
  readonly load: (tokens: number) => Promise<TextData>;
  /** Rounds. @default {5} */
  readonly rounds?: number;
  /** H. @default {4} */
  readonly heads?: number;
  /** Rows that are timed, by name. @default {all but those that are run by name only} */
  readonly rows?: readonly string[];
  /** Keeps the records that are there. @default {false: they are made anew} */
  readonly resume?: boolean;
  /** Stops; the length under way is not kept. */
  readonly signal?: AbortSignal;
  /** Tells the time, ms. @default {processor time of this process} */
  readonly clock?: () => number;
  /** Called before each turn. */
  readonly onProgress?: (label: string, share: number) => void;
  /** Called for each record. */
  readonly onRecord?: (record: LongTimesRecord, how: "kept" | "made") => void;
}

/**
 * Times a training step of one sequence for every row of the study of long sequences, a record a length.
 *
 * All rows of a length are opened, make two steps that do not count, and then have a turn in each round: in the order of the study, in the next
 * round in the opposite order, so that a computer which slows down or speeds up does so for all rows alike. What another program takes for
 * less than a round does not: medians of many rounds, on a computer that has nothing else to do, are what can be compared. A turn is one
 * step, or as many as made 200 ms by the second step, 200 at most. Weights stay what they are at the start: the learning rate is 1e-30.
 *
 * @param options see {@link RunLongTimesOptions}
 * @returns the records; `interrupted` if the signal came first
 * @throws {RangeError} if rounds are no integer of 1 or more, a row is unknown, a record that is there was made in another way, or a row does not
 *   fit 3 GiB: BigBird first, which keeps the probabilities of its lists
 * @throws {Deno.errors.Busy} if another process writes to the folder
 *
 * Cost two steps a row and a turn a round: with five rounds two minutes at 8,192 tokens; memory that of all rows together.
 * Source: none needed.
 *
 * @example Nothing asked for
 * ```ts
 * import { runLongTimes } from "qama/experiments";
 * import { loadLongSequences } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const load = (tokens: number) => loadLongSequences("retrieval", { tokens });
 * assertEquals((await runLongTimes({ lengths: [], load, out: await Deno.makeTempDir() })).records, []);
 * ```
 */
export async function runLongTimes(
  options: RunLongTimesOptions,
): Promise<{ readonly ending: "completed" | "interrupted"; readonly records: LongTimesRecord[] }> {
  const { out, lengths, rounds = 5, heads = 4, resume, signal, onRecord } = options;
  if (!(Number.isSafeInteger(rounds) && rounds >= 1)) {
    throw new RangeError(`Cannot take the times: rounds must be an integer of 1 or more, got ${rounds}`);
  }
  checkRows(longStudyRows(1024, 1).map(({ row }) => row), options.rows);
  const plan = lengths.map((tokens) => ({
    file: `${tokens}.json`,
    checkKept: (kept: LongTimesRecord, path: string) => {
      const told = (rows: readonly Pick<LongTimesRow, "row" | "settings">[]) =>
        rows.map(({ row, settings }) => ({ row, settings }));
      const asked = { heads, rounds, rows: told(askedRows(longStudyRows(tokens, SEED), options.rows)) };
      checkAsked(path, { heads: kept.heads, rounds: kept.rows[0].stepMs.length, rows: told(kept.rows) }, asked);
    },
    make: (code: CodeVersion) => take(tokens, rounds, heads, options, code),
  }));
  const files = { read: readLongTimesRecord, write: writeLongTimesRecord };
  return await makeRecords(out, plan, { ...files, resume, signal, onRecord });
}

async function take(
  tokens: number,
  rounds: number,
  heads: number,
  { load, rows, signal, onProgress, clock = processorMs }: RunLongTimesOptions,
  code: CodeVersion,
): Promise<LongTimesRecord | null> {
  const startedAt = new Date().toISOString(), data = await load(tokens);
  const opened = askedRows(longStudyRows(tokens, SEED), rows).map(({ row, settings, open }) => {
    const trainer = new BlockTrainer(data, open, { heads, seed: SEED, learningRate: LEARNING_RATE });
    return { row, settings, trainer, repeats: 1, stepMs: [] as number[] };
  });
  // steps that do not count: the first one touches the memory, the second one tells how many make a turn
  for (let round = -2; round < rounds; round++) {
    for (const [at, own] of (round % 2 === 0 ? opened : opened.toReversed()).entries()) {
      onProgress?.(`${tokens} tokens, ${own.row}`, (round + 2 + at / opened.length) / (rounds + 2));
      // signals get their turn
      await new Promise((resolve) => setTimeout(resolve));
      if (signal?.aborted) return null;
      const started = clock();
      for (let k = 0; k < own.repeats; k++) own.trainer.step({ texts: Int32Array.of(0), firstStream: round + 2 });
      const ms = (clock() - started) / own.repeats;
      if (round === -1) own.repeats = Math.min(MOST_REPEATS, Math.max(1, Math.round(TURN_MS / ms)));
      if (round >= 0) own.stepMs.push(ms);
    }
  }
  return {
    ...{
      schema: LONG_TIMES_SCHEMA,
      experiment: "longTimes",
      tokens,
      heads,
      code,
      machine: describeMachine(),
      startedAt,
    },
    rows: opened.map(({ row, settings, stepMs, trainer: { attentionBytes } }) => ({
      row,
      settings,
      stepMs,
      attentionBytes,
    })),
  };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

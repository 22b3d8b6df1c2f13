/*
 * Question   Does choosing 5 to 20 % of the keys by a QUBO pay on long sequences: accuracy against wall time and memory?
 * Command    deno task long-study [--tasks retrieval,retrievalOnce,brackets,parity,sst2Bytes,imdbBytes] [--lengths 1024,2048,4096,8192] [--seeds 1,2,3,4,5] [--resume]
 *            deno task long-study --time --lengths 1024,2048,4096,8192
 * Cost       --time four minutes with nine rounds at all four lengths, and 2 GiB; --plan times every run beforehand and trains nothing; --smoke, 64 tokens and 48 sequences, half a minute
 * Expected   the time of selected softmax grows with the keys it reads: a tenth of them in less than a fifth of softmax attention's
 *            time of reading at 8,192 tokens; which accuracy that leaves is the question, and none is promised
 */
import { fileURLToPath } from "node:url";
import { loadLongSequences, LONG_DATASETS } from "../datasets/mod.ts";
import {
  LONG_STUDY_DEFAULTS,
  longStudyMarkdown,
  longStudyRows,
  longTimesMarkdown,
  planLongStudy,
  runLongStudy,
  runLongTimes,
} from "../lib/experiments/mod.ts";
import { runCli, UsageError, type Values } from "./_cli.ts";
import { checkNamed } from "./_cli_option.ts";
import { endingCode, interrupts } from "./_interrupts.ts";
import { ShareClock } from "./_share_clock.ts";
import { stderrProgress } from "./_terminal.ts";

const DRAWN = ["retrieval", "retrievalOnce", "brackets", "parity"];

/** The command line. */
export const cli = {
  command: "deno task long-study",
  summary:
    "Trains softmax attention, the sparse peers and selected softmax that reads 5, 10 and 20 % of the keys on long sequences; keeps " +
    "accuracy, wall time and memory, a record a run.",
  examples: [
    "deno task long-study --smoke",
    "deno task long-study --plan --lengths 1024,2048",
    "deno task long-study --time --lengths 1024,8192",
    "deno task long-study --tasks retrieval --lengths 1024 --seeds 1,2,3 --resume",
  ],
  options: {
    smoke: { type: "boolean", help: "64 tokens, 48 training and 24 test sequences, one epoch" },
    time: {
      type: "boolean",
      help: "times a training step of every row in turn, a record a length, and trains nothing",
    },
    rounds: { type: "integer", min: 1, help: "of --time, how often every row has its turn [5]" },
    plan: { type: "boolean", help: "prints the order of the runs and their expected cost, and trains nothing" },
    tasks: { type: "list", help: `data sets [${DRAWN.join(",")}]`, choices: [...LONG_DATASETS] },
    lengths: { type: "integers", min: 32, help: "tokens of a sequence [1024]" },
    seeds: { type: "integers", min: 0, help: "seeds [1]" },
    rows: { type: "list", help: "rows, by the names of their records" },
    epochs: { type: "integer", min: 1, help: "passes over the training sequences [3]" },
    rate: { type: "number", min: 1e-12, help: "step size of Adam [0.003]" },
    train: { type: "integer", min: 1, help: "training sequences [2000]" },
    test: { type: "integer", min: 1, help: "test sequences [500]" },
    heads: { type: "integer", min: 1, default: 4, help: "heads" },
    dataDir: { type: "string", help: "folder that holds sst2/ and imdb/" },
    out: { type: "string", help: "folder of the records [out/long-study]" },
    resume: { type: "boolean", help: "keeps the records that are there, and goes on with a run that was stopped" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<number> {
  checkTogether(values);
  const { smoke, tasks = DRAWN, seeds = [1], heads, dataDir } = values;
  const lengths = values.lengths ?? [smoke ? 64 : 1024];
  const {
    epochs = smoke ? 1 : LONG_STUDY_DEFAULTS.epochs,
    train: trainCount = smoke ? 48 : 2000,
    test: testCount = smoke ? 24 : 500,
  } = values;
  const out = values.out ?? fileURLToPath(new URL("../out/long-study", import.meta.url));
  checkNamed("row", values.rows, longStudyRows(1024, 1).map(({ row }) => row));
  const progress = stderrProgress(), clock = new ShareClock();
  const update = (label: string, done: number, more: { readonly detail?: string } = {}) =>
    progress.update({ label, done, etaMs: clock.leftMs(done), ...more });
  const signal = interrupts(() => progress.line("stopping after the step under way"));
  const load = (task: string, tokens: number) =>
    loadLongSequences(task, { tokens, trainCount, testCount, signal, ...dataDir && { dataDir } });
  const how = {
    ...{ out, tasks, lengths, seeds, epochs, heads, signal, load },
    ...values.rows && { rows: values.rows },
    ...values.rate && { learningRate: values.rate },
  };
  try {
    if (values.plan) {
      const plan = await planLongStudy(how);
      if (values.json) console.log(JSON.stringify({ plan }));
      else for (const line of planLines(plan)) console.log(line);
      return signal.aborted ? 130 : 0;
    }
    if (values.time) {
      const { ending, records } = await runLongTimes({
        ...{ out: `${out}/times`, lengths, heads, signal, resume: values.resume, ...how.rows && { rows: how.rows } },
        ...values.rounds === undefined ? {} : { rounds: values.rounds },
        load: (tokens) => loadLongSequences("retrieval", { tokens, trainCount: 1, testCount: 1 }),
        onProgress: update,
        onRecord: ({ tokens }, made) => progress.line(`${tokens} tokens: ${made === "kept" ? "kept" : "timed"}`),
      });
      progress.end();
      if (values.json) console.log(JSON.stringify({ out: `${out}/times`, ending, records }));
      else console.log(longTimesMarkdown(records));
      return endingCode(ending, out);
    }
    const asked = longStudyRows(1024, 1).filter(({ row, onlyByName }) => values.rows?.includes(row) ?? !onlyByName);
    const runs = lengths.length * tasks.length * seeds.length * asked.length;
    let ended = 0;
    const { ending, records } = await runLongStudy({
      ...{ ...how, resume: values.resume },
      onProgress: (label, done) => update(label, done, { detail: `run ${ended + 1} of ${runs}` }),
      onRecord: ({ task, tokens, row, seed, epochs, clocks: { trainMs, testMs } }, made) => {
        ended++;
        const right = `${(100 * (epochs.at(-1)?.testAccuracy ?? NaN)).toFixed(1)} % right`;
        const time = made === "kept" ? "kept" : `${((trainMs + testMs) / 1000).toFixed(1)} s`;
        progress.line(`${task} ${tokens} ${row} seed ${seed}: ${right}, ${time}`);
      },
    });
    progress.end();
    if (values.json) console.log(JSON.stringify({ out, ending, records: records.length }));
    else console.log(longStudyMarkdown(records));
    return endingCode(ending, out);
  } finally {
    progress.end();
  }
}

/** Throws where an option would do nothing beside another one. */
function checkTogether(values: Values<typeof cli.options>): void {
  if (values.rounds !== undefined && !values.time) throw new UsageError("--rounds is for --time");
  if (!values.time) return;
  const others = ["plan", "smoke", "tasks", "seeds", "epochs", "rate", "train", "test", "dataDir"] as const;
  const other = others.find((name) => values[name]);
  if (other === undefined) return;
  const option = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${option} does nothing beside --time, which trains nothing: give it without`);
}

function* planLines(plan: Awaited<ReturnType<typeof planLongStudy>>): Generator<string> {
  let total = 0;
  for (const { task, tokens, row, runs, expectedMs, attentionBytes } of plan) {
    total += runs * expectedMs;
    const minutes = `${(expectedMs / 60_000).toFixed(1)} min`, memory = `${(attentionBytes / 2 ** 20).toFixed(1)} MiB`;
    yield `${task} ${tokens} ${row.padEnd(26)}${String(runs).padStart(3)} x ${minutes.padStart(9)}   ${memory}`;
  }
  yield `${plan.length} rows, ${(total / 3_600_000).toFixed(2)} h on one thread`;
}

if (import.meta.main) await runCli(cli, main);

/*
 * Question   How far is each gradient estimator from the exact gradient of the expected readout, at what cost, and which trains best in equal time?
 * Command    deno task gradients [--only estimate,training] [--seeds 1,2,3] [--budget 60s] [--estimates 1000] [--out FOLDER] [--resume]
 * Cost       estimates five minutes of one core; a training of 60 s and its tests for each of ten rows and each seed: eleven minutes a seed;
 *            --quick two minutes
 * Expected   covariance has no bias that 1,000 seeds can see; energy misses the way through the selection, by a share that falls as beta
 *            grows. Estimates repeat exactly, trainings do not: how far one gets in its time differs
 */
import { fileURLToPath } from "node:url";
import { loadMnist } from "../datasets/mod.ts";
import { estimateRows, runGradientStudy, trainingRows } from "../lib/experiments/mod.ts";
import { runCli, UsageError, type Values } from "./_cli.ts";
import { checkNamed } from "./_cli_option.ts";
import { downloadsTold } from "./_downloads.ts";
import { endingCode, interrupts } from "./_interrupts.ts";
import { stderrProgress } from "./_terminal.ts";

/** The command line. */
export const cli = {
  command: "deno task gradients",
  summary:
    "Compares gradient estimators with the exact gradient of the expected readout (bias, variance, solves; all 2^12 states), and trains a " +
    "model on MNIST by each in equal processor time; keeps a record a row.",
  examples: [
    "deno task gradients --quick",
    "deno task gradients --only estimate --estimates 1000",
    "deno task gradients --seeds 1,2,3 --budget 60s --out out/gradients --resume",
  ],
  options: {
    quick: { type: "boolean", help: "40 estimates at beta 1, trainings of 2 s" },
    only: { type: "list", help: "parts", choices: ["estimate", "training"] },
    rows: { type: "list", help: "rows, by the names of their records" },
    seeds: {
      type: "integers",
      min: 0,
      default: "1",
      help: "seeds of the trainings; the first is that of the estimates' problems",
    },
    estimates: { type: "integer", min: 20, help: "estimates a row, a multiple of 20 [1000]" },
    budget: { type: "duration", min: 1, help: "processor time of a training [60s]" },
    dataDir: { type: "string", help: "folder that holds mnist/" },
    out: { type: "string", help: "folder of the records [out/gradients]" },
    resume: { type: "boolean", help: "keeps the records that are there" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<number> {
  const { quick } = values;
  const out = values.out ?? fileURLToPath(new URL("../out/gradients", import.meta.url));
  const { estimates = quick ? 40 : 1000, budget = quick ? 2000 : 60_000, only: parts = ["estimate", "training"] } =
    values;
  if (estimates % 20 !== 0) throw new UsageError(`--estimates must be a multiple of 20, got ${estimates}`);
  const known = [...new Set([...estimateRows(1), ...trainingRows(1)].map(({ row }) => row))];
  checkNamed("row", values.rows, known);
  const progress = stderrProgress();
  const signal = interrupts(() => progress.line("stopping after the step under way"));
  try {
    const { ending, records } = await runGradientStudy({
      ...{ out, parts, seeds: values.seeds, estimates, budgetMs: budget, signal, resume: values.resume },
      ...(values.rows && { rows: values.rows }),
      ...(quick && { betas: [1] }),
      ...(parts.includes("training") && {
        pictures: await loadMnist({ ...downloadsTold(progress), ...(values.dataDir && { dataDir: values.dataDir }) }),
      }),
      onProgress: (label, done) => progress.update({ label, done, etaMs: NaN, detail: "" }),
      onRecord: ({ part, row, seed, estimate, training, wallMs }, how) => {
        const found = estimate
          ? `beta ${estimate.beta} bias ${estimate.errors.all.bias.value.toFixed(3)}`
          : `${training!.points.at(-1)!.hits} of ${training!.pictures.test} right after ${
            training!.points.at(-1)!.steps
          } steps`;
        progress.line(
          `${part} ${row} seed ${seed}: ${found}, ${how === "kept" ? "kept" : `${(wallMs / 1000).toFixed(1)} s`}`,
        );
      },
    });
    progress.end();
    if (values.json) console.log(JSON.stringify({ out, ending, records: records.length }));
    else console.log(`${records.length} records in ${out}/records`);
    return endingCode(ending, out);
  } finally {
    progress.end();
  }
}

if (import.meta.main) await runCli(cli, main);

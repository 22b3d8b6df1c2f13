/*
 * Question   What does a coherent Ising machine give behind the attention layer: energies, accuracy, time, at how many bits and how much noise?
 * Command    deno task machine-study --models FOLDER [--pictures 128] [--steps 60] [--out FOLDER] [--resume]
 * Cost       on two busy cores a quarter of an hour for each operator and 128 pictures, seven minutes for a training of 60 steps;
 *            --quick without models: a minute
 * Expected   rounding to 14 bits alone costs nothing; at 4 bits the machine holds no coupling of qamaV2, as spins; loop noise matters
 *            less than bits; the tape gives the same weights. Everything but times and requests repeats exactly
 */
import { fileURLToPath } from "node:url";
import { loadGlyphs, loadMnist } from "../datasets/mod.ts";
import { runMachineStudy } from "../lib/experiments/mod.ts";
import { runCli, UsageError, type Values } from "./_cli.ts";
import { downloadsTold } from "./_downloads.ts";
import { endingCode, interrupts } from "./_interrupts.ts";
import { stderrProgress } from "./_terminal.ts";
import { readModels, STUDY_OPERATORS } from "./_machine_study.ts";

/** The command line. */
export const cli = {
  command: "deno task machine-study",
  summary:
    "Puts an emulated coherent Ising machine behind the attention layer: trains on the glyphs for some steps, classifies MNIST pictures " +
    "with trained models, records a training and plays it again; keeps a record a row.",
  examples: [
    "deno task machine-study --only training,replay --quick",
    "deno task machine-study --models out/paper --pictures 128 --out out/machine-study --resume",
  ],
  options: {
    quick: { type: "boolean", help: "10 pictures, 2 steps" },
    only: { type: "list", help: "parts", choices: ["training", "inference", "replay"] },
    models: {
      type: "string",
      help: "folder of `deno task reproduce --out`, whose MNIST models are used in the inference",
    },
    operators: { type: "list", help: "models of the inference", choices: STUDY_OPERATORS },
    rows: { type: "list", help: "rows, by the names of their records" },
    pictures: { type: "integer", min: 1, help: "test pictures, from the first [128]" },
    steps: { type: "integer", min: 1, help: "steps of a training [60]" },
    seeds: {
      type: "integers",
      min: 0,
      default: "1",
      help: "seeds of the trainings; the first is that of the other parts",
    },
    dataDir: { type: "string", help: "folder that holds mnist/" },
    out: { type: "string", help: "folder of the records [out/machine-study]" },
    resume: { type: "boolean", help: "keeps the records that are there" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<number> {
  const out = values.out ?? fileURLToPath(new URL("../out/machine-study", import.meta.url));
  const { pictures: count = values.quick ? 10 : 128, steps = values.quick ? 2 : 60 } = values;
  const parts = values.only ?? ["training", ...(values.models === undefined ? [] : ["inference"] as const), "replay"];
  if (parts.includes("inference") && values.models === undefined) {
    throw new UsageError("The inference needs trained models: give --models FOLDER, a folder of deno task reproduce");
  }
  const progress = stderrProgress();
  const signal = interrupts(() => progress.line("stopping after the call under way"));
  try {
    const needed = parts.includes("inference");
    const { ending, records } = await runMachineStudy({
      ...{ out, parts, seeds: values.seeds, count, steps, signal, resume: values.resume },
      ...(values.rows && { rows: values.rows }),
      weights: needed ? await readModels(values.models ?? "", values.operators ?? STUDY_OPERATORS) : new Map(),
      ...(needed &&
        {
          pictures: await loadMnist({ ...downloadsTold(progress), ...(values.dataDir && { dataDir: values.dataDir }) }),
        }),
      glyphs: await loadGlyphs({ trainCount: 2000, testCount: 1 }),
      onProgress: ({ part, operator, row }, done) =>
        progress.update({ label: `${part} ${operator}`, done, etaMs: NaN, detail: row }),
      onRecord: ({ part, operator, row, seed, wallMs }, how) =>
        progress.line(
          `${part} ${operator} ${row} seed ${seed}: ${how === "kept" ? "kept" : `${(wallMs / 1000).toFixed(1)} s`}`,
        ),
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

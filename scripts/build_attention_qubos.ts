/*
 * Question   Which QUBOs do attention heads of the reproduction solve, and what are their optima? The attention benchmark set.
 * Command    deno run -A scripts/build_attention_qubos.ts --runs out
 * Cost       a minute, once the runs are there, of qamaV2 and qamaSelected: profile paper on MNIST and Fashion-MNIST, standard
 *            on SST-2 and IMDB
 * Expected   the files of datasets/attention_qubos/files as they are, byte by byte
 */
import { fileURLToPath } from "node:url";
import { writeInstanceSet } from "../datasets/mod.ts";
import type { Instance } from "../lib/model/mod.ts";
import { closeWorkers } from "../lib/samplers/mod.ts";
import { readCli, runCli, type Values } from "./_cli.ts";
import { collectQubos, exportCli } from "./_export_qubos.ts";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const JOINT = [["0+1", "8"], ["0+1+2", "6"], ["4+5+6+7", "4"], ["0+1+2+3+4+5+6+7", "2"]];

// run, test item, heads, tokens, how: each for the trained model and for the one it started as
const PICTURES = [
  ["mnist-qamaV2", "2,4", "6,8,10,12,14,16,18", "crop"],
  ["fashion-mnist-qamaV2", "2,4", "8,12,16", "crop"],
  ["mnist-qamaV2", "4", "8,12,16", "pool"],
  ["fashion-mnist-qamaV2", "4", "8,12,16", "pool"],
  ["mnist-qamaSelected", "2,4", "8,12,16", "crop"],
  ["fashion-mnist-qamaSelected", "2,4", "8,12,16", "crop"],
  ...JOINT.flatMap(([heads, tokens]) => [
    ["mnist-qamaV2", heads, tokens, "crop"],
    ["fashion-mnist-qamaV2", heads, tokens, "crop"],
  ]),
  ["mnist-qamaV2", "2,3,4", "all", "crop"],
  ["fashion-mnist-qamaV2", "2,3,4", "all", "crop"],
  ["mnist-qamaSelected", "4", "all", "crop"],
  ["fashion-mnist-qamaSelected", "4", "all", "crop"],
].map(([run, ...rest]) => [`${run}-paper-seed1`, "0", ...rest]);

// the first sentence of 16 tokens or more, the first review, and the first review of 16 to 48 tokens
const TEXTS = ["qamaV2", "qamaSelected"].flatMap((operator) => [
  [`sst2-${operator}-standard-seed1`, "2", "0", "8,12,16,all", "crop"],
  [`sst2-${operator}-standard-seed1`, "2", "0", "8", "pool"],
  [`imdb-${operator}-standard-seed1`, "0", "0", "8,12,16", "crop"],
  [`imdb-${operator}-standard-seed1`, "0", "0", "8", "pool"],
  [`imdb-${operator}-standard-seed1`, "157", "0", "all", "crop"],
]);

/** The command line. */
export const cli = {
  command: "deno run -A scripts/build_attention_qubos.ts",
  summary: "Makes the attention benchmark set anew from the runs that it names.",
  examples: ["deno run -A scripts/build_attention_qubos.ts --runs out"],
  options: {
    runs: { type: "string", help: "folder that reproduce wrote its runs to", default: "out" },
    out: { type: "string", help: "folder to write to", default: root("datasets/attention_qubos/files") },
  },
} as const;

async function main({ runs, out }: Values<typeof cli.options>): Promise<void> {
  const all: Instance[] = [];
  for (const [run, sample, heads, tokens, how] of [...PICTURES, ...TEXTS]) {
    for (const untrained of [[], ["--untrained"]]) {
      const record = root(`results/records/${run}.json`);
      const choice = ["--record", record, "--runs", runs, "--samples", sample];
      const size = ["--heads", heads, "--tokens", tokens, "--how", how];
      const { instances, unproved } = await collectQubos(
        readCli(exportCli, [...choice, ...size, "--limit", "1s", "--proved-only", ...untrained]),
      );
      all.push(...instances);
      for (const name of unproved) console.error(`left out, not proved: ${name}`);
    }
  }
  const title = "What attention heads of the reproduction solve, with proved optima: " +
    "E(x) = sum_{i<=j} Q_ij x_i x_j + offset, minimised, in the models' own units";
  const { instances } = await writeInstanceSet(out, title, all, { compress: true });
  console.log(`${instances.length} instances in ${out}`);
}

if (import.meta.main) await runCli(cli, (values) => main(values).finally(closeWorkers));

/**
 * Question: what do q bits a token lose against continuous weights, and what of a softmax is left in what is chosen?
 * Command: `deno run -A scripts/soft_selection.ts [--record results/soft_selection.json] [--json]`
 * Cost: five seconds, 200 MiB.
 * Expected: weights err by step / sqrt(12), 0.0192 at four bits; the energy of rounded softmax weights by 5 % at four bits, its
 * readout by 4 %; no weight between 0 and 1 in a head alone, whatever q; correlation with softmax weights 0.2 to 0.25.
 * Why: the energy of a head is concave in each weight (J_ii is a divergence, not below 0), so its minimum needs one bit a token;
 * what is between comes from the penalty, which weighs every bit alike, so that bits of little weight are the first to go.
 */
import { codeVersion, describeMachine, writeWhole } from "qama/experiments";
import { runCli, type Values } from "./_cli.ts";
import { canBeWritten } from "./_files.ts";
import { softSelectionTable } from "./_soft_selection.ts";

/** The command line. */
export const cli = {
  command: "deno run -A scripts/soft_selection.ts",
  summary: "Shows what q bits a weight lose against continuous weights, on Gaussian heads.",
  examples: ["deno run -A scripts/soft_selection.ts --record results/soft_selection.json"],
  options: {
    record: { type: "string", help: "writes the table into this file: results/soft_selection.json" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

async function main(options: Values<typeof cli.options>): Promise<void> {
  if (options.record !== undefined) await canBeWritten(options.record);
  const startedAt = new Date().toISOString();
  const table = await softSelectionTable([1, 2, 3, 4, 6, 8]);
  const command = "deno run -A scripts/soft_selection.ts --record results/soft_selection.json";
  const record = { schema: 1, command, machine: describeMachine(), code: await codeVersion(), startedAt, ...table };
  if (options.record !== undefined) await writeWhole(options.record, `${JSON.stringify(record, null, 1)}\n`);
  if (options.json) console.log(JSON.stringify(record, null, 1));
  else {
    const { heads, tokens, width, rows } = table;
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    console.log(`${heads} Gaussian heads of ${tokens} tokens, width ${width}, revision 1 of the operator`);
    console.log("softmax weights (mean over the queries, over the largest), rounded to q bits:");
    for (const row of rows) {
      console.log(
        `  q ${row.q}   weight at most ${row.largest.toFixed(4)}, rms ${row.rms.toFixed(4)} by the formula, ` +
          `${row.softmaxRms.toFixed(4)} seen   energy ${percent(row.energyError)}   readout ${
            percent(row.readoutError)
          }`,
      );
    }
    console.log(
      "what is annealed with q bits: energy above the exact minimum over all weights (16 tokens), weights between",
    );
    console.log(
      "0 and 1 in a head alone and in eight with the penalty, correlation with the softmax weights likewise:",
    );
    for (const row of rows) {
      console.log(
        `  q ${row.q}   above ${percent(row.annealedAbove)}   between ${percent(row.betweenAlone)}, ` +
          `${percent(row.betweenPenalised)}   correlation ${row.correlation.toFixed(3)}, ${
            row.correlationPenalised.toFixed(3)
          }`,
      );
    }
  }
}

if (import.meta.main) await runCli(cli, main);

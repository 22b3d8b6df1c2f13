/**
 * Question: how long does fitting a model onto a machine's graph take, and how long are the chains; and what do pieces of a machine's size
 * reach on models of 4,000 to 5,000 variables, against annealing the whole model for the same time?
 * Command: `deno run -A scripts/fitting.ts [--only chains,pieces] [--time 10s] [--seeds 0,1] [--json]`
 * Cost: chains some minutes on one core; pieces six methods times four models times the seeds times `--time`.
 * Expected: a clique of 385 on the King's graph of 384 x 384, 184 on zephyr 12 in chains of 13 or less, 172 on pegasus 16 in
 * chains of 17 or less; no method in pieces reaches what annealing the whole model does on the sparse graphs.
 *
 * G56, G57 and G59 are published graphs (cut against the best known), sk-n4000 is drawn by `sherringtonKirkpatrick`.
 */
import { describeMachine } from "qama/experiments";
import { type Model, parseProblem, sherringtonKirkpatrick } from "qama/model";
import { runCli, type Values } from "./_cli.ts";
import { type FittingRow, measureFitting, measurePieces, type PiecesRow } from "./_fitting.ts";
import { dataFolder } from "./_leaderboard_instances.ts";

const GRAPHS = [["G56", 4017], ["G57", 3494], ["G59", 6086]] as const;

/** The command line. */
export const cli = {
  command: "deno run -A scripts/fitting.ts",
  summary: "Measures embeddings, and large-neighbourhood search against annealing for the same time.",
  examples: ["deno run -A scripts/fitting.ts --only chains", "deno run -A scripts/fitting.ts --only pieces --time 20s"],
  options: {
    only: { type: "list", help: "what to measure [both]", choices: ["chains", "pieces"] },
    time: { type: "duration", min: 1, help: "time of each method on each model", default: "10s" },
    seeds: { type: "integers", help: "seeds; odd ones run the methods in the other order", default: "0,1" },
    dataDir: { type: "string", help: "the folder of gset/ [QAMA_DATA_DIR, or ../shared/data]" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

async function main(options: Values<typeof cli.options>): Promise<void> {
  const say = (text: string) => options.json || console.log(text);
  const only = options.only ?? ["chains", "pieces"];
  const chains: FittingRow[] = [];
  const pieces: (PiecesRow & { readonly model: string; readonly seed: number })[] = [];

  if (only.includes("chains")) {
    say("model              machine          method             ms  qubits  longest  mean");
    for await (const row of measureFitting(options.seeds[0])) {
      chains.push(row);
      const { model, machine, method, ms, qubits, longestChain, meanChain } = row;
      say(
        `${model.padEnd(19)}${machine.padEnd(17)}${method.padEnd(16)}${ms.toFixed(0).padStart(5)}` +
          `${String(qubits).padStart(8)}${String(longestChain).padStart(9)}${meanChain.toFixed(2).padStart(6)}`,
      );
    }
  }

  if (only.includes("pieces")) {
    for (const { name, model, best } of await modelsOf(dataFolder(options.dataDir))) {
      say(
        `\n${name}, ${model.n} variables, ${options.time / 1000} s each${
          best === undefined ? "" : `; best known ${-best}`
        }`,
      );
      for (const seed of options.seeds) {
        for (const row of await measurePieces(model, seed, options.time)) {
          pieces.push({ model: name, seed, ...row });
          const gap = best === undefined
            ? ""
            : `  ${(100 * (1 + row.energy / best)).toFixed(2)} % above the best known`;
          say(
            `  seed ${seed}  ${row.method.padEnd(34)} ${row.energy}${gap}${
              row.pieces ? `  (${row.pieces} pieces)` : ""
            }`,
          );
        }
      }
    }
  }

  if (options.json) console.log(JSON.stringify({ machine: describeMachine(), timeMs: options.time, chains, pieces }));
}

async function modelsOf(folder: string): Promise<{ name: string; model: Model; best?: number }[]> {
  const models: { name: string; model: Model; best?: number }[] = [];
  for (const [name, best] of GRAPHS) {
    const file = `${folder}/gset/${name}.txt`;
    let text: string;
    try {
      text = await Deno.readTextFile(file);
    } catch (cause) {
      throw new Error(`Cannot read ${file}: give --data-dir, the folder that has gset/`, { cause });
    }
    models.push({ name, model: (await parseProblem(text, { as: "maxcut" })).model, best });
  }
  const { name, model } = sherringtonKirkpatrick({ n: 4000, seed: 0 });
  return [...models, { name, model }];
}

if (import.meta.main) await runCli(cli, main);

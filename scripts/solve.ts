/*
 * Question   Which state of a given problem has the lowest energy?
 * Command    deno task solve FILE [--sampler NAME] [--reads 10] [--time-limit 10s] [--json]
 * Cost       ten reads of a graph of 800 nodes take seconds; --time-limit ends any search
 */
import { readProblem } from "../lib/model/mod.ts";
import { runCli, stop, type Values } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { solve } from "./_solve.ts";
import { solveCli } from "./_solve_cli.ts";
import { stderrProgress, writeWholeTo } from "./_terminal.ts";

export { solveCli as cli } from "./_solve_cli.ts";

async function main(values: Values<typeof solveCli.options>): Promise<number> {
  const progress = stderrProgress();
  const signal = interrupts();
  try {
    return await solve(values, {
      read: (file, options) => readProblem(file === "-" ? Deno.stdin.readable : file, options),
      print(text) {
        progress.end();
        writeWholeTo(Deno.stdout, text);
      },
      touch: async (path) => (await Deno.open(path, { create: true, append: true })).close(),
      save: (path, content) =>
        typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content),
      ...(Deno.stderr.isTerminal() && { show: (state) => progress.update(state) }),
      signal,
    });
  } catch (error) {
    if (error === signal.reason) stop("interrupted before the search began", 130);
    throw error;
  } finally {
    progress.end();
  }
}

if (import.meta.main) await runCli(solveCli, main);

/*
 * Question   Which state of a given problem has the lowest energy?
 * Command    deno task solve FILE [--sampler NAME] [--reads 10] [--time-limit 10s] [--json]
 * Cost       ten reads of a graph of 800 nodes take seconds; --time-limit ends any search
 */
import { ProgressReporter } from "../lib/display/mod.ts";
import { readProblem } from "../lib/model/mod.ts";
import { parseCli, stop } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { solve } from "./_solve.ts";
import { InputError, solveCli } from "./_solve_cli.ts";

const values = parseCli(solveCli, Deno.args);
const encoder = new TextEncoder();
const write = (stream: { writeSync(bytes: Uint8Array): number }) => (text: string) => {
  for (let bytes = encoder.encode(text); bytes.length > 0;) bytes = bytes.subarray(stream.writeSync(bytes));
};
const terminal = Deno.stderr.isTerminal();
const progress = new ProgressReporter({
  write: write(Deno.stderr),
  terminal,
  // a terminal that does not know its width says 0
  columns: () => Deno.consoleSize().columns || 80,
});

const signal = interrupts();

try {
  const code = await solve(values, {
    read: (file, options) => readProblem(file === "-" ? Deno.stdin.readable : file, options),
    print(text) {
      progress.end();
      write(Deno.stdout)(text);
    },
    touch: async (path) => (await Deno.open(path, { create: true, append: true })).close(),
    save: (path, content) =>
      typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content),
    ...(terminal && { show: (state) => progress.update(state) }),
    signal,
  });
  Deno.exit(code);
} catch (error) {
  progress.end();
  if (error === signal.reason) stop("interrupted before the search began", 130);
  if (error instanceof InputError) stop(error.message, 2);
  if (error instanceof Error) stop(error.message);
  throw error;
}

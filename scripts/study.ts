/*
 * Question   What does solving a QUBO per sample buy over trained controls of equal density and parameters?
 * Command    deno task study [--resume] [--only mnist,fashion-mnist] [--seeds 1,2,3,4,5]
 * Cost       standard: sixteen rows, four data sets, five seeds, about a day on one core, three minutes a run of MNIST
 * Expected   results/study/preregistration.md says what was asked before it was run, results/study/README.md what came out
 */
import { fileURLToPath } from "node:url";
import { ProgressReporter } from "../lib/display/mod.ts";
import { localQueue } from "../lib/experiments/mod.ts";
import { parseCli, stop } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { InputError } from "./_reproduce_cli.ts";
import { loadWhole } from "./_reproduce_data.ts";
import { study } from "./_study.ts";
import { studyCli } from "./_study_cli.ts";

const values = parseCli(studyCli, Deno.args);
const terminal = Deno.stderr.isTerminal();
const progress = new ProgressReporter({
  write: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  terminal,
  columns: () => terminal ? Deno.consoleSize().columns : 200,
});
const script = fileURLToPath(new URL("./_reproduce_worker.ts", import.meta.url));
const command = [Deno.execPath(), "run", "-A", "--quiet", script];
const signal = interrupts(() => progress.line("stopping after the current step; Ctrl-C again stops at once"));

try {
  Deno.exit(
    await study(values, { executor: (share) => localQueue({ command, ...share }), loadWhole, progress, signal }),
  );
} catch (error) {
  progress.end();
  if (error instanceof InputError) stop(error.message, 2);
  throw error;
}

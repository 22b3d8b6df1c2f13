/*
 * Question   How accurate is each attention operator on pictures at equal epochs, beside the paper's numbers and its controls?
 * Command    deno task reproduce [--profile smoke|quick|standard|paper]
 * Cost       two cores: smoke under a minute, quick two to five, standard 20 to 40, paper 10 to 20 hours
 * Expected   after epoch 5 on the full sets (standard), in percent, one seed, ± 2.8 (see accuracyTolerance):
 *            MNIST          MHA 94.9   QAMA v2 82.5   no attention 87.9   selected softmax 94.0
 *            Fashion-MNIST  MHA 83.7   QAMA v2 76.4
 *            MHA and QAMA v2 are the paper's curves, the others of an independent re-creation. QAMA v2 is expected to be
 *            no better than no attention at equal epochs; the table says so where it is.
 */
import { loadImageData } from "../datasets/mod.ts";
import { ProgressReporter } from "../lib/display/mod.ts";
import { train } from "../lib/training/mod.ts";
import { parseCli, stop } from "./_cli.ts";
import { reproduce } from "./_reproduce.ts";
import { InputError, reproduceCli } from "./_reproduce_cli.ts";

const values = parseCli(reproduceCli, Deno.args);
const encoder = new TextEncoder();
const write = (stream: { writeSync(bytes: Uint8Array): number }) => (text: string) => {
  for (let bytes = encoder.encode(text); bytes.length > 0;) bytes = bytes.subarray(stream.writeSync(bytes));
};
const terminal = Deno.stderr.isTerminal();
const progress = new ProgressReporter({
  write: write(Deno.stderr),
  terminal,
  columns: () => terminal ? Deno.consoleSize().columns : 200,
});

const controller = new AbortController();
Deno.addSignalListener("SIGINT", () => {
  if (controller.signal.aborted) Deno.exit(130);
  progress.line("stopping after the current step; Ctrl-C again stops at once");
  controller.abort();
});

try {
  Deno.exit(
    await reproduce(values, { train, loadImageData, print: write(Deno.stdout), progress, signal: controller.signal }),
  );
} catch (error) {
  progress.end();
  if (error instanceof InputError) stop(error.message, 2);
  throw error;
}

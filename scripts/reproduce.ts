/*
 * Question   How accurate is each attention operator on pictures and texts at equal epochs, beside the paper's numbers and its controls?
 * Command    deno task reproduce [--profile smoke|quick|standard|paper]
 * Cost       two cores: smoke under a minute, quick two to eight, standard about four hours, paper about two days; one operator
 *            on one data set at fifty epochs a quarter of an hour on one core, IMDB longer
 * Expected   after epoch 5 on the full sets (standard), percent, mean of seeds 1, 2, 3; another program, or other seeds, may
 *            differ by the tolerance (see accuracyTolerance):
 *                           MHA          QAMA v2      its control  selected     its control  no attention
 *            MNIST          94.6 ± 1.6   81.9 ± 8.3   88.9 ± 1.7   94.3 ± 1.6   93.6 ± 1.6   88.7 ± 1.7
 *            Fashion-MNIST  82.9 ± 1.8   76.6 ± 1.8   79.3 ± 1.8   83.1 ± 1.8   83.2 ± 1.7   77.7 ± 3.2
 *            The paper's curves have MHA 94.9 and 83.7, QAMA v2 82.5 and 76.4. QAMA v2 is below no attention and below its
 *            control, a fixed random selection, on both sets. Records and every seed: results/README.md.
 */
import { fileURLToPath } from "node:url";
import { localQueue } from "../lib/experiments/mod.ts";
import { runCli, type Values } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { reproduce } from "./_reproduce.ts";
import { reproduceCli } from "./_reproduce_cli.ts";
import { loadWhole } from "./_reproduce_data.ts";
import { stderrProgress, writeWholeTo } from "./_terminal.ts";

export { reproduceCli as cli } from "./_reproduce_cli.ts";

async function main(values: Values<typeof reproduceCli.options>): Promise<number> {
  const progress = stderrProgress();
  const script = fileURLToPath(new URL("./_reproduce_worker.ts", import.meta.url));
  // a run finds its data on the disk: this process has loaded them before
  const command = [Deno.execPath(), "run", "-A", "--deny-net", "--quiet", script];
  const signal = interrupts(() =>
    progress.line("stopping every run after its current step; Ctrl-C again stops at once")
  );
  const print = (text: string) => writeWholeTo(Deno.stdout, text);
  const executor = (share: { jobs?: number; workers?: number }) => localQueue({ command, ...share });
  return await reproduce(values, { executor, loadWhole, print, progress, signal }).finally(() => progress.end());
}

if (import.meta.main) await runCli(reproduceCli, main);

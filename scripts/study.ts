/*
 * Question   What does solving a QUBO per sample buy over trained controls of equal density and parameters?
 * Command    deno task study [--resume] [--only mnist,fashion-mnist] [--seeds 1,2,3,4,5]
 * Cost       standard: sixteen rows, four data sets, five seeds, about a day on one core, three minutes a run of MNIST
 * Expected   results/study/preregistration.md says what was asked before it was run, results/study/README.md what came out
 */
import { fileURLToPath } from "node:url";
import { localQueue } from "../lib/experiments/mod.ts";
import { runCli } from "./_cli.ts";
import { downloadsTold } from "./_downloads.ts";
import { interrupts } from "./_interrupts.ts";
import { type LoadWhole, loadWhole } from "./_reproduce_data.ts";
import { study } from "./_study.ts";
import { studyCli } from "./_study_cli.ts";
import { stderrProgress } from "./_terminal.ts";

export { studyCli as cli } from "./_study_cli.ts";

if (import.meta.main) {
  await runCli(studyCli, async (values) => {
    const progress = stderrProgress();
    const script = fileURLToPath(new URL("./_reproduce_worker.ts", import.meta.url));
    // a run finds its data on the disk: this process has loaded them before
    const command = [Deno.execPath(), "run", "-A", "--deny-net", "--quiet", script];
    const signal = interrupts(() => progress.line("stopping after the current step; Ctrl-C again stops at once"));
    const executor = (share: { readonly jobs: number; readonly workers: number }) => localQueue({ command, ...share });
    const load: LoadWhole = (name, options) => loadWhole(name, { ...options, ...downloadsTold(progress) });
    return await study(values, { executor, loadWhole: load, progress, signal }).finally(() => progress.end());
  });
}

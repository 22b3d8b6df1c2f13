/*
 * Question   How well do learned evolutions of eight qubits tell pictures apart, and what do their couplings contribute beside classical models?
 * Command    deno task circuits [--profile smoke|quick|standard] [--only mnist,mnist-3-6] [--operators evolutionAmplitudes] [--seeds 1,2,3]
 * Cost       one core: a step of 128 pictures takes a circuit some 15 to 45 ms, so an epoch of 60,000 pictures a quarter to half a minute
 * Expected   couplings help; linear models of the same pixels are close to circuits or better. Records say how far
 */
import { fileURLToPath } from "node:url";
import { localQueue } from "../lib/experiments/mod.ts";
import { circuits } from "./_circuits.ts";
import { circuitsCli } from "./_circuits_cli.ts";
import { runCli } from "./_cli.ts";
import { downloadsTold } from "./_downloads.ts";
import { interrupts } from "./_interrupts.ts";
import { type LoadWhole, loadWhole } from "./_reproduce_data.ts";
import { stderrProgress, writeWholeTo } from "./_terminal.ts";

export { circuitsCli as cli } from "./_circuits_cli.ts";

if (import.meta.main) {
  await runCli(circuitsCli, async (values) => {
    const progress = stderrProgress();
    const script = fileURLToPath(new URL("./_reproduce_worker.ts", import.meta.url));
    // a run finds its data on the disk: this process has loaded them before
    const command = [Deno.execPath(), "run", "-A", "--deny-net", "--quiet", script];
    const signal = interrupts(() => progress.line("stopping after the current step; Ctrl-C again stops at once"));
    const executor = (share: { readonly jobs: number; readonly workers: number }) => localQueue({ command, ...share });
    const load: LoadWhole = (name, options) => loadWhole(name, { ...options, ...downloadsTold(progress) });
    const print = (text: string) => writeWholeTo(Deno.stdout, text);
    return await circuits(values, { executor, loadWhole: load, print, progress, signal }).finally(() => progress.end());
  });
}

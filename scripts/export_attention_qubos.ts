/*
 * Question   What does the attention of a trained model, or of an untrained one, solve? As QUBOs that other solvers read.
 * Command    deno task export-qubos --record results/records/mnist-qamaV2-paper-seed1.json --runs out --out qubos
 * Cost       loading the data, then about 0.1 s a QUBO of up to 20 variables; a whole head up to --limit
 */
import { closeWorkers } from "../lib/samplers/mod.ts";
import { runCli } from "./_cli.ts";
import { exportCli, exportQubos } from "./_export_qubos.ts";

export { exportCli as cli } from "./_export_qubos.ts";

if (import.meta.main) {
  await runCli(exportCli, async (values) => {
    const report = await exportQubos(values).finally(closeWorkers);
    if (values.json) console.log(JSON.stringify(report));
    else {
      for (const { name, groundEnergy, groundStates, proof } of report.instances) {
        const states = groundStates === undefined
          ? ""
          : `, ${groundStates} ground state${groundStates === 1 ? "" : "s"}`;
        console.log(proof === undefined ? `${name}  not proved` : `${name}  ${groundEnergy} (${proof}${states})`);
      }
      console.log(`${report.instances.length} instances in ${report.out}, ${report.unproved.length} optima not proved`);
    }
  });
}

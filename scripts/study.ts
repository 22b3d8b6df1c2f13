/*
 * Question   What does solving a QUBO per sample buy over trained controls of equal density and parameters?
 * Command    deno task study [--resume] [--only mnist,fashion-mnist] [--seeds 1,2,3,4,5]
 * Cost       standard: sixteen rows, four data sets, five seeds, about a day on one core, three minutes a run of MNIST
 * Expected   results/study/preregistration.md says what was asked before it was run, results/study/README.md what came out
 */
import { runCli } from "./_cli.ts";
import { planDoors } from "./_plan_doors.ts";
import { study } from "./_study.ts";
import { studyCli } from "./_study_cli.ts";

export { studyCli as cli } from "./_study_cli.ts";

if (import.meta.main) {
  await runCli(studyCli, async (values) => {
    const doors = planDoors("stopping after the current step", values, `study ${values.profile}`);
    return await study(values, doors).finally(() => doors.progress.end());
  });
}

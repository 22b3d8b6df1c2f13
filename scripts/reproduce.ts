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
import { runCli } from "./_cli.ts";
import { planDoors } from "./_plan_doors.ts";
import { reproduce } from "./_reproduce.ts";
import { reproduceCli } from "./_reproduce_cli.ts";
import { writeWholeTo } from "./_terminal.ts";

export { reproduceCli as cli } from "./_reproduce_cli.ts";

if (import.meta.main) {
  await runCli(reproduceCli, async (values) => {
    const doors = planDoors("stopping every run after its current step", values, `reproduce ${values.profile}`);
    const print = (text: string) => writeWholeTo(Deno.stdout, text);
    return await reproduce(values, { ...doors, print }).finally(() => doors.progress.end());
  });
}

/*
 * Question   How well do learned evolutions of eight qubits tell pictures apart, and what do their couplings contribute beside classical models?
 * Command    deno task circuits [--profile smoke|quick|standard] [--only mnist,mnist-3-6] [--operators evolutionAmplitudes] [--seeds 1,2,3]
 * Cost       a step of 128 pictures takes a circuit on amplitudes or angles some 25 ms of a core, one with re-uploading 50; so smoke takes a
 *            minute, quick five, and standard an hour a seed on a free core; noise 1/4 s a picture and circuit on top. --parts plateau, which needs no
 *            training: seconds, half a minute, ten minutes
 * Expected   quick, seed 1, test accuracy in percent; another seed differs by some points
 *                                    amplitudes  uploaded again  angles    linear 16 x 16   6 hidden units
 *            MNIST                   78          77              51        89               84
 *            Fashion-MNIST           62          75              65        82               76
 *            MNIST, 3 against 6      99.9        99.5            96.4      99.5             99.7
 *            and 14 to 47 points less without couplings. On ten classes no circuit is better than a linear model of its own pixels
 */
import { circuits } from "./_circuits.ts";
import { circuitsCli } from "./_circuits_cli.ts";
import { runCli } from "./_cli.ts";
import { planDoors } from "./_plan_doors.ts";
import { writeWholeTo } from "./_terminal.ts";

export { circuitsCli as cli } from "./_circuits_cli.ts";

if (import.meta.main) {
  await runCli(circuitsCli, async (values) => {
    const doors = planDoors("stopping after the current step", values, `circuits ${values.profile}`);
    const print = (text: string) => writeWholeTo(Deno.stdout, text);
    return await circuits(values, { ...doors, print }).finally(() => doors.progress.end());
  });
}

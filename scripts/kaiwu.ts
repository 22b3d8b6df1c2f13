/*
 * Question   How is a problem solved on QBoson's Kaiwu, which is reached by files only?
 * Command    deno task kaiwu FILE --out MATRIX.csv; later deno task kaiwu FILE --solution ANSWER.json --job MATRIX.csv.job.json
 * Cost       a second for 550 spins
 * Expected   a matrix of integers from -127 to 127; energies of the answer in the units of the problem
 */
import { runCli } from "./_cli.ts";
import { kaiwu, kaiwuCli } from "./_kaiwu.ts";

export { kaiwuCli as cli } from "./_kaiwu.ts";

if (import.meta.main) {
  await runCli(kaiwuCli, async (values) => {
    const { report, lines } = await kaiwu(values);
    console.log(values.json ? JSON.stringify(report) : lines.join("\n"));
  });
}

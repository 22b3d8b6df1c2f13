/*
 * Question   What does rounding to the bits of a machine do to a problem, and what would help?
 * Command    deno task preflight FILES --bits 8 [--form ising|qubo] [--page FILE] [--json]
 * Cost       about a second for 50 variables, a minute for 512 dense ones
 * Expected   a loss of 0 where nothing is rounded; 100 where nothing is left
 */
import { plotlySource } from "../lib/display/mod.ts";
import { writeWhole } from "../lib/experiments/mod.ts";
import { runCli } from "./_cli.ts";
import { canBeWritten } from "./_files.ts";
import { fly, preflightCli, preflightPage, preflightText } from "./_preflight.ts";

export { preflightCli as cli } from "./_preflight.ts";

if (import.meta.main) {
  await runCli(preflightCli, async (values) => {
    for (const file of [values.page, values.records]) if (file !== undefined) await canBeWritten(file);
    const isTerminal = Deno.stderr.isTerminal();
    const tell = (line: string) => {
      if (isTerminal) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${line}`));
    };
    const flights = await fly(values, tell);
    tell("");
    if (values.page !== undefined) {
      const command = `${preflightCli.command} --bits ${values.bits}`;
      await writeWhole(values.page, preflightPage(flights, command, await plotlySource().catch(() => null)));
    }
    if (values.records !== undefined) await writeWhole(values.records, `${JSON.stringify(flights)}\n`);
    console.log(values.json ? JSON.stringify({ flights }) : preflightText(flights));
  });
}

/*
 * Question   Where do the jobs stand that were sent to machines, and what becomes of those nobody waits for any more?
 * Command    deno task jobs [list|show|resume|cancel|forget|accept-damage] [JOB...] [--all] [--as ID] [--json]
 * Cost       one pass over the journal; resume waits for the machine
 */
import { runCli } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { jobs, jobsCli } from "./_jobs.ts";

export { jobsCli as cli } from "./_jobs.ts";

if (import.meta.main) {
  await runCli(jobsCli, async (values) => {
    const report = await jobs(values, interrupts());
    if (values.json) console.log(JSON.stringify(report.json));
    else for (const line of report.lines) console.log(line);
    return report.code;
  });
}

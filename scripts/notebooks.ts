/*
 * Question   Does every notebook run from top to bottom, and give what it gave?
 * Command    deno task notebooks [FILES] [--out DIR] [--html DIR] [--check] [--write] [--jobs N] [--time-limit 60s] [--json]
 * Cost       what the cells take, and a second a notebook
 * Expected   `2 notebooks passed, 0 failed`
 */
import { runCli } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { notebooksCli, outcomeText, runNotebooks } from "./_notebooks.ts";

export { notebooksCli as cli } from "./_notebooks.ts";

if (import.meta.main) {
  await runCli(notebooksCli, async (values) => {
    const signal = interrupts(() => console.error("stopping: the kernels are ended, press again to end at once"));
    const say = (line: string) => values.json ? console.error(line) : console.log(line);
    const outcomes = await runNotebooks(values, { signal, onOutcome: (outcome) => say(outcomeText(outcome)) });
    const failed = outcomes.filter(({ passed }) => !passed).length;
    if (values.json) console.log(JSON.stringify({ notebooks: outcomes, passed: outcomes.length - failed, failed }));
    else console.log(`${outcomes.length - failed} notebooks passed, ${failed} failed`);
    return signal.aborted ? 130 : failed === 0 ? 0 : 1;
  });
}

/*
 * Question   What is this problem in the format that another program reads?
 * Command    deno task convert IN OUT [--from FORMAT] [--to FORMAT] [--as ising|maxcut|qubo]
 * Cost       one pass over the file; 500 MB of entries take about 10 s and 1.1 GB of memory
 */
import { runCli } from "./_cli.ts";
import { convert, convertCli } from "./_convert.ts";

export { convertCli as cli } from "./_convert.ts";

if (import.meta.main) {
  await runCli(convertCli, async (values) => {
    const report = await convert(values);
    if (values.json) console.log(JSON.stringify(report));
    else for (const line of report.lines) console.log(line);
  });
}

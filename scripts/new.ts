/*
 * Question   Where does an experiment of one's own begin?
 * Command    deno task new NAME [--kind script|notebook] [--folder DIR]
 * Cost       nothing; what is written runs in a second
 */
import { runCli } from "./_cli.ts";
import { newCli, writeNew } from "./_new.ts";

export { newCli as cli } from "./_new.ts";

if (import.meta.main) {
  await runCli(newCli, async (values) => {
    // deno task runs in the project, wherever it is typed
    const { file, config, command } = await writeNew(values, Deno.env.get("INIT_CWD") ?? Deno.cwd());
    if (values.json) console.log(JSON.stringify({ file, config, command }));
    else {
      console.log(`written: ${file}${config === null ? "" : `, and ${config}, by which it finds the library`}`);
      console.log(`run it:  ${command}`);
    }
  });
}

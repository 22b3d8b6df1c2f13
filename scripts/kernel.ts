/*
 * Question   How does a notebook in any folder get QAMA, and a Stop that keeps its variables?
 * Command    deno task kernel [--prefix DIR] [--uninstall] [--json]
 * Cost       a few seconds, and what Deno fetches of TensorFlow.js the first time
 * Expected   `installed QAMA (Deno) in FOLDER`
 */
import { runCli } from "./_cli.ts";
import { installOrNot, kernelCli } from "./_kernel.ts";

export { kernelCli as cli } from "./_kernel.ts";

if (import.meta.main) {
  await runCli(kernelCli, async (values) => {
    const { json, lines } = await installOrNot(values);
    console.log(values.json ? JSON.stringify(json) : lines.join("\n"));
  });
}

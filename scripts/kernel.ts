/*
 * Question   How does a notebook in any folder get QAMA, and a Stop that keeps its variables?
 * Command    deno task kernel [--prefix DIR] [--uninstall] [--json]
 * Cost       a few seconds, and what Deno fetches of TensorFlow.js the first time
 * Expected   `installed QAMA (Deno) in FOLDER`
 */
import { parseCli, stop } from "./_cli.ts";
import { explain } from "./_convert.ts";
import { installOrNot, kernelCli } from "./_kernel.ts";

const values = parseCli(kernelCli, Deno.args);
try {
  const { json, lines } = await installOrNot(values);
  console.log(values.json ? JSON.stringify(json) : lines.join("\n"));
} catch (error) {
  stop(explain(error));
}

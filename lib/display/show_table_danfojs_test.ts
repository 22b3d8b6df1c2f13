import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Shows a data frame and a series of danfojs in a process of its own, without a line in the lock file. */
const CODE = `
import { DataFrame, Series } from "npm:danfojs@1.1.2";
import { show } from "qama/display";
const frame = new DataFrame({ who: ["Ada", "Bob"], energy: [-1.25, 2] });
console.log(show(frame).text);
console.log(show(new Series([3, 4])).text);`;

Deno.test("showTable() shows a data frame and a series of the real danfojs", async () => {
  const args = ["eval", "--no-lock", "--config", `${ROOT}deno.json`, CODE];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0 && /error sending request|Failed loading|not found in cache|JSR|npm package/i.test(err)) {
    console.log("skipped: danfojs is not in the cache and cannot be fetched");
    return;
  }
  assert(code === 0, err);
  const rows = (text: string) => text.trim().split("\n").map((line) => line.replaceAll(/[| ]+/g, " ").trim());
  assertEquals(rows(out), ["who energy", "--- -----:", "Ada -1.250", "Bob 2.000", "0", "-: -:", "0 3", "1 4"]);
});

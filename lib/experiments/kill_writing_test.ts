import { assert, assertEquals } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { readCheckpoint } from "../training/mod.ts";
import { readRecord } from "./mod.ts";

Deno.test("writeCheckpoint() and writeRecord() killed in the middle leave a whole file, the old or the new one", async () => {
  const out = await Deno.makeTempDir();
  const program = `
    import { exampleRecord, writeRecord } from "${new URL("./mod.ts", import.meta.url)}";
    import { writeCheckpoint } from "${new URL("../training/mod.ts", import.meta.url)}";
    const array = () => new Float32Array(200_000);
    const arrays = { weights: array(), m: array(), v: array() };
    const rest = { configuration: "", epochs: [], running: { loss: 0, hits: 0 }, clocks: { trainMs: 0, evaluateMs: 0 } };
    console.log("begins");
    for (let step = 1;; step++) {
      arrays.weights.fill(step);
      await writeCheckpoint("${out}/state", { ...rest, step, optimiserStep: step, arrays });
      await writeRecord("${out}/record.json", exampleRecord({ seed: step }));
    }`;
  const rng = new Rng(11, 0);
  let inTheMiddle = 0;
  // eight kills, and more on a busy machine until one of them met a write
  for (let kill = 0; kill < 8 || (inTheMiddle === 0 && kill < 40); kill++) {
    const args = ["eval", "--quiet", program];
    const writer = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "null" }).spawn();
    const reader = writer.stdout.getReader();
    await reader.read();
    while (!await Deno.stat(`${out}/record.json`).then(() => true, () => false)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, 20 + 60 * rng.uniform()));
    writer.kill("SIGKILL");
    await writer.status;
    await reader.cancel();
    const state = await readCheckpoint(`${out}/state`);
    assert(state !== null && state.arrays.weights.every((weight) => weight === state.step));
    assert((await readRecord(`${out}/record.json`)).seed >= 1);
    const left = [...Deno.readDirSync(out)].map(({ name }) => name).filter((name) => /\.(tmp|part)$/.test(name));
    inTheMiddle += left.length > 0 ? 1 : 0;
    for (const name of left) await Deno.remove(`${out}/${name}`);
  }
  // nearly all of the time is spent in writing: that no kill of forty met it would mean that none was tried
  assert(inTheMiddle > 0);
  assertEquals([...Deno.readDirSync(out)].length, 2);
});

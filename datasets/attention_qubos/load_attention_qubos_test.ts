import { assert, assertEquals } from "@std/assert";
import { energy, flipDelta } from "../../lib/model/mod.ts";
import { proveInstance } from "../../lib/samplers/mod.ts";
import { assertClose } from "../../lib/testing/mod.ts";
import { loadAttentionQubos } from "./mod.ts";

Deno.test("loadAttentionQubos() gives optima that are proved again, by the way the index names, with as many ground states", async () => {
  for (const { groundEnergy = NaN, groundState = [], ...instance } of await loadAttentionQubos()) {
    const proved = await proveInstance(instance);
    assertEquals([proved?.proof, proved?.groundStates], [instance.proof, instance.groundStates], instance.name);
    assertClose(proved?.groundEnergy ?? NaN, groundEnergy, { rtol: 1e-12, atol: 1e-12 });
    assertClose(energy(instance.model, groundState), groundEnergy, { rtol: 1e-12, atol: 1e-12 });
    for (let i = 0; i < instance.model.n; i++) assert(flipDelta(instance.model, groundState, i) > 0, instance.name);
  }
});

Deno.test("loadAttentionQubos() has each trained instance beside the one of initial weights, but for a whole review unproved", async () => {
  const instances = await loadAttentionQubos();
  assertEquals(instances.length, 147);
  const names = new Set(instances.map(({ name }) => name));
  const other = (name: string) =>
    name.replace(/-e\d+-/, (epoch) => epoch !== "-e0-" ? "-e0-" : /^(sst2|imdb)-/.test(name) ? "-e5-" : "-e50-");
  assertEquals([...names].filter((name) => !names.has(other(name))), [
    "imdb-qamaSelected-seed1-e0-i157-h0-whole",
  ]);
  for (const { name, family, parameters: { epoch, synthetic, weightsDigest, heads, tokens }, model } of instances) {
    assertEquals(family, epoch === 0 ? "attention-untrained" : "attention", name);
    assertEquals([synthetic, String(weightsDigest).length], [false, 64], name);
    assertEquals(model.n, String(heads).split(" ").length * Number(tokens), name);
  }
});

Deno.test("loadAttentionQubos() stays below half a million bytes", async () => {
  let bytes = 0;
  for await (const { name } of Deno.readDir(new URL("./files/", import.meta.url))) {
    bytes += (await Deno.stat(new URL(`./files/${name}`, import.meta.url))).size;
  }
  assert(bytes < 5e5, `${bytes} bytes`);
});

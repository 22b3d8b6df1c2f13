import { assertEquals, assertRejects } from "@std/assert";
import { drawInstance, fingerprint, type Instance, quboFromUpper } from "../../lib/model/mod.ts";
import { gunzip } from "../cache/mod.ts";
import { readInstanceSet, writeInstanceSet } from "./mod.ts";

const bits: Instance = {
  name: "bits",
  family: "x",
  model: quboFromUpper([[-1 / 3, 1e-7], [0, 0.1]], 2.5),
  parameters: { a: 1, b: null, c: true },
  provenance: "by hand",
  groundEnergy: 2.5 - 1 / 3,
  groundState: Int8Array.of(1, 0),
  groundStates: 1,
  proof: "by hand",
};

async function inFolder(work: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  await work(folder);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("readInstanceSet() gives what writeInstanceSet() was given, to the last bit, spins and bits", async () => {
  await inFolder(async (folder) => {
    const given = [bits, drawInstance("wishart", { n: 10, seed: 1 }), drawInstance("sk-gaussian", { n: 9, seed: 2 })];
    await writeInstanceSet(`${folder}/set`, "A set", given);
    const read = await readInstanceSet(`${folder}/set`);
    assertEquals(read.map(({ model }) => fingerprint(model)), given.map(({ model }) => fingerprint(model)));
    const rest = (instances: readonly Instance[]) => instances.map(({ model: _, ...others }) => others);
    assertEquals(rest(read), rest(given));
    await writeInstanceSet(`${folder}/packed`, "A set", given, { compress: true });
    assertEquals(await readInstanceSet(`${folder}/packed`), read);
  });
});

Deno.test("writeInstanceSet() compresses what other programs unpack to the same file, with the same bytes each time", async () => {
  await inFolder(async (folder) => {
    const { instances: [{ file: plain }] } = await writeInstanceSet(folder, "A set", [bits]);
    const packed = async () => {
      const { instances: [{ file }] } = await writeInstanceSet(folder, "A set", [bits], { compress: true });
      assertEquals(file, "bits.bqm.json.gz");
      return await Deno.readFile(`${folder}/${file}`);
    };
    const first = await packed();
    assertEquals(await packed(), first);
    assertEquals(await gunzip(first, { name: "bits" }), await Deno.readFile(`${folder}/${plain}`));
    await Deno.writeFile(`${folder}/bits.bqm.json.gz`, first.subarray(0, first.length / 2));
    await assertRejects(() => readInstanceSet(folder), SyntaxError, "Cannot read bits.bqm.json.gz");
  });
});

Deno.test("readInstanceSet() refuses what was changed: a coefficient, a ground state, a ground energy, the schema", async () => {
  const changes: [string, string, string, string][] = [
    ["bits.bqm.json", '"offset": 2.5', '"offset": 2.25', "its fingerprint is"],
    ["index.json", '"groundState":"10"', '"groundState":"11"', "its ground state has energy"],
    ["index.json", '"groundState":"10"', '"groundState":"1"', "its ground state has energy NaN"],
    ["index.json", `"groundEnergy":${bits.groundEnergy}`, '"groundEnergy":2', "the index says 2"],
    ["index.json", '"schema": 1', '"schema": 2', "expected schema 1 and instances, got schema 2"],
    ["index.json", "{", "", "it is no JSON"],
    [
      "index.json",
      '"file":"bits.bqm.json"',
      '"fil":"bits.bqm.json"',
      "instance 0 lacks a name, a file or a fingerprint",
    ],
    ["index.json", '"instances": [', '"instances": [null,', "instance 0 lacks a name, a file or a fingerprint"],
  ];
  for (const [file, from, to, message] of changes) {
    await inFolder(async (folder) => {
      await writeInstanceSet(folder, "A set", [bits]);
      const text = await Deno.readTextFile(`${folder}/${file}`);
      assertEquals(text.includes(from), true, from);
      await Deno.writeTextFile(`${folder}/${file}`, text.replace(from, to));
      await assertRejects(() => readInstanceSet(folder), Error, message);
    });
  }
});

Deno.test("readInstanceSet() names a missing file, writeInstanceSet() a name that comes twice or is none", async () => {
  await inFolder(async (folder) => {
    await writeInstanceSet(folder, "A set", [bits]);
    await Deno.remove(`${folder}/bits.bqm.json`);
    await assertRejects(() => readInstanceSet(folder), Deno.errors.NotFound, "bits.bqm.json");
    await assertRejects(() => writeInstanceSet(folder, "", [bits, bits]), RangeError, "the name bits comes twice");
    await assertRejects(
      () => writeInstanceSet(folder, "", [{ ...bits, name: "../a" }]),
      RangeError,
      "no name of a file",
    );
  });
});

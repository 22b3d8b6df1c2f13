import { assert, assertEquals } from "@std/assert";
import { checkLayering, ROOMS } from "./layering.ts";

function complaints(path: string, source: string, importMap: Record<string, string> = {}): string[] {
  return checkLayering(new Map([[path, source]]), importMap);
}

Deno.test("checkLayering() lets a room import from itself and from every room above it", () => {
  for (const [index, room] of ROOMS.entries()) {
    const word = room === "display" ? "import type" : "import";
    const above = ROOMS.slice(0, index).map((name) => `${word} { ${name} } from "../${name}/mod.ts";`);
    assertEquals(complaints(`lib/${room}/a.ts`, ['import { b } from "./_b.ts";', ...above].join("\n")), []);
  }
});

Deno.test("checkLayering() stops a room from importing any room below it, types included", () => {
  for (const [index, room] of ROOMS.entries()) {
    const below = ROOMS.slice(index + 1);
    const source = below.map((name) => `import type { A } from "../${name}/mod.ts";`).join("\n");
    assertEquals(complaints(`lib/${room}/a.ts`, source).length, below.length);
  }
});

Deno.test("checkLayering() names file, line, import and rule", () => {
  assertEquals(complaints("lib/model/deep/a.ts", '\nexport * from "../../samplers/mod.ts";'), [
    'lib/model/deep/a.ts:2: imports "../../samplers/mod.ts", but model/ imports only from the rooms above it: random',
  ]);
});

Deno.test("checkLayering() sees through the import map, dynamic imports and workers", () => {
  const importMap = {
    "qama/layers": "./lib/layers/mod.ts",
    "qama": "./lib/mod.ts",
    "@std/assert": "jsr:@std/assert@^1",
  };
  assertEquals(complaints("lib/model/a.ts", 'import "qama/layers";', importMap).length, 1);
  assertEquals(complaints("lib/testing/a.ts", 'import "qama";', importMap).length, 1);
  assertEquals(complaints("lib/model/a.ts", 'await import("../layers/mod.ts");').length, 1);
  assertEquals(complaints("lib/model/a.ts", 'new URL("../layers/worker.ts", import.meta.url);').length, 1);
  assertEquals(complaints("lib/model/a.ts", 'import "@std/assert"; import "npm:x"; import "node:fs";', importMap), []);
});

Deno.test("checkLayering() lets display see types and nothing else", () => {
  assertEquals(complaints("lib/display/a.ts", 'import type { A } from "../samplers/mod.ts"; import "./b.ts";'), []);
  const [complaint] = complaints("lib/display/a.ts", 'import { A } from "../samplers/mod.ts";');
  assert(complaint.includes("types only"), complaint);
});

Deno.test("checkLayering() lets tests and benchmarks import anything", () => {
  const source = 'import "../testing/mod.ts"; import "../../scripts/a.ts"; import "../layers/_x.ts";';
  assertEquals(complaints("lib/random/a_test.ts", source), []);
  assertEquals(complaints("lib/random/a_bench.ts", source), []);
  assertEquals(complaints("lib/random/_test_helper.ts", source), []);
  assertEquals(complaints("lib/random/contest.ts", source).length, 3);
  assertEquals(complaints("lib/random/a_test_x.ts", source).length, 3);
});

Deno.test("checkLayering() keeps _x.ts inside its room", () => {
  assertEquals(complaints("lib/samplers/deep/a.ts", 'import "../_x.ts";'), []);
  assertEquals(complaints("scripts/gate/a.ts", 'import "../_cli.ts";'), []);
  for (const path of ["lib/samplers/a.ts", "lib/mod.ts"]) {
    const up = path === "lib/mod.ts" ? "./" : "../";
    const [complaint] = complaints(path, `import "${up}kernels/_x.ts";`);
    assert(complaint.includes("private to lib/kernels/"), complaint);
  }
  assertEquals(complaints("scripts/a.ts", 'import "../lib/kernels/_x.ts"; import "../datasets/_fetch.ts";').length, 2);
});

Deno.test("checkLayering() orders lib, datasets and scripts", () => {
  assertEquals(complaints("scripts/a.ts", 'import "../lib/mod.ts"; import "../datasets/mod.ts";'), []);
  assertEquals(complaints("datasets/mnist/mod.ts", 'import "../idx/mod.ts"; import "../../lib/training/mod.ts";'), []);
  assertEquals(complaints("datasets/mnist/mod.ts", 'import "../../scripts/a.ts";').length, 1);
  assertEquals(complaints("lib/model/a.ts", 'import "../../../elsewhere/lib/model/b.ts";').length, 1);
  assertEquals(complaints("lib/model/a.ts", 'import config from "../../deno.json" with { type: "json" };'), []);
  assertEquals(
    complaints("lib/mod.ts", 'import "./layers/mod.ts"; import "../datasets/mod.ts"; import "../scripts/a.ts";').length,
    2,
  );
});

Deno.test("checkLayering() knows no room that is not in the table", () => {
  const [complaint] = complaints("lib/helpers/a.ts", "");
  assert(complaint.includes("lib/helpers/ is no room"), complaint);
  assertEquals(complaints("notebooks/a.ts", 'import "../anything.ts";'), []);
});

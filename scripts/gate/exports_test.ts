import { assertEquals } from "@std/assert";
import { checkExports } from "./exports.ts";

const config = {
  exports: { ".": "./lib/mod.ts", "./model": "./lib/model/mod.ts" },
  imports: { "qama": "./lib/mod.ts", "qama/model": "./lib/model/mod.ts", "@std/assert": "jsr:@std/assert@^1" },
};
const files = ["lib/mod.ts", "lib/model/mod.ts", "lib/model/ising.ts", "lib/testing/assert/mod.ts"];

Deno.test("checkExports() is silent where files, exports and imports agree", () => {
  assertEquals(checkExports(config, files), []);
});

Deno.test("checkExports() names an export whose file is missing", () => {
  assertEquals(checkExports(config, files.slice(0, 1)), [
    'deno.json exports "./model" from ./lib/model/mod.ts, which does not exist',
  ]);
});

Deno.test("checkExports() names an export that the import map gives to another file, or not at all", () => {
  assertEquals(checkExports({ ...config, imports: { "qama": "./lib/mod.ts" } }, files), [
    'deno.json exports "./model" from ./lib/model/mod.ts, but imports "qama/model" as undefined',
  ]);
});

Deno.test("checkExports() names a room that is not exported", () => {
  assertEquals(checkExports(config, [...files, "lib/layers/mod.ts"]), [
    "./lib/layers/mod.ts is a room that deno.json does not export",
  ]);
});

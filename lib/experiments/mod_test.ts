import { assert, assertEquals } from "@std/assert";
import { importsOf } from "../../scripts/gate/imports.ts";

Deno.test("the room loads no TensorFlow.js, which every command would wait for", async () => {
  const files = new Set([new URL("mod.ts", import.meta.url).href]);
  const bare = new Set<string>();
  for (const file of files) {
    if (!file.endsWith(".ts")) continue;
    for (const { specifier, typeOnly } of importsOf(await Deno.readTextFile(new URL(file)))) {
      if (typeOnly) continue;
      if (specifier.startsWith(".")) files.add(new URL(specifier, file).href);
      else bare.add(specifier);
    }
  }
  assert(files.size > 100);
  assertEquals([...bare].filter((name) => name.includes("tensorflow")), []);
});

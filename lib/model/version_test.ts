import { assertEquals } from "@std/assert";
import { version } from "./mod.ts";

Deno.test("version is that of deno.json", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertEquals(version, config.version);
});

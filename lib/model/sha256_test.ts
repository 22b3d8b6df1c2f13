import { assertEquals } from "@std/assert";
import { sha256 } from "./mod.ts";

Deno.test("sha256() gives the digests of FIPS 180-4's examples", async () => {
  const abc = new TextEncoder().encode("abc");
  assertEquals(await sha256(abc), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assertEquals(await sha256(new Uint8Array()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

import { assertEquals } from "@std/assert";
import { downloadPlan } from "../mod.ts";

Deno.test("downloadPlan() counts what is missing: no file that is here, no bytes that came before", async () => {
  const folder = await Deno.makeTempDir();
  const file = (name: string, bytes: number, ...hosts: string[]) => ({
    path: `${folder}/${name}`,
    bytes,
    urls: hosts.map((host) => `https://${host}/${name}`),
  });
  await Deno.writeFile(`${folder}/here`, new Uint8Array(5));
  await Deno.writeFile(`${folder}/half.part`, new Uint8Array(30));
  const files = [file("here", 5, "z"), file("half", 100, "a", "b"), file("none", 7, "b", "c")];
  assertEquals(await downloadPlan("X", files), { what: "X", files: 2, bytes: 77, hosts: ["a", "b", "c"], folder });
  assertEquals(await downloadPlan("X", files.slice(0, 1)), undefined);
  await Deno.remove(folder, { recursive: true });
});

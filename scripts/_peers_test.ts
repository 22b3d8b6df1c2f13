import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { importable, installedPeers } from "./_peers.ts";

Deno.test("importable() finds nothing where there is no environment", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await importable(["torch", "json"], folder), [false, false]);
  assertEquals(await installedPeers(folder), []);
});

for (const [peer, option] of [["torch", "--with-torch"], ["lightning", "--with-pennylane"]]) {
  Deno.test(`bench --peer ${peer} without the peer says in one line how to install it, and fails`, async () => {
    const folder = await Deno.makeTempDir();
    const script = new URL("./bench.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", script, "--peer", peer, "--json"],
      env: { QAMA_PEERS_DIR: folder, NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr).trim();
    assert(code !== 0);
    assertEquals(new TextDecoder().decode(stdout), "");
    assertEquals(text.split("\n").length, 1);
    assertStringIncludes(text, `deno task peers:install ${option}`);
  });
}

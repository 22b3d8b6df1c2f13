import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { importable, installedPeers } from "./_peers.ts";
import { runScript } from "./_test_deno.ts";

Deno.test("importable() finds nothing where there is no environment", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await importable(["torch", "json"], folder), [false, false]);
  assertEquals(await installedPeers(folder), []);
});

for (const [peer, option] of [["torch", "--with-torch"], ["lightning", "--with-pennylane"]]) {
  Deno.test(`bench --peer ${peer} without the peer says in one line how to install it, and fails`, async () => {
    const folder = await Deno.makeTempDir();
    const place = { env: { QAMA_PEERS_DIR: folder } };
    const { code, out, err } = await runScript("bench.ts", ["--peer", peer, "--json"], place);
    assert(code !== 0);
    assertEquals([out, err.trim().split("\n").length], ["", 1], err);
    assertStringIncludes(err, `deno task peers:install ${option}`);
  });
}

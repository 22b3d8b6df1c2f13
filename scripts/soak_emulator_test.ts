import { assert, assertEquals } from "@std/assert";
import { EMULATED_MACHINES, startEmulator } from "../lib/machine/mod.ts";
import { randomSampler } from "../lib/samplers/mod.ts";
import { ATTACK_KINDS, soak } from "./_soak_attacks.ts";
import { crowd } from "./_soak_crowd.ts";

const MIB = 2 ** 20;

for (const machine of EMULATED_MACHINES) {
  Deno.test(`emulator of ${machine} outlives hostile requests and holds nothing of them`, async () => {
    // a busy computer takes its time, and who is silent here does not stay
    const limits = { requestMs: 60e3, memoryBytes: 32 * MIB, bodyBytes: 4 * MIB };
    const emulator = await startEmulator({ machine, sampler: randomSampler(), seed: 1, limits });
    try {
      const { hostname, port } = new URL(emulator.url);
      const target = { hostname, port: Number(port), key: emulator.key };
      const requests = 10 * ATTACK_KINDS.length;
      const { statuses, kinds } = await soak(target, { requests, concurrency: 32, seed: 2, lingerMs: 100 });
      assertEquals(Object.keys(kinds).length, ATTACK_KINDS.length);
      // nothing that is sent can break it: an answer of its own, never a failure of its own
      assertEquals([statuses[500], statuses[502]], [undefined, undefined]);
      assert(statuses[400] > 0, "somebody must have been heard");
      assertEquals((await crowd(hostname, Number(port), 50)).answered, 50);
      const { mostHeldBytes, jobs, heldBytes } = emulator.stats;
      assert(mostHeldBytes < 32 * MIB);
      // what is kept is the answers of the few requests that made sense
      assert(heldBytes <= 1200 * (jobs.kept + jobs.waiting + jobs.running) + 16 * 1024, `${heldBytes}`);
    } finally {
      await emulator.close();
    }
    assertEquals(emulator.stats.connections.open, 0);
  });
}

Deno.test("emulator serves 1,000 connections at a time", async () => {
  const emulator = await startEmulator({ machine: "amplify", seed: 1, limits: { requestMs: 60e3 } });
  try {
    const { hostname, port } = new URL(emulator.url);
    assertEquals(await crowd(hostname, Number(port), 1000), { connections: 1000, answered: 1000 });
    assertEquals(emulator.stats.connections.refused, 0);
  } finally {
    await emulator.close();
  }
});

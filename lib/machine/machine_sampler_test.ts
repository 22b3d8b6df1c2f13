import { assert, assertEquals, assertRejects } from "@std/assert";
import { energies, isingModel, sparseCouplings } from "../model/mod.ts";
import { samplerConformance } from "../testing/mod.ts";
import { testMachine, testRoom, testServer } from "./_test_machine.ts";
import { MachineError, machineSampler } from "./mod.ts";

const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, -0.5]]), linear: [0.1, 0, 0], offset: 2 });
const models = [1, 2, 3, 4, 5].map((h) => isingModel({ couplings: sparseCouplings(2, []), linear: [h, -h] }));

Deno.test("machineSampler() keeps the laws of every sampler", async (t) => {
  await using server = testServer();
  await using room = await testRoom();
  const make = () => testMachine({ url: server.url, folder: room.folder, reads: 1000 });
  // the machine draws states at random: 10,000 reads miss the best of 2^10 states with probability e^-10
  const laws = samplerConformance(make, { maxReads: 10_000, qualityReads: 10_000, reproducible: false });
  for (const { name, run } of laws) await t.step(name, run);
});

Deno.test("sample() shares reads out among jobs in order, and asks for nothing twice", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder, reads: 4 });
  const first = await sampler.sample(model, { numReads: 10, seed: 5 });
  assertEquals([first.energies.length, server.accepted.length, first.story.findings.jobs], [10, 3, 3]);
  assertEquals(first.energies, energies(model, first.states));
  const again = await sampler.sample(model, { numReads: 10, seed: 5 });
  assertEquals(again.states, first.states);
  assertEquals([server.accepted.length, again.story.findings.cachedJobs, again.story.findings.requests], [3, 3, 0]);
  // the first two jobs of twelve reads are the same jobs, the last one has four reads in place of two
  const more = await sampler.sample(model, { numReads: 12, seed: 5 });
  assertEquals(more.states.slice(0, 24), first.states.slice(0, 24));
  assertEquals(server.accepted.length, 4);
  await sampler.sample(model, { numReads: 10, seed: 6 });
  assertEquals(server.accepted.length, 7);
});

Deno.test("sample() without a seed is the same job each time", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const make = () => testMachine({ url: server.url, folder: room.folder });
  const [a, b] = [await make().sample(model), await make().sample(model)];
  assertEquals([a.states, a.story.seed, server.accepted.length], [b.states, b.story.seed, 1]);
});

Deno.test("sampleAll() gives a set a model, in their order, several at once", async () => {
  await using server = testServer();
  await using room = await testRoom();
  let [open, most] = [0, 0];
  server.before = () => {
    most = Math.max(most, ++open);
    return undefined;
  };
  server.after = async () => {
    while (most < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    open--;
    return undefined;
  };
  const sampler = testMachine({ url: server.url, folder: room.folder, concurrency: 3 });
  const sets = await sampler.sampleAll(models, { numReads: 2, seeds: [1, 2, 3, 4, 5] });
  sets.forEach((set, k) => assertEquals(set.energies, energies(models[k], set.states)));
  assertEquals([sets.map(({ story }) => story.seed), most], [[1, 2, 3, 4, 5], 3]);
  await assertRejects(() => sampler.sampleAll(models, { seeds: [1] }), TypeError, "1 seeds for 5 models");
});

Deno.test("sampleAll() waits for every job before it says that one failed", async () => {
  await using server = testServer();
  await using room = await testRoom();
  server.before = (_, count) => count === 2 ? new Response("{}", { status: 400 }) : undefined;
  const sampler = testMachine({ url: server.url, folder: room.folder, concurrency: 2 });
  await assertRejects(() => sampler.sampleAll(models), MachineError, "refuses");
  assertEquals(server.accepted.length, 4);
  assertEquals((await sampler.sampleAll(models)).length, 5);
  assertEquals(server.accepted.length, 5, "the four that were answered are not asked again");
});

Deno.test("sample() ends machine-failed with the rows that it has, and rejects if it has none", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder, reads: 2, concurrency: 1 });
  server.state = (id) => id === "j2" ? "failed" : "done";
  const set = await sampler.sample(model, { numReads: 6, seed: 1 });
  assertEquals([set.ending, set.energies.length, set.story.completedReads], ["machine-failed", 2, 2]);
  assert(String(set.story.findings.failure).includes("j2 is failed: as told"));
  server.state = () => "failed";
  const error = await assertRejects(() => sampler.sample(model, { seed: 2 }), MachineError) as MachineError;
  assertEquals([error.fault, error.jobId], ["job", "j3"]);
});

Deno.test("sample() gives back what is there when its time is over, and the same call collects the rest later", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder, reads: 2, concurrency: 1 });
  server.state = (id) => id === "j1" ? "done" : "waiting";
  // the second job never ends; on a slow machine the first may need more time, and has it
  let timeLimitMs = 200;
  const ask = () => sampler.sample(model, { numReads: 4, seed: 1, timeLimitMs });
  let set = await ask();
  for (; set.energies.length === 0 || server.accepted.length < 2; set = await ask()) timeLimitMs *= 2;
  assertEquals([set.ending, set.energies.length, set.story.findings.jobsLeft], ["timed-out", 2, 1]);
  server.state = () => "done";
  const later = await sampler.sample(model, { numReads: 4, seed: 1 });
  assertEquals([later.ending, later.energies.length, server.accepted.length], ["completed", 4, 2]);
});

Deno.test("sample() cancels on abort where the machine can, and says so", async () => {
  for (const cancel of [true, false]) {
    await using server = testServer();
    await using room = await testRoom();
    const sampler = testMachine({ url: server.url, folder: room.folder, cancel });
    const controller = new AbortController();
    server.state = () => {
      controller.abort();
      return "waiting";
    };
    const set = await sampler.sample(model, { seed: 1, signal: controller.signal });
    assertEquals([set.ending, set.energies.length], ["interrupted", 0]);
    const { jobsLeft, jobsCancelled } = set.story.findings;
    assertEquals([jobsLeft, jobsCancelled, server.cancelled], cancel ? [0, 1, ["j1"]] : [1, 0, []]);
    server.state = () => "done";
    assertEquals((await sampler.sample(model, { seed: 1 })).energies.length, 1);
    assertEquals(server.accepted.length, cancel ? 2 : 1);
  }
});

Deno.test("sample() recomputes energies, and says how those that were reported stand to them", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder, reads: 10 });
  const right = await sampler.sample(model, { numReads: 20, seed: 1 });
  const { energyCheck, energiesExplained, machineMs } = right.story.findings;
  assertEquals([energyCheck, energiesExplained, machineMs], ["exact", 20, 4]);
  const wrong = machineSampler(
    {
      ...sampler.protocol,
      decode(answer, job) {
        const read = sampler.protocol.decode(answer, job);
        return { ...read, reported: read.reported!.map((energy) => -energy) };
      },
    },
    sampler.origin!,
    { folder: room.folder },
  );
  const set = await wrong.sample(model, { numReads: 20, seed: 1 });
  assertEquals(set.energies, right.energies);
  assertEquals([set.story.findings.energyCheck, set.story.findings.energiesExplained], ["sign", 20]);
});

Deno.test("sample() refuses what does not fit before anything is sent", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder });
  const large = isingModel({ couplings: sparseCouplings(65, []) });
  assertEquals([sampler.fits(model), sampler.fits(large)], [undefined, "Cannot use test: 65 variables, at most 64"]);
  await assertRejects(() => sampler.sample(large), RangeError, "at most 64");
  assertEquals(server.seen, []);
});

Deno.test("machineSampler() refuses options out of range", () => {
  const url = "http://127.0.0.1:1";
  const wrong = [{ concurrency: 0 }, { deadlineMs: 0 }, { retries: -1 }, { pollMs: [5, 1] }, { requestsPerSecond: 0 }];
  const endless = [{ settleMs: Infinity }, { firstBackoffMs: 2 ** 31 }, { longestBackoffMs: Infinity }];
  testMachine({ url, requestMs: Infinity, deadlineMs: Infinity, pollMs: [1, Infinity] });
  for (const options of [...wrong, ...endless, { spendCap: { jobs: -1 } }, { spendCap: { since: "soon" } }]) {
    const [name] = Object.keys(options);
    let message = "";
    try {
      testMachine({ url, ...options } as Parameters<typeof testMachine>[0]);
    } catch (error) {
      message = (error as Error).message;
    }
    assert(message.startsWith("Cannot use test") && message.includes(name), `${name}: ${message}`);
  }
});

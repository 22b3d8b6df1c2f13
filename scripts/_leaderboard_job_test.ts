import { assert, assertEquals, assertRejects } from "@std/assert";
import { hasSampler, runJob } from "./_leaderboard_job.ts";
import type { Job } from "./_leaderboard_types.ts";

/** A triangle and a tail: as a maximum cut 3, as antiferromagnet -2, as a QUBO 0. */
const TEXT = "4 4\n1 2 1\n2 3 1\n1 3 1\n3 4 1\n";
const folder = await Deno.makeTempDir();
const file = `${folder}/tail.txt`;
await Deno.writeTextFile(file, TEXT);

const job: Job = {
  file,
  as: "maxcut",
  sampler: "simulatedAnnealing",
  options: {},
  lengthOption: "numSweeps",
  length: 20,
  ownTime: false,
  numReads: 6,
  seed: 1,
  warmUp: false,
};

Deno.test("runJob() counts reads, in the convention of the instance", async () => {
  for (const [as, best] of [["maxcut", -3], ["ising", -2], ["qubo", 0]] as const) {
    const answer = await runJob({ ...job, as }, true);
    assert(answer.ok);
    assertEquals([answer.reads, answer.energies?.length, answer.bestEnergy, answer.length], [6, 6, best, 20]);
    assertEquals([answer.terms, answer.pinned], [4, true]);
    assert(answer.clocks.callMs >= (answer.clocks.annealMs ?? Infinity));
  }
});

Deno.test("runJob() stops at the target, by restarts and by reads that fill the time", async () => {
  for (const length of [20, null]) {
    const answer = await runJob(
      { ...job, numReads: undefined, length, timeLimitMs: 5000, target: -3, warmUp: true },
      false,
    );
    assert(answer.ok);
    assert(answer.reachedMs !== null && answer.reachedMs !== undefined && answer.reachedMs < 5000);
    assertEquals(answer.bestEnergy, -3);
    assertEquals(answer.trace?.at(-1)?.[1], -3);
  }
});

Deno.test("runJob() says that a target out of reach was not reached", async () => {
  const answer = await runJob({ ...job, numReads: undefined, length: null, timeLimitMs: 60, target: -4 }, false);
  assert(answer.ok);
  assertEquals([answer.reachedMs, answer.bestEnergy], [null, -3]);
  assert(answer.calls >= 2);
});

Deno.test("runJob() rejects a sampler that is not there", async () => {
  assertEquals([hasSampler("simulatedAnnealing"), hasSampler("wishfulThinking")], [true, false]);
  await assertRejects(() => runJob({ ...job, sampler: "wishfulThinking" }, false), TypeError, "no wishfulThinking");
});

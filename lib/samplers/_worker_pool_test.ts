import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Model, sparseCouplings, type Work } from "../model/mod.ts";
import { quboModel } from "../model/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { resolveOptions } from "./_options.ts";
import type { Reader } from "./_reader.ts";
import { runReads } from "./_run_reads.ts";
import { dyingSampler } from "./_test_dying_sampler.ts";
import { leavingSampler } from "./_test_leaving_sampler.ts";
import {
  closeWorkers,
  greedyDescent,
  randomSampler,
  type SampleOptions,
  type SampleSet,
  simulatedAnnealing,
} from "./mod.ts";

const model: Model = quboModel({ couplings: sparseCouplings(3, [[0, 1, 1]]), linear: [1, 2, 3], offset: 0.5 });

const rowsOf = ({ states, energies, ending, story }: SampleSet) => ({
  ...{ states, energies, ending },
  story: { ...story, clocks: undefined },
});

function deaths(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4)).fill(count);
}

Deno.test("reads are the same for one, two and three workers, in every form and vartype", async () => {
  for (const { model, name } of exampleModels(24, 61, "integer")) {
    for (const sampler of [simulatedAnnealing({ numSweeps: 20 }), greedyDescent(), randomSampler()]) {
      const [one, ...others] = await Promise.all(
        [1, 2, 3].map((numWorkers) => sampler.sample(model, { numReads: 30, seed: 4, numWorkers })),
      );
      for (const other of others) assertEquals(rowsOf(other), rowsOf(one), `${sampler.name}, ${name}`);
    }
  }
  closeWorkers();
});

Deno.test("reads up to the target are the same for any number of workers", async () => {
  const { model } = exampleModels(40, 62, "integer")[0];
  const sampler = simulatedAnnealing({ numSweeps: 3 });
  const all = await sampler.sample(model, { numReads: 400, seed: 4 });
  const target = all.energies.toSorted()[3];
  const one = await sampler.sample(model, { numReads: 400, seed: 4, target });
  assertEquals(one.ending, "target-reached");
  assert(one.energies.length < 400);
  for (const numWorkers of [2, 3]) {
    for (let again = 0; again < 10; again++) {
      const set = await sampler.sample(model, { numReads: 400, seed: 4, target, numWorkers });
      assertEquals([set.states, set.energies, set.ending], [one.states, one.energies, one.ending]);
    }
  }
  closeWorkers();
});

Deno.test("given initial states reach the reads they belong to, whatever thread makes them", async () => {
  const initialStates = Int8Array.from({ length: 3 * 20 }, (_, k) => k % 7 < 3 ? 1 : 0);
  const sampler = simulatedAnnealing({ betaRange: [1e6, 1e6], numSweeps: 1, descend: false });
  const [one, two] = await Promise.all(
    [1, 2].map((numWorkers) => sampler.sample(model, { initialStates, seed: 1, numWorkers })),
  );
  assertEquals(two.states, one.states);
  closeWorkers();
});

for (const lanes of [1, 4]) {
  Deno.test(`the reads of a thread that dies are dealt again, ${lanes} a batch`, async () => {
    const left = deaths(2);
    const sampler = dyingSampler({ read: 13, deaths: left, lanes });
    const set = await sampler.sample(model, { numReads: 50, seed: 1, numWorkers: 2 });
    assertEquals([set.ending, set.energies.length, set.story.completedReads], ["completed", 50, 50]);
    assertEquals(set.energies, Float64Array.from({ length: 50 }, (_, k) => k % 2 === 0 ? 7.5 : 0.5));
    assertEquals(set.story.kernel, "thread of the pool");
    assert(left[0] <= 0, "two threads must have died");
    closeWorkers();
  });
}

Deno.test("threads that die again and again end the call with an error that says so", async () => {
  const sampler = dyingSampler({ read: 13, deaths: deaths(1000), lanes: 1 });
  const call = () => sampler.sample(model, { numReads: 50, seed: 1, numWorkers: 2 });
  await assertRejects(call, Error, "its threads ended 4 times without a word");
  // and the next call works
  assertEquals((await randomSampler().sample(model, { numReads: 5, numWorkers: 2 })).energies.length, 5);
  closeWorkers();
});

Deno.test("an error of the algorithm comes out of its thread as it went in", async () => {
  const sampler = dyingSampler({ read: 3, deaths: deaths(0), lanes: 1, message: "Cannot do read 3" });
  const call = () => sampler.sample(model, { numReads: 5, seed: 1, numWorkers: 2 });
  await assertRejects(call, RangeError, "Cannot do read 3");
  closeWorkers();
});

Deno.test("a sampler that threads cannot make again spoils no later call on the same model", async () => {
  const options = resolveOptions("none", model, { numReads: 5, seed: 1, numWorkers: 2 }, true);
  // deno-lint-ignore require-yield
  const prepare = function* (): Work<Reader> {
    return { kernel: "none", options: {}, begin() {}, advance: () => true };
  };
  const origin = { module: import.meta.resolve("./random_sampler.ts"), name: "noSampler", options: undefined };
  const call = () => runReads({ sampler: "none", origin, model, options, prepare });
  await assertRejects(call, TypeError, "exports no function noSampler");
  const set = await randomSampler().sample(model, { numReads: 5, seed: 1, numWorkers: 2 });
  assertEquals(set.energies, (await randomSampler().sample(model, { numReads: 5, seed: 1 })).energies);
  closeWorkers();
});

Deno.test("an abort ends the threads' reads, and the set has what they have", async () => {
  const { model } = exampleModels(40, 63, "normal")[0];
  const controller = new AbortController();
  const call = simulatedAnnealing({ numSweeps: 1e9 }).sample(model, {
    ...{ numReads: 4, seed: 1, numWorkers: 2, signal: controller.signal },
  });
  setTimeout(() => controller.abort(), 300);
  const set = await call;
  assertEquals([set.ending, set.story.completedReads], ["interrupted", 0]);
  assert(set.energies.length >= 1 && set.energies.length <= 2);
  const aborted = await simulatedAnnealing().sample(model, {
    ...{ numReads: 4, seed: 1, numWorkers: 2, signal: AbortSignal.abort() },
  });
  assertEquals([aborted.ending, aborted.energies.length], ["interrupted", 1]);
  closeWorkers();
});

Deno.test("a call that waits for threads keeps its time limit and hears an abort", async () => {
  const { model } = exampleModels(40, 64, "normal")[0];
  const numWorkers = Math.max(2, navigator.hardwareConcurrency);
  const [first, third] = [new AbortController(), new AbortController()];
  const ended: string[] = [];
  const call = async (name: string, numSweeps: number, limits: SampleOptions) => {
    const set = await simulatedAnnealing({ numSweeps }).sample(model, {
      ...{ numReads: numWorkers, seed: 1, numWorkers, ...limits },
    });
    ended.push(`${name} ${set.ending} ${set.energies.length > 0}`);
    return set;
  };
  const begun = Promise.withResolvers<void>();
  const taking = call("first", 1e9, { signal: first.signal, onProgress: () => begun.resolve() });
  await begun.promise;
  // long enough to wait for threads, not for these to be free
  const limited = call("second", 10, { timeLimitMs: 600 });
  const aborted = call("third", 10, { signal: third.signal });
  const patient = call("fourth", 10, {});
  const { story } = await limited;
  assertEquals([story.options.numSweeps, story.kernel.startsWith("none")], [10, false]);
  third.abort();
  await aborted;
  assertEquals(ended, ["second timed-out true", "third interrupted true"]);
  first.abort();
  await Promise.all([taking, patient]);
  assertEquals(ended.slice(2), ["first interrupted true", "fourth completed true"]);
  closeWorkers();
});

Deno.test("what onProgress throws comes out of the call, workers or not", async () => {
  const onProgress = () => {
    throw new RangeError("enough");
  };
  for (const numWorkers of [1, 2]) {
    await assertRejects(
      () => randomSampler().sample(model, { numReads: 5, numWorkers, onProgress }),
      RangeError,
      "enough",
    );
  }
  assertEquals((await randomSampler().sample(model, { numReads: 5, numWorkers: 2 })).energies.length, 5);
  closeWorkers();
});

Deno.test("a thread that ends after its last read is not waited for by the next call", async () => {
  const told = new Int32Array(new SharedArrayBuffer(8));
  const set = await leavingSampler({ told }).sample(model, { numReads: 2, seed: 1, numWorkers: 2 });
  assertEquals([set.ending, set.energies.length, told[1]], ["completed", 2, 1]);
  assertEquals((await randomSampler().sample(model, { numReads: 5, numWorkers: 2 })).energies.length, 5);
  closeWorkers();
});

Deno.test("idle threads do not keep a program alive", async () => {
  const program = `
    import { randomSampler } from ${JSON.stringify(import.meta.resolve("./mod.ts"))};
    import { quboModel, sparseCouplings } from ${JSON.stringify(import.meta.resolve("../model/mod.ts"))};
    const model = quboModel({ couplings: sparseCouplings(2, []) });
    const { energies } = await randomSampler().sample(model, { numReads: 6, numWorkers: 2 });
    console.log(energies.length);
  `;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "-"], stdin: "piped", stdout: "piped" });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { success, stdout } = await child.output();
  assertEquals([success, new TextDecoder().decode(stdout)], [true, "6\n"]);
});

Deno.test("a call too short to start threads makes its reads without them", async () => {
  // no thread starts in 8 ms, and late ones make a row each; on a busy machine this one may not get so far either, but not time after time
  const attempts: number[] = [];
  while (attempts.length < 25 && !attempts.some((rows) => rows > 4)) {
    closeWorkers();
    const set = await simulatedAnnealing().sample(model, { numReads: 1e6, seed: 1, numWorkers: 2, timeLimitMs: 8 });
    assertEquals(set.ending, "timed-out");
    attempts.push(set.energies.length);
  }
  assert(attempts.some((rows) => rows > 4), `rows ${attempts}`);
  closeWorkers();
});

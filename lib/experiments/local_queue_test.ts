import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { digests, load, plan, wholeDigests } from "./_test_queue_plan.ts";
import type { Trouble } from "./_test_queue_worker.ts";
import {
  localQueue,
  type LocalQueueOptions,
  type PlanResult,
  readRecords,
  runPlan,
  type RunPlanOptions,
  shareCores,
} from "./mod.ts";

const command = [
  Deno.execPath(),
  "run",
  "-A",
  "--quiet",
  fileURLToPath(new URL("./_test_queue_worker.ts", import.meta.url)),
];

async function runQueued(
  trouble: Trouble,
  options: Partial<RunPlanOptions> = {},
  queue: Partial<LocalQueueOptions> = {},
): Promise<PlanResult> {
  const out = options.out ?? await Deno.makeTempDir();
  // the fake trainer's checkpoints are its own
  const checkCheckpoint = () => Promise.resolve();
  const executor = localQueue({ command, cores: 2, checkCheckpoint, ...queue });
  return await runPlan(plan, { out, executor, load, source: () => trouble, ...options });
}

Deno.test("localQueue() gives the records of runs made in this process, in the order of the plan", async () => {
  const result = await runQueued({});
  assertEquals([result.ending, result.failures], ["completed", []]);
  assertEquals(await digests(result), await wholeDigests());
});

Deno.test("localQueue() goes on from the checkpoint of a process that was killed", async () => {
  // dies after its second epoch; the next try has one epoch left
  const result = await runQueued({ dies: { none: 2 } });
  assertEquals(result.failures, []);
  assertEquals(await digests(result), await wholeDigests());
});

Deno.test("localQueue() gives a run up after three deaths with its last words, and the others go on", async () => {
  const longer = { ...plan, cells: plan.cells.map((cell) => ({ ...cell, epochs: 9 })) };
  const out = await Deno.makeTempDir();
  const executor = localQueue({ command, cores: 2 });
  const failed: string[] = [];
  const { ending, records, failures } = await runPlan(longer, {
    out,
    executor,
    load,
    source: () => ({ dies: { none: 1 } }),
    onFailure: ({ cell }) => failed.push(cell.operator),
  });
  assertEquals([ending, failed, failures.length], ["completed", ["none"], 1]);
  assertEquals(records.map((record) => record.operator), ["mha", "qamaV2"]);
  assertEquals([failures[0].attempts, failures[0].reason], [3, "its process was killed by SIGKILL: last words"]);
});

Deno.test("localQueue() does not try again what ended with an error of its own", async () => {
  const { failures, records } = await runQueued({ fails: "mha" });
  assertEquals(failures.map(({ attempts, reason }) => [attempts, reason]), [[1, "Cannot train: the loss is NaN"]]);
  assertEquals(records.length, 2);
});

Deno.test({
  name: "localQueue() stops every run and throws when a disk is full",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const out = await Deno.makeTempDir();
    await assertRejects(() => runQueued({ full: "mha", wait: ["none"] }, { out }), Error, "No space left on device");
    const others = (await readRecords(`${out}/records`)).map(({ ending }) => ending);
    assert(others.every((ending) => ending === "interrupted"), others.join());
  },
});

Deno.test({
  name: "serveRun() ends in the middle of a step when the process of its queue is killed",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const out = await Deno.makeTempDir();
    const room = new URL("./mod.ts", import.meta.url);
    const program = `
      import { localQueue, runPlan } from "${room}";
      import { dots } from "${new URL("./_fake_trainer.ts", import.meta.url)}";
      const load = () => Promise.resolve({ data: dots("Dots", 4, 2), full: { train: 4, test: 2 } });
      await runPlan(${JSON.stringify({ ...plan, cells: plan.cells.slice(0, 1) })}, {
        out: "${out}", load, source: () => ({ hangs: "mha" }), executor: localQueue({ command: ${
      JSON.stringify(command)
    } }),
        onProgress: () => console.log("an epoch"),
      });`;
    const args = ["eval", "--quiet", program];
    const queue = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "null" }).spawn();
    const reader = queue.stdout.getReader();
    await reader.read();
    const worker = Number((await Deno.readTextFile(`/proc/${queue.pid}/task/${queue.pid}/children`)).trim());
    assert(worker > 0);
    queue.kill("SIGKILL");
    await queue.status;
    await reader.cancel();
    // one that is dead and not yet waited for has the state Z
    const isThere = () => Deno.readTextFile(`/proc/${worker}/stat`).then((stat) => !/\) Z /.test(stat), () => false);
    for (let tries = 0; await isThere(); tries++) {
      if (tries === 200) Deno.kill(worker, "SIGKILL");
      assert(tries < 200, "the worker is still there after 10 s");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
});

Deno.test("localQueue() refuses data that are not those of the plan", async () => {
  const { failures } = await runQueued({ changed: true });
  assertEquals(failures.length, 3);
  assertStringIncludes(
    failures[0].reason,
    "the data set dots has other counts or checksums than when the plan was made",
  );
});

Deno.test("localQueue() refuses a worker of another version", async () => {
  const { failures } = await runQueued({}, { code: { version: "0.0.1", commit: null } });
  assertStringIncludes(failures[0].reason, "the plan is of version 0.0.1, the worker of ");
});

Deno.test("localQueue() stopped keeps every run under way, and resumed gives the same records", async () => {
  const out = await Deno.makeTempDir();
  const controller = new AbortController();
  const reported = new Set<string>();
  const stopped = await runQueued({ wait: plan.cells.map(({ operator }) => operator) }, {
    out,
    signal: controller.signal,
    onProgress: ({ cell, slots }) => {
      assert(slots <= 2);
      if (reported.add(cell.operator).size === 2) controller.abort();
    },
  });
  assertEquals([stopped.ending, stopped.records.map(({ ending }) => ending)], ["interrupted", [
    "interrupted",
    "interrupted",
  ]]);
  const resumed = await runQueued({}, { out, resume: true });
  assertEquals(await digests(resumed), await wholeDigests());
});

Deno.test("localQueue() moves the last run to the threads that are free, by its checkpoint", async () => {
  // the first run waits until the queue stops it, which it does when the others have ended
  const result = await runQueued({ wait: ["mha"] }, {}, { moveMs: 1 });
  assertEquals(result.records.map(({ options }) => options.workers), [2, 1, 1]);
  assertEquals(await digests(result), await wholeDigests());
});

Deno.test("shareCores() never asks for more threads than there are processors, unless told to", () => {
  for (let cores = 1; cores <= 64; cores++) {
    for (let left = 1; left <= 70; left++) {
      const { jobs, workers } = shareCores(left, { cores });
      assert(jobs * workers <= cores && jobs * (workers + 1) > cores && jobs <= left);
    }
  }
  assertEquals(shareCores(9, { cores: 2, jobs: 3 }), { jobs: 3, workers: 1 });
  assertEquals(shareCores(9, { cores: 8, workers: 4 }), { jobs: 2, workers: 4 });
  assertEquals(shareCores(9, { cores: 2, jobs: 1 }), { jobs: 1, workers: 2 });
});

Deno.test("localQueue() refuses numbers that are no counts", () => {
  assertThrows(() => localQueue({ command, jobs: 0 }), RangeError, "jobs must be an integer of 1 or more, got 0");
});

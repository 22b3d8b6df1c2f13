import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { entries, faultOf, models, testMachine, testProtocol, testRoom, testServer } from "./_test_machine.ts";
import { network } from "./carrier.ts";
import {
  type Carrier,
  forgetJob,
  type JobOutcome,
  JobRunner,
  type JobWait,
  Journal,
  journalOf,
  LeftJob,
  MachineError,
  type MachineProtocol,
  type SpendCap,
} from "./mod.ts";

Deno.test("JobRunner looks again before it believes that a job is gone, and never deletes a result that it did not find", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder, release: true });
  server.state = (_, looks) => looks === 1 ? "waiting" : looks === 2 ? "gone" : "done";
  assertEquals((await sampler.sample(models[0])).ending, "completed");
  assertEquals([server.accepted.length, server.released], [1, ["j1"]]);
  server.state = () => "gone";
  const error = await faultOf(() => sampler.sample(models[1]));
  assertEquals([error.fault, error.jobId, server.seen.filter((line) => line === "GET /jobs/j2").length], [
    "job",
    "j2",
    2,
  ]);
  assertEquals(server.released, ["j1"]);
});

/** The network, but for requests of one method, which are told to come back tomorrow. */
function busyFor(method: string): Carrier {
  const tomorrow = { status: 429, headers: { "retry-after": "86400" }, text: "" };
  return {
    ...network,
    carry: (request, ...rest) =>
      request.method === method ? Promise.resolve(tomorrow) : network.carry(request, ...rest),
  };
}

Deno.test("JobRunner hands an answer on that the machine does not delete yet, and waits no day to cancel a job", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const protocol = testProtocol({ url: server.url, release: true, cancel: true });
  const run = (carrier: Carrier, h: number, wait: JobWait) => {
    const runner = new JobRunner(protocol, journalOf(room.folder), { carrier, pollMs: [1, 1] });
    return runner.run({ job: protocol.encode(models[h], { numReads: 1, seed: 1, tag: "" }), part: 0 }, wait);
  };
  const { answer } = await run(busyFor("DELETE"), 0, { deadlineMs: 20_000 });
  assertEquals([answer?.states.length, entries(room.folder)[0].toRelease], [2, true]);
  const controller = new AbortController();
  server.state = () => {
    controller.abort();
    return "waiting";
  };
  const left = await assertRejects(() => run(busyFor("DELETE"), 1, { signal: controller.signal }), LeftJob);
  assertEquals(left.cancelled, false);
  server.state = () => "done";
  // the flight that was left has ended
  assertEquals((await run(network, 1, { deadlineMs: 20_000 })).id, "j2");
});

Deno.test("JobRunner has deleted what a machine keeps of jobs that were cancelled or failed, at once or when there is no room", async () => {
  for (const end of ["cancelled", "failed"] as const) {
    await using server = testServer();
    await using room = await testRoom();
    let broken = true;
    const standings: (string | undefined)[] = [];
    const plain = testProtocol({ url: server.url, release: true, jobs: 1 });
    const protocol: MachineProtocol = {
      ...plain,
      cancel: () => Promise.resolve(true),
      release(id, wire) {
        standings.push(entries(room.folder).findLast((entry) => entry.id === id)?.standing);
        return broken ? Promise.reject(wire.fault("busy", "later")) : plain.release!(id, wire);
      },
    };
    const runner = new JobRunner(protocol, journalOf(room.folder), { pollMs: [1, 1] });
    const run = (h: number, wait: JobWait = {}) =>
      runner.run({ job: protocol.encode(models[h], { numReads: 1, seed: 1, tag: "" }), part: 0 }, wait);
    const finish = async (h: number) => {
      const controller = new AbortController();
      server.state = () => {
        if (end === "cancelled") controller.abort();
        return end === "cancelled" ? "waiting" : "failed";
      };
      await assertRejects(() => run(h, { signal: controller.signal }));
      server.state = () => "done";
      return entries(room.folder)[h];
    };
    const left = await finish(0);
    assertEquals([left.standing, left.toRelease, server.released], [end, true, []]);
    broken = false;
    // the account has room for one: the first is deleted before the second is sent
    const { standing, toRelease } = await finish(1);
    assertEquals([standing, toRelease, server.released], [end, false, ["j1", "j2"]]);
    assertEquals((await run(1)).id, "j3");
    // one that is sent again is deleted before its name is forgotten
    broken = true;
    await finish(2);
    broken = false;
    const { jobs: _, ...limits } = protocol.limits;
    const roomy = new JobRunner({ ...protocol, limits }, journalOf(room.folder), { pollMs: [1, 1] });
    await roomy.run({ job: protocol.encode(models[2], { numReads: 1, seed: 1, tag: "" }), part: 0 });
    assertEquals(server.released, ["j1", "j2", "j3", "j4", "j5"]);
    assertEquals(standings.slice(-2), [end, "answered"], "not while it is being sent");
  }
});

Deno.test("JobRunner lets a caller leave that waits for the end of a job which all others have left", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const [asked, over] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
  const protocol = {
    ...testProtocol({ url: server.url }),
    cancel() {
      asked.resolve();
      return over.promise;
    },
  };
  const runner = new JobRunner(protocol, journalOf(room.folder), { pollMs: [1, 1] });
  const job = protocol.encode(models[0], { numReads: 1, seed: 1, tag: "" });
  const run = (wait: JobWait) => runner.run({ job, part: 0 }, wait);
  const controller = new AbortController();
  server.state = () => {
    controller.abort();
    return "waiting";
  };
  const first = run({ signal: controller.signal });
  await asked.promise;
  assertEquals((await faultOf(() => run({ deadlineMs: 5 }))).fault, "deadline");
  await assertRejects(() => run({ signal: AbortSignal.abort() }), LeftJob);
  over.resolve(true);
  assertEquals((await assertRejects(() => first, LeftJob)).cancelled, true);
});

Deno.test("JobRunner counts every run that a job sent again may have cost, and stops at the spend cap", async () => {
  const losses: [string, () => Response][] = [
    ["502", () => new Response("", { status: 502 })],
    ["408", () => new Response("", { status: 408 })],
    ["no JSON", () => new Response("{")],
  ];
  for (const [what, reply] of losses) {
    for (const lost of [Infinity, 2]) {
      await using server = testServer();
      await using room = await testRoom();
      server.after = (count) => count <= lost ? reply() : undefined;
      const protocol = repeatable(server.url);
      const run = (spendCap: SpendCap | undefined) => {
        const options = { spendCap, retries: 4, firstBackoffMs: 0, longestBackoffMs: 0 };
        const runner = new JobRunner(protocol, journalOf(room.folder), options);
        const job = protocol.encode(models[0], { numReads: 1, seed: 1, tag: "" });
        return runner.run({ job, part: 0 }, { deadlineMs: 20_000 });
      };
      assertEquals((await faultOf(() => run({ jobs: 2 }))).fault, "quota", what);
      assertEquals([server.accepted.length, entries(room.folder)[0].spent.length], [2, 2], what);
      if (lost === 2) {
        assertEquals((await run({ jobs: 3 })).answer?.states.length, 2, what);
        assertEquals([server.accepted.length, entries(room.folder)[0].spent.length], [3, 3], what);
      } else if (what === "408") {
        assertEquals((await faultOf(() => run(undefined))).status, 408);
        assertEquals(server.accepted.length, 2 + 5, "once and four times again");
      }
    }
  }
});

/** The test machine, answering at once, whose jobs may be sent again. */
function repeatable(url: string): MachineProtocol {
  return {
    ...testProtocol({ url }),
    async submit(job, wire, tag) {
      const body = JSON.stringify({ tag, ...(job.payload as object), sync: true });
      const reply = await wire.send({ method: "POST", path: "/jobs", body, repeatable: true, makesJob: true });
      return { answer: wire.read(reply, z.object({ answer: z.json() })).answer };
    },
  };
}

Deno.test("JobRunner reads the answer of a joined job for each caller in the values of its own model", async () => {
  await using room = await testRoom();
  const sent = Promise.withResolvers<void>();
  let jobs = 0;
  const protocol: MachineProtocol = {
    ...testProtocol({ url: "https://nowhere.invalid" }),
    async submit() {
      jobs++;
      await sent.promise;
      return { answer: [1, 0] };
    },
    decode: (answer, { vartype }) => ({
      states: Int8Array.from(answer as number[], (bit) => vartype === "qubo" ? bit : 2 * bit - 1),
    }),
  };
  const runner = new JobRunner(protocol, journalOf(room.folder));
  const { vartype: _, ...job } = protocol.encode(models[0], { numReads: 1, seed: 1, tag: "" });
  const outcomes = (["ising", "qubo", "ising"] as const).map((vartype) =>
    runner.run({ job: { ...job, vartype }, part: 0 })
  );
  sent.resolve();
  const states = (await Promise.all(outcomes)).map(({ answer }) => [...answer!.states]);
  assertEquals([states, jobs], [[[1, -1], [1, 0], [1, -1]], 1]);
});

Deno.test("JobRunner keeps an answer at once that cannot be read, and sends the job again only when the user says so", async () => {
  await using room = await testRoom();
  let [jobs, answer]: [number, number[]] = [0, [1]];
  const protocol: MachineProtocol = {
    ...testProtocol({ url: "https://nowhere.invalid" }),
    look: undefined,
    submit: () => Promise.resolve({ answer: [++jobs, ...answer] }),
    decode(answer, { variables }) {
      const [, ...states] = answer as number[];
      if (states.length === variables) return { states: Int8Array.from(states) };
      throw new MachineError("Cannot read the answer of test: short", { machine: "test", fault: "reply" });
    },
  };
  const job = protocol.encode(models[0], { numReads: 1, seed: 1, tag: "" });
  const run = () => new JobRunner(protocol, journalOf(room.folder)).run({ job, part: 0 });
  for (let k = 0; k < 3; k++) {
    const { fault, message } = await faultOf(run);
    assertEquals([fault, jobs, message.includes("short; it is kept") && message.includes("jobs forget")], [
      "reply",
      1,
      true,
    ]);
  }
  const [entry] = entries(room.folder);
  const journal = journalOf(room.folder);
  assertEquals([entry.standing, journal.answerText(entry)], ["answered", "[1,1]"]);
  await forgetJob(journal, entry.key);
  answer = [1, -1];
  assertEquals([...(await run()).answer!.states], [1, -1]);
});

Deno.test("JobRunner cancels no job on abort that another process sent or waits for", async () => {
  for (const leaver of [0, 1]) {
    await using server = testServer();
    await using room = await testRoom();
    let done = false;
    const plain = testProtocol({ url: server.url, cancel: true });
    // two journals of a folder know each other as two processes do
    const callers = [0, 1].map(() => {
      const looked = Promise.withResolvers<void>();
      const protocol: MachineProtocol = {
        ...plain,
        look(id, wire) {
          looked.resolve();
          return done ? plain.look!(id, wire) : Promise.resolve({ state: "waiting" });
        },
      };
      const runner = new JobRunner(protocol, new Journal(room.folder), { pollMs: [1, 1] });
      const controller = new AbortController();
      const { signal } = controller;
      const run = (h: number) =>
        runner.run({ job: plain.encode(models[h], { numReads: 1, seed: 1, tag: "" }), part: 0 }, { signal });
      return { run, controller, looked: looked.promise };
    });
    const outcomes: Promise<JobOutcome>[] = [];
    for (const { run, looked } of callers) {
      outcomes.push(run(0));
      await looked;
    }
    callers[leaver].controller.abort();
    assertEquals((await assertRejects(() => outcomes[leaver], LeftJob)).cancelled, false);
    done = true;
    assertEquals([(await outcomes[1 - leaver]).id, server.cancelled], ["j1", []]);
    done = false;
    const alone = callers[1 - leaver];
    const last = alone.run(1);
    while (server.accepted.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    alone.controller.abort();
    assertEquals([(await assertRejects(() => last, LeftJob)).cancelled, server.cancelled], [true, ["j2"]]);
  }
});

Deno.test("JobRunner leaves out the jobs of a sender that died when it counts those of an account", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const journal = journalOf(room.folder);
  {
    using _lease = journal.lease();
    const cost = { jobs: 1, seconds: 0, money: 0 };
    const dead = {
      type: "intent",
      machine: "test",
      url: server.url,
      tag: "t",
      attempt: 1,
      cost,
      by: "1-dead",
    } as const;
    await journal.transact(() => ({ records: [{ ...dead, key: "dead" }], result: undefined }));
  }
  const sampler = testMachine({ url: server.url, folder: room.folder, jobs: 1, deadlineMs: 20_000 });
  assertEquals((await sampler.sample(models[0])).ending, "completed");
});

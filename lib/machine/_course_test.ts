import { assertEquals, assertRejects } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { testMachine, testProtocol, testRoom, testServer } from "./_test_machine.ts";
import { network } from "./carrier.ts";
import { type Carrier, JobRunner, type JobWait, Journal, journalOf, LeftJob, MachineError } from "./mod.ts";

const models = Array.from({ length: 6 }, (_, h) => isingModel({ couplings: sparseCouplings(2, []), linear: [h, 1] }));

async function faultOf(call: () => Promise<unknown>): Promise<MachineError> {
  return await assertRejects(call, MachineError) as MachineError;
}

function entries(folder: string) {
  const journal = new Journal(folder);
  using _lease = journal.lease();
  return journal.refresh().all();
}

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

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openBus } from "./_nats_bus.ts";
import { specOf } from "./_nats_spec.ts";
import { runTasks, type TaskEnd } from "./_nats_tasks.ts";
import { nats, startServer, startWorker } from "./_test_nats_server.ts";
import { cancelNatsPlan, natsStatus, serveNats, watchNats } from "./mod.ts";

const code = { version: "0.1.0", commit: "test" };
const probes = (count: number, ms: number) =>
  Array.from({ length: count }, (_, number) => specOf("probe", { number, ms }, code));

nats(
  "natsStatus() tells of a plan what is done, left and given up and why, and of its worker what it is at",
  async () => {
    await using server = await startServer();
    await using worker = startWorker(server, 2);
    await worker.says("waiting");
    await using bus = await openBus({ servers: server.url });
    const looks: ReturnType<typeof natsStatus>[] = [];
    const bad = specOf("probe", { number: -1, ms: 0 }, code);
    await runTasks(bus, [bad, ...probes(8, 150)], {
      title: "eight and a bad one",
      priority: "normal",
      onEnd: () => looks.length === 0 && looks.push(natsStatus({ servers: server.url })),
    });
    const [begun] = await Promise.all(looks);
    assertEquals([begun.plans[0].title, begun.plans[0].total], ["eight and a bad one", 9]);
    assert(begun.plans[0].left > 0 && begun.plans[0].done < 1);
    assertEquals([begun.workers[0].slots, begun.workers[0].code.commit], [2, "test"]);
    assertEquals(begun.workers[0].data, { other: { "Dots.bin": "11" } });
    assert(Math.abs(begun.workers[0].clockAheadMs) < 1000, "one clock");
    const { plans: [plan] } = await natsStatus({ servers: server.url });
    const { ended, left, done, etaMs, cancelled, failures: [failure] } = plan;
    assertEquals({ ended, left, done, etaMs, cancelled }, {
      ended: 8,
      left: 0,
      done: 8 / 9,
      etaMs: 0,
      cancelled: false,
    });
    assertEquals([failure.key, failure.attempts], [bad.key, 0]);
    assertStringIncludes(failure.reason, "its number: ");
  },
);

nats("serveNats() gives a task up whose record is larger than the server takes", async () => {
  await using server = await startServer("max_payload: 4096");
  await using bus = await openBus({ servers: server.url });
  const stop = new AbortController();
  const body = { safeParse: (data: unknown) => ({ success: true as const, data }) };
  const large = { body, run: () => Promise.resolve({ result: "x".repeat(5000), stopped: false }) };
  const worker = serveNats({ servers: server.url, code, kinds: { large }, signal: stop.signal });
  const ends: TaskEnd[] = [];
  await runTasks(bus, [await specOf("large", {}, code)], {
    ...{ title: "large", priority: "normal", onEnd: (_key, end) => ends.push(end) },
  });
  stop.abort();
  assertEquals(await worker, 0);
  const reason = "its record has 5002 bytes, and the server takes 4096 in a message";
  assertEquals(ends.map((end) => "dead" in end && end.dead.reason), [reason]);
});

nats("cancelNatsPlan() takes back what waits, and the submitter's plan ends", async () => {
  await using server = await startServer();
  await using worker = startWorker(server);
  await worker.says("waiting");
  await using bus = await openBus({ servers: server.url });
  const ends: TaskEnd[] = [];
  const servers = server.url;
  await runTasks(bus, probes(100, 50), {
    title: "long",
    priority: "low",
    onEnd: (_key, end) => {
      if (ends.push(end) !== 2) return;
      void natsStatus({ servers }).then(({ plans: [{ plan }] }) => cancelNatsPlan({ servers }, plan));
    },
  });
  assert(ends.length < 100, "nothing was taken back");
  assertEquals((await bus.streams.streams.info("QAMA_TASKS")).state.messages, 0);
  assertEquals((await natsStatus({ servers })).plans.map(({ cancelled, left }) => [cancelled, left]), [[true, 0]]);
  await assertRejects(() => cancelNatsPlan({ servers }, "none"), RangeError, "there is no such plan; there are ");
});

nats("watchNats() gives what it saw last while the server is away, and goes on when it is back", async () => {
  await using server = await startServer();
  const end = new AbortController();
  const seen: boolean[] = [];
  for await (const { away } of watchNats({ servers: server.url, everyMs: 50, signal: end.signal })) {
    if (seen.at(-1) === (away !== undefined)) continue;
    seen.push(away !== undefined);
    if (seen.length === 1) await server.kill();
    if (seen.length === 2) await server.start();
    if (seen.length === 3) end.abort();
  }
  assertEquals(seen, [false, true, false]);
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { type Bus, openBus } from "./_nats_bus.ts";
import { type ClaimedTry, claimTask, giveTryBack, isStillClaimed } from "./_nats_claim.ts";
import { specOf, toWire } from "./_nats_spec.ts";
import { nats, startServer } from "./_test_nats_server.ts";
import { serveNats, type TaskKind } from "./mod.ts";

const code = { version: "0.1.0", commit: "test" };

nats("serveNats() does a task once that is handed in many times at the same moment", async () => {
  await using server = await startServer();
  await using bus = await openBus({ servers: server.url, ackWaitMs: 2000 });
  const times = new Map<unknown, number>();
  const kind: TaskKind = {
    body: z.strictObject({ number: z.number() }),
    async run(body) {
      const { number } = body as { number: number };
      times.set(number, (times.get(number) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { result: { number }, stopped: false };
    },
  };
  const specs = Array.from({ length: 6 }, (_, number) => specOf("count", { number }, code));
  for (const spec of specs) {
    for (let i = 0; i < 12; i++) await bus.publisher.publish(`qama.tasks.normal.plan${i}.${spec.key}`, toWire(spec));
  }
  const end = new AbortController();
  const options = { servers: server.url, code, kinds: { count: kind }, slots: 6, refusalMs: 100, signal: end.signal };
  const workers = Array.from({ length: 3 }, () => serveNats(options));
  while ((await bus.streams.streams.info("QAMA_TASKS")).state.messages > 0) {
    bus.connection.publish("qama.news");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  end.abort();
  const done = await Promise.all(workers);
  assertEquals([...times.values()], Array(6).fill(1));
  assertEquals(done.reduce((sum, each) => sum + each), 6);
});

const tell = () => Promise.resolve();

/** A try of a task by a worker that nobody hears of; it throws where the task is not to be tried. */
async function claimed(bus: Bus, worker: string): Promise<ClaimedTry> {
  const claim = await claimTask(bus, "task", { worker, attempts: 3, tell });
  assert(typeof claim === "object" && "attempt" in claim, JSON.stringify(claim));
  return claim;
}

/** A connection of which the answers to writes of tries are lost. */
function answersLost(bus: Bus): Bus {
  const tries = new Proxy(bus.tries, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (name !== "create" && name !== "update" && name !== "delete") return value.bind(target);
      return async (...args: unknown[]) => {
        await value.apply(target, args);
        throw new Error("timeout");
      };
    },
  });
  return { ...bus, tries };
}

nats(
  "claimTask() gives a task up whose workers were lost, and one that was given up with the reason it had",
  async () => {
    await using server = await startServer();
    await using bus = await openBus({ servers: server.url });
    for (const [i, worker] of ["a", "b", "c"].entries()) assertEquals((await claimed(bus, worker)).attempt, i + 1);
    assertEquals(await claimTask(bus, "task", { worker: "d", attempts: 3, tell }), {
      attempts: 3,
      reason: "each of 3 workers was lost, the last of them c",
    });
    await bus.dead.put("other", JSON.stringify({ attempts: 1, reason: "the loss is NaN" }));
    assertEquals(await claimTask(bus, "other", { worker: "d", attempts: 3, tell }), {
      attempts: 1,
      reason: "the loss is NaN",
    });
    assertEquals(await bus.tries.get("other"), null);
  },
);

nats("giveTryBack() takes back its own try alone, and those that were lost stay counted", async () => {
  await using server = await startServer();
  await using bus = await openBus({ servers: server.url });
  await giveTryBack(bus, "task", await claimed(bus, "a"));
  assertEquals((await claimed(bus, "a")).attempt, 1);
  const second = await claimed(bus, "b");
  await giveTryBack(bus, "task", second);
  // one was lost, b's own was not
  const again = await claimed(bus, "c");
  assertEquals([second.attempt, again.attempt], [2, 2]);
  assertEquals([await isStillClaimed(bus, "task", second), await isStillClaimed(bus, "task", again)], [false, true]);
  // b wakes up late and is told to stop
  await giveTryBack(bus, "task", second);
  assertEquals(await isStillClaimed(bus, "task", again), true);
  assertEquals((await claimed(bus, "d")).attempt, 3);
});

nats("claimTask() and giveTryBack() do once what was done while the answer was lost", async () => {
  await using server = await startServer();
  await using bus = await openBus({ servers: server.url });
  const lossy = answersLost(bus);
  const first = await claimed(lossy, "a");
  assertEquals([first.attempt, await isStillClaimed(bus, "task", first)], [1, true]);
  const second = await claimed(lossy, "b");
  assertEquals(second.attempt, 2);
  await giveTryBack(bus, "task", first);
  assertEquals(await isStillClaimed(bus, "task", second), true);
  await giveTryBack(lossy, "task", second);
  const third = await claimed(bus, "c");
  assertEquals(third.attempt, 2);
  const away: Bus = {
    ...bus,
    tries: {
      ...bus.tries,
      get: bus.tries.get.bind(bus.tries),
      update: () => Promise.reject(new Error("away")),
    } as Bus["tries"],
  };
  await assertRejects(() => giveTryBack(away, "task", third), Error, "away");
  await assertRejects(() => claimTask(away, "task", { worker: "c", attempts: 3, tell }), Error, "away");
});

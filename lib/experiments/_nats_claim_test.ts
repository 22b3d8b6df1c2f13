import { assertEquals } from "@std/assert";
import { z } from "zod";
import { openBus } from "./_nats_bus.ts";
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

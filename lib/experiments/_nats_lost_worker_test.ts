import { assertEquals, assertRejects } from "@std/assert";
import { fakeTrainer } from "./_fake_trainer.ts";
import { openBus } from "./_nats_bus.ts";
import { nats, startServer, startWorker } from "./_test_nats_server.ts";
import { digests, load, plan } from "./_test_queue_plan.ts";
import { natsExecutor, runPlan, serveNats } from "./mod.ts";

const code = { version: "0.1.0", commit: "test" };

nats(
  "natsExecutor() goes on, on another worker, where one was silent for too long; waking up, that one leaves it",
  async () => {
    await using server = await startServer();
    await using bus = await openBus({ servers: server.url, ackWaitMs: 2000 });
    await using silent = startWorker(server);
    await using stack = new AsyncDisposableStack();
    const cells = plan.cells.slice(0, 1).map((cell) => ({ ...cell, epochs: 9 }));
    const claims = await bus.tries.watch();
    const taken = (async () => {
      const workers = new Set<string>();
      for await (const entry of claims) {
        if (workers.add(entry.json<{ worker: string }>().worker).size === 2) break;
      }
      silent.pause(false);
    })();
    let paused = false;
    const result = await runPlan({ ...plan, cells }, {
      ...{ out: await Deno.makeTempDir(), load, code, source: () => ({ slowMs: 1000 }) },
      executor: natsExecutor({ servers: server.url, code }),
      onProgress: () => {
        if (paused) return;
        paused = true;
        silent.pause(true);
        stack.use(startWorker(server));
      },
    });
    await taken;
    const whole = await runPlan({ ...plan, cells }, {
      out: await Deno.makeTempDir(),
      load,
      train: fakeTrainer().train,
    });
    assertEquals([result.failures, await digests(result)], [[], await digests(whole)]);
    await silent.says("left to another worker");
  },
);

nats("serveNats() ends with an error when the servers refuse the worker from now on", async () => {
  await using server = await startServer();
  const lines: string[] = [];
  const options = { servers: server.url, code, onLine: (line: string) => lines.push(line) };
  const served = assertRejects(() => serveNats(options), Error, "Cannot go on here: the servers refuse it");
  while (!lines.some((line) => line.startsWith("waiting"))) await new Promise((resolve) => setTimeout(resolve, 20));
  await server.kill();
  const path = `${server.folder}/server.conf`;
  await Deno.writeTextFile(path, 'authorization { users: [{ user: "a", password: "b" }] }', { append: true });
  await server.start();
  await served;
});

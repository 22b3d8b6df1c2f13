import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fakeTrainer } from "./_fake_trainer.ts";
import { openBus } from "./_nats_bus.ts";
import { specOf, toWire } from "./_nats_spec.ts";
import { runTasks, type TaskEnd } from "./_nats_tasks.ts";
import { nats, startServer, startWorker, type TestServer } from "./_test_nats_server.ts";
import { digests, load, plan, wholeDigests } from "./_test_queue_plan.ts";
import type { Trouble } from "./_test_queue_worker.ts";
import { natsExecutor, type NatsExecutorOptions, type PlanResult, runPlan, type RunPlanOptions } from "./mod.ts";

const code = { version: "0.1.0", commit: "test" };

async function runOn(
  { url }: TestServer,
  trouble: Trouble,
  options: Partial<RunPlanOptions> = {},
  executor: Partial<NatsExecutorOptions> = {},
): Promise<PlanResult> {
  const out = options.out ?? await Deno.makeTempDir();
  return await runPlan(plan, {
    out,
    load,
    code,
    source: () => trouble,
    executor: natsExecutor({ servers: url, code, ackWaitMs: 2000, ...executor }),
    ...options,
  });
}

nats("natsExecutor() gives the records of runs made in this process, and their checkpoints", async () => {
  await using server = await startServer();
  await using _worker = startWorker(server, 2);
  const out = await Deno.makeTempDir();
  const result = await runOn(server, {}, { out });
  assertEquals([result.ending, result.failures], ["completed", []]);
  assertEquals(await digests(result), await wholeDigests());
  const kept = await Array.fromAsync(Deno.readDir(`${out}/checkpoints`), ({ name }) => name);
  assertEquals(kept.filter((name) => name.endsWith(".checkpoint")).length, 3);
});

nats("natsExecutor() makes a plan once that is handed in twice at the same time, and again", async () => {
  await using server = await startServer();
  await using first = startWorker(server, 2);
  await using second = startWorker(server, 1);
  const both = await Promise.all([runOn(server, {}), runOn(server, {})]);
  const again = await runOn(server, {});
  const whole = await wholeDigests();
  for (const result of [...both, again]) assertEquals(await digests(result), whole);
  const done = [...first.lines, ...second.lines].filter((line) => line.startsWith("done: "));
  assertEquals(new Set(done).size, done.length, "a record was stored twice");
  assertEquals(done.length, 3);
});

nats("serveNats() gives signs of a run that takes longer than a silent worker is waited for", async () => {
  await using server = await startServer();
  await using first = startWorker(server);
  await first.says("waiting");
  await using _second = startWorker(server);
  const out = await Deno.makeTempDir();
  const { records } = await runPlan({ ...plan, cells: plan.cells.slice(0, 1) }, {
    ...{ out, load, code, source: () => ({ slowMs: 1200 }) },
    executor: natsExecutor({ servers: server.url, code }),
  });
  assertEquals(records.length, 1);
  await using bus = await openBus({ servers: server.url });
  const { ack_wait, ...info } = (await bus.streams.consumers.info("QAMA_TASKS", "normal")).config;
  assertEquals([ack_wait, info.max_deliver], [2e9, -1]);
  assertEquals((await bus.streams.consumers.info("QAMA_TASKS", "normal")).delivered.consumer_seq, 1);
});

nats("natsExecutor() goes on, on another worker, from the checkpoint of one that was killed", async () => {
  await using server = await startServer();
  const lost = startWorker(server);
  await using stack = new AsyncDisposableStack();
  const epochs: number[] = [];
  let killed = false;
  const result = await runOn(server, { slowMs: 400 }, {
    onProgress: ({ cell, training }) => {
      if (cell.operator !== "mha") return;
      epochs.push(training.epoch);
      if (killed || training.epoch < 2) return;
      killed = true;
      void lost.kill().then(() => stack.use(startWorker(server, 3)));
    },
  });
  assertEquals(await digests(result), await wholeDigests());
  // the second epoch may have come to the store before the worker was gone
  assert(["1,2,3", "1,2,2,3"].includes(epochs.join()), epochs.join());
});

nats(
  "natsExecutor() gives a run up after three deaths with its last words, the others go on; handed in again it is tried again",
  async () => {
    await using server = await startServer();
    await using worker = startWorker(server);
    const dies = { dies: { none: 1 } };
    const longer = { ...plan, cells: plan.cells.map((cell) => ({ ...cell, epochs: 9 })) };
    const options = { load, code, source: () => dies };
    const executor = natsExecutor({ servers: server.url, code });
    const { failures, records } = await runPlan(longer, { ...options, out: await Deno.makeTempDir(), executor });
    assertEquals(records.map(({ operator }) => operator), ["mha", "qamaV2"]);
    assertEquals([failures[0].attempts, failures[0].reason], [3, "its process was killed by SIGKILL: last words"]);
    await using bus = await openBus({ servers: server.url });
    const dead = await Array.fromAsync(await bus.dead.keys());
    assertEquals(dead.length, 1);
    assertStringIncludes((await bus.dead.get(dead[0]))!.string(), "last words");
    const again = await runPlan(longer, { ...options, out: await Deno.makeTempDir(), executor });
    assertEquals(again.failures.map(({ attempts }) => attempts), [3]);
    assertEquals(worker.lines.filter((line) => line.startsWith("done: ")).length, 2);
  },
);

nats("natsExecutor() does not try again what ended with an error of its own", async () => {
  await using server = await startServer();
  await using _worker = startWorker(server, 2);
  const { failures, records } = await runOn(server, { fails: "mha" });
  assertEquals(failures.map(({ attempts, reason }) => [attempts, reason]), [[1, "Cannot train: the loss is NaN"]]);
  assertEquals(records.length, 2);
});

nats(
  "natsExecutor() stopped keeps every run under way, and resumed, on another worker, gives the same records",
  async () => {
    const longer = { ...plan, cells: plan.cells.map((cell) => ({ ...cell, epochs: 9 })) };
    const whole = await runPlan(longer, { out: await Deno.makeTempDir(), load, train: fakeTrainer().train });
    await using server = await startServer();
    const out = await Deno.makeTempDir();
    const executor = natsExecutor({ servers: server.url, code, ackWaitMs: 2000 });
    const options = { out, load, code, executor, source: () => ({ slowMs: 300 }) };
    const controller = new AbortController();
    const reported = new Set<string>();
    const first = startWorker(server, 2);
    const stopped = await runPlan(longer, {
      ...options,
      signal: controller.signal,
      onProgress: ({ cell }) => {
        if (reported.add(cell.operator).size === 2) controller.abort();
      },
    });
    await first.kill();
    assertEquals([stopped.ending, stopped.failures], ["interrupted", []]);
    const lengths = stopped.records.map(({ epochs }) => epochs.length);
    assert(lengths.length === 2 && lengths.every((epochs) => epochs > 0 && epochs < 9), lengths.join());
    await using bus = await openBus({ servers: server.url });
    assertEquals((await bus.streams.streams.info("QAMA_TASKS")).state.messages, 0, "a cancelled plan leaves no task");
    await using _worker = startWorker(server, 3);
    const epochs: number[] = [];
    const resumed = await runPlan(longer, {
      ...options,
      executor: natsExecutor({ servers: server.url, code }),
      resume: true,
      onProgress: ({ training }) => epochs.push(training.epoch),
    });
    assertEquals(await digests(resumed), await digests(whole));
    assertEquals(
      epochs.filter((epoch) => epoch === 1).length,
      1,
      "only the run that was never begun has a first epoch",
    );
  },
);

nats(
  "serveNats() refuses another commit, data that it lacks and what it does not know, says so, and nothing is lost",
  async () => {
    await using server = await startServer();
    await using _worker = startWorker(server, 2);
    const told: string[] = [];
    const stop = new AbortController();
    const onLine = (line: string) => {
      told.push(line);
      stop.abort();
    };
    const other = await runOn(server, {}, { signal: stop.signal }, {
      code: { version: "0.1.0", commit: "older" },
      onLine,
    });
    assertEquals([other.ending, other.failures, other.records], ["interrupted", [], []]);
    assertStringIncludes(told[0], "refuses: the plan is of commit older, this worker of test");
    const second = new AbortController();
    const changed = await runOn(server, { changed: true }, { signal: second.signal }, {
      onLine: (line) => {
        told.push(line);
        second.abort();
      },
    });
    assertEquals([changed.failures, changed.records], [[], []]);
    assertStringIncludes(told.at(-1)!, "the data set dots has other counts or checksums than when the plan was made");
    const named = new AbortController();
    // what the worker says it has, it compares before anything is started
    const others = await runPlan({ ...plan, cells: [{ data: "other", operator: "mha", seed: 1, epochs: 1 }] }, {
      ...{ out: await Deno.makeTempDir(), load, code, source: () => ({}), signal: named.signal },
      executor: natsExecutor({
        ...{ servers: server.url, code },
        onLine: (line) => {
          told.push(line);
          named.abort();
        },
      }),
    });
    assertEquals([others.failures, others.records], [[], []]);
    assertStringIncludes(told.at(-1)!, "its other is another: Dots.bin is 11 here and 00 in the plan");
    await using bus = await openBus({ servers: server.url });
    const third = new AbortController();
    await runTasks(bus, [specOf("rm", {}, code)], {
      title: "unknown",
      priority: "normal",
      signal: third.signal,
      onEnd: () => {},
      onRefused: (_key, _worker, reason) => {
        told.push(reason);
        third.abort();
      },
    });
    assertEquals(told.at(-1), "it does no rm");
  },
);

nats("serveNats() buries what is no task of this form with the reason, and keeps what is of another form", async () => {
  await using server = await startServer();
  await using worker = startWorker(server);
  await using bus = await openBus({ servers: server.url });
  const good = specOf("probe", { number: 1, ms: 0 }, code);
  const bad = {
    json: "{",
    hash: toWire({ ...good, body: { number: 2, ms: 0 } }),
    body: toWire(specOf("probe", { number: -1, ms: 0 }, code)),
    more: toWire({ ...good, script: "rm" }),
    newer: toWire({ ...good, schema: 2 }),
  };
  for (const [key, text] of Object.entries(bad)) await bus.publisher.publish(`qama.tasks.high.p.${key}`, text);
  bus.connection.publish("qama.news");
  const reasons: Record<string, string> = {};
  for await (const entry of await bus.dead.watch()) {
    reasons[entry.key] = entry.json<{ reason: string }>().reason;
    if (Object.keys(reasons).length === 4) break;
  }
  assertEquals(reasons.json, "it cannot be read: it is no JSON");
  assertEquals(reasons.hash, "it cannot be read: its content is not what its hash says");
  assertStringIncludes(reasons.body, "its number: ");
  assertStringIncludes(reasons.more, "it cannot be read: the whole: Unrecognized key");
  await worker.says("refused: its form has version 2, this worker reads 1");
  assertEquals((await bus.streams.streams.info("QAMA_TASKS")).state.messages, 1);
});

nats("serveNats() loses no task and counts none twice while workers and the server are killed", async () => {
  await using server = await startServer();
  await using bus = await openBus({ servers: server.url, ackWaitMs: 2000 });
  await using stack = new AsyncDisposableStack();
  const workers = [startWorker(server, 4), startWorker(server, 4)];
  const specs = Array.from({ length: 400 }, (_, number) => specOf("probe", { number, ms: 40 }, code));
  const ends = new Map<string, TaskEnd>();
  let troubles: Promise<unknown> = Promise.resolve();
  await runTasks(bus, specs, {
    title: "killed",
    priority: "normal",
    onEnd: (key, end) => {
      ends.set(key, end);
      if (ends.size === 50) {
        troubles = troubles.then(() => workers[0].kill()).then(() => stack.use(startWorker(server, 4)))
          .then(({ says }) => says("waiting"));
      }
      if (ends.size === 150) troubles = troubles.then(() => server.kill()).then(() => server.start());
      if (ends.size === 250) troubles = troubles.then(() => workers[1].kill());
    },
  });
  await troubles;
  const numbers = specs.map(({ key }) => (ends.get(key) as { result: { number: number } }).result.number);
  assertEquals(numbers, specs.map((_, i) => i));
  // each was stored once, and never again
  const { state } = await bus.streams.streams.info("KV_QAMA_RESULTS");
  assertEquals([state.messages, state.last_seq], [400, 400]);
});

nats("serveNats() acknowledges a task when its record is stored, not before", async () => {
  await using server = await startServer();
  await using worker = startWorker(server);
  await worker.says("waiting");
  await using bus = await openBus({ servers: server.url });
  const held = async () => (await bus.streams.streams.info("QAMA_TASKS")).state.messages;
  await bus.streams.streams.delete("KV_QAMA_RESULTS");
  const spec = specOf("probe", { number: 1, ms: 1 }, code);
  await bus.publisher.publish(`qama.tasks.high.p.${spec.key}`, toWire(spec));
  bus.connection.publish("qama.news");
  await worker.says("the servers do not take it");
  assertEquals(await held(), 1);
  await using _again = await openBus({ servers: server.url });
  while (await held() > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals((await bus.results.get(spec.key))?.json(), { number: 1 });
});

nats("serveNats() takes tasks of a higher priority first", async () => {
  await using server = await startServer();
  await using bus = await openBus({ servers: server.url });
  const hand = async (priority: "high" | "normal" | "low", numbers: number[]) =>
    await runTasks(bus, numbers.map((number) => specOf("probe", { number, ms: 1 }, code)), {
      title: priority,
      priority,
      onEnd: () => {},
    });
  const all = [hand("low", [6, 7]), hand("normal", [3, 4, 5]), hand("high", [1, 2])];
  while ((await bus.streams.streams.info("QAMA_TASKS")).state.messages < 7) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await using _worker = startWorker(server);
  await Promise.all(all);
  // in the order in which records were stored: submitters hear of them each by a watch of its own
  const stored = await Promise.all(
    (await Array.fromAsync(await bus.results.keys())).map(async (key) => (await bus.results.get(key))!),
  );
  stored.sort((a, b) => a.revision - b.revision);
  assertEquals(stored.map((entry) => entry.json<{ number: number }>().number), [1, 2, 3, 4, 5, 6, 7]);
});

nats("openBus() refused by a server, on a thread that is busy, hears of nothing but the refusal", async () => {
  await using server = await startServer('authorization { users: [{ user: "a", password: "b" }] }');
  // the refusal and the reset of the connection come in the same turn of the event loop
  let turn = 0;
  const busy = setInterval(() => {
    const end = performance.now() + turn++ % 9;
    while (performance.now() < end);
  }, 1);
  for (let round = 0; round < 40; round++) {
    const refused = () => assertRejects(() => openBus({ servers: server.url }), Error, "it refuses a client");
    await Promise.all([refused(), refused(), refused()]);
  }
  clearInterval(busy);
});

nats(
  "openBus() says in one line that there is no server, no JetStream, no bucket, no leave, or a password in the address",
  async () => {
    const opened = (servers: string, creds?: string) =>
      openBus({ servers, ...creds === undefined ? {} : { creds } }).then((bus) => bus[Symbol.asyncDispose]());
    await assertRejects(
      () => opened("nats://127.0.0.1:1"),
      Error,
      "Cannot connect to the NATS server at nats://127.0.0.1:1: ",
    );
    await assertRejects(() => opened("localhost"), RangeError, "expected an address such as nats://localhost:4222");
    const named = await assertRejects(
      () => opened("nats://me:secret@localhost:4222"),
      RangeError,
      "holds a user or a password",
    );
    assert(!named.message.includes("secret"));
    {
      await using server = await startServer("", false);
      await assertRejects(() => opened(server.url), Error, "it runs without JetStream");
    }
    {
      const account = "A: { jetstream: { max_streams: 2 }, users: [{ user: a, password: b }] }";
      await using server = await startServer(`accounts: { ${account} }\nno_auth_user: a`);
      const { message } = await assertRejects(() => opened(server.url), Error, "Cannot use KV_QAMA_");
      assertStringIncludes(message, "it cannot be made: ");
      assertStringIncludes(message, "open it once as a submitter, or give the server more storage");
    }
    await using server = await startServer('authorization { users: [{ user: "a", password: "b" }] }');
    await assertRejects(() => opened(server.url), Error, "it refuses a client without credentials; name their file");
    const file = `${server.folder}/user.creds`;
    await assertRejects(() => opened(server.url, file), Error, "user.creds cannot be read");
    await Deno.writeTextFile(file, "nothing");
    await assertRejects(() => opened(server.url, file), SyntaxError, "holds neither a user's credentials nor the seed");
  },
);

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import {
  entries,
  faultOf,
  models,
  testMachine,
  type TestMachineOptions,
  testProtocol,
  testRoom,
  testServer,
} from "./_test_machine.ts";
import { JobRunner, journalOf, MachineError } from "./mod.ts";

const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1]]), linear: [0.1, 0, 0] });

Deno.test("JobRunner never sends a job of unknown fate again, in this process or a later one, until the user says so", async () => {
  await using server = testServer();
  await using room = await testRoom();
  server.after = () => new Response("", { status: 500 });
  const options = { url: server.url, folder: room.folder };
  const error = await faultOf(() => testMachine(options).sample(model));
  assertEquals(error.fault, "unknown-submission");
  const [{ key }] = entries(room.folder);
  assertMatch(error.message, new RegExp(`deno task jobs resume ${key.slice(0, 12)} --as ID.*deno task jobs forget`));
  server.after = () => undefined;
  for (const folder of [room.folder, `${room.folder}/.`]) {
    assertEquals((await faultOf(() => testMachine({ ...options, folder }).sample(model))).fault, "unknown-submission");
  }
  assertEquals(server.accepted.length, 1);
  const journal = journalOf(room.folder);
  {
    using _lease = journal.lease();
    await journal.transact(() => ({ records: [{ type: "forgotten", key }], result: undefined }));
  }
  assertEquals((await testMachine(options).sample(model)).ending, "completed");
  assertEquals(server.accepted, [`qama-${key.slice(0, 16)}`, `qama-${key.slice(0, 16)}-2`]);
});

Deno.test("JobRunner looks a job of unknown fate up by its tag: found it is collected, surely not there it is sent again", async () => {
  for (const taken of [true, false]) {
    await using server = testServer();
    await using room = await testRoom();
    const lost = (count: number) => count === 1 ? new Response("", { status: 500 }) : undefined;
    if (taken) server.after = lost;
    else server.before = (_, count) => lost(count);
    const set = await testMachine({ url: server.url, folder: room.folder, find: true }).sample(model);
    assertEquals([set.ending, server.accepted.length], ["completed", 1]);
    assertEquals(entries(room.folder)[0].attempt, taken ? 1 : 2);
  }
});

Deno.test("JobRunner waits before it believes that there is no such job", async () => {
  await using server = testServer();
  await using room = await testRoom();
  let finds = 0;
  server.before = (_, count) => count === 1 ? new Response("", { status: 500 }) : undefined;
  const options: TestMachineOptions = { url: server.url, folder: room.folder, find: true, settleMs: 5 };
  const protocol = testProtocol(options);
  const find = (tag: string) => Promise.resolve(++finds === 2 ? `late-${tag}` : undefined);
  const looked: string[] = [];
  const look = (id: string) => {
    looked.push(id);
    return Promise.resolve({ state: "failed", why: "so" } as const);
  };
  const runner = new JobRunner({ ...protocol, find, look }, journalOf(room.folder), { settleMs: 5, pollMs: [0, 0] });
  const job = protocol.encode(model, { numReads: 1, seed: 1, tag: "" });
  assertEquals((await faultOf(() => runner.run({ job, part: 0 }))).fault, "job");
  assertEquals([finds, looked.length, server.accepted.length], [2, 1, 0]);
});

Deno.test("JobRunner joins the same request under way, and one caller may leave while the other waits on", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sampler = testMachine({ url: server.url, folder: room.folder, cancel: true });
  const controller = new AbortController();
  let looks = 0;
  server.state = () => {
    if (++looks === 2) controller.abort();
    return looks < 5 ? "waiting" : "done";
  };
  const [one, two] = await Promise.all([
    sampler.sample(model, { signal: controller.signal }),
    sampler.sample(model),
  ]);
  assertEquals([one.ending, two.ending], ["interrupted", "completed"]);
  assertEquals([server.accepted.length, server.cancelled.length], [1, 0]);
});

Deno.test("JobRunner sends again what was turned down as busy, and counts it once", async () => {
  await using server = testServer();
  await using room = await testRoom();
  server.before = (_, count) => count < 4 ? new Response("", { status: 429 }) : undefined;
  const spendCap = { jobs: 1, seconds: 0.5, money: 0.25 };
  const set = await testMachine({ url: server.url, folder: room.folder, spendCap }).sample(model);
  assertEquals([set.ending, server.accepted.length, entries(room.folder)[0].attempt], ["completed", 1, 4]);
});

Deno.test("JobRunner stops at the spend cap before it sends, over all processes that share the folder", async () => {
  for (const spendCap of [{ jobs: 2 }, { seconds: 1 }, { money: 0.5 }]) {
    await using server = testServer();
    await using room = await testRoom();
    const make = () => testMachine({ url: server.url, folder: room.folder, spendCap });
    await make().sampleAll(models.slice(0, 2));
    const error = await faultOf(() => make().sample(models[2]));
    const [unit] = Object.keys(spendCap);
    assertEquals([error.fault, server.seen.filter((line) => line.startsWith("POST")).length], ["quota", 2]);
    assertMatch(error.message, new RegExp(`of [\\d.]+ ${unit} are spent.*spendCap.${unit}`));
    assertEquals((await make().sample(models[0])).ending, "completed", "what is here costs nothing");
  }
});

Deno.test("JobRunner keeps a cap that sixteen jobs at once try to pass", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const many = Array.from({ length: 40 }, (_, h) => isingModel({ couplings: sparseCouplings(1, []), linear: [h] }));
  const sampler = testMachine({ url: server.url, folder: room.folder, spendCap: { jobs: 7 }, concurrency: 16 });
  await assertRejects(() => sampler.sampleAll(many), MachineError, "7 of 7 jobs");
  assertEquals(server.accepted.length, 7);
});

Deno.test("JobRunner has no more jobs at a machine than an account may have, and frees what the machine keeps", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const options: TestMachineOptions = { url: server.url, folder: room.folder, jobs: 2, release: true, concurrency: 8 };
  let most = 0;
  server.state = () => {
    most = Math.max(most, server.accepted.length - server.released.length);
    return "done";
  };
  await testMachine(options).sampleAll(models);
  assertEquals([most <= 2, server.accepted.length, server.released.length], [true, 6, 6]);
});

Deno.test("JobRunner frees what an earlier process left at the machine when there is no room", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const left: TestMachineOptions = { url: server.url, folder: room.folder };
  await testMachine(left).sample(models[0]);
  const journal = journalOf(room.folder);
  const [{ key }] = entries(room.folder);
  {
    using _lease = journal.lease();
    const text = JSON.stringify({ states: [1, 1], energies: [0] });
    const answer = { digest: "0".repeat(64), bytes: text.length, text };
    await journal.transact(() => ({ records: [{ type: "answer", key, answer, toRelease: true }], result: undefined }));
  }
  await testMachine({ ...left, jobs: 1, release: true }).sample(models[1]);
  assertEquals(server.released, ["j1", "j2"]);
});

Deno.test("JobRunner collects what another process has sent, and sends nothing", async () => {
  await using server = testServer();
  await using room = await testRoom();
  server.state = () => "waiting";
  // on a slow machine it is not even sent in so little time
  let deadlineMs = 100;
  const ask = () => testMachine({ url: server.url, folder: room.folder, deadlineMs }).sample(model, { seed: 3 });
  let error = await faultOf(ask);
  for (; error.jobId === undefined; error = await faultOf(ask)) deadlineMs *= 2;
  assertEquals([error.fault, error.jobId], ["deadline", "j1"]);
  assertMatch(error.message, /deno task jobs resume/);
  server.state = () => "done";
  const script = `
    import { testMachine } from "${new URL("./_test_machine.ts", import.meta.url)}";
    import { isingModel, sparseCouplings } from "${new URL("../model/mod.ts", import.meta.url)}";
    const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1]]), linear: [0.1, 0, 0] });
    const set = await testMachine({ url: "${server.url}", folder: "${room.folder}" }).sample(model, { seed: 3 });
    console.log(set.ending, set.story.findings.jobIds);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "completed j1");
  assertEquals(server.accepted.length, 1);
});

Deno.test("JobRunner in two processes that ask for the same jobs at the same time sends each once", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const script = `
    import { testMachine } from "${new URL("./_test_machine.ts", import.meta.url)}";
    import { isingModel, sparseCouplings } from "${new URL("../model/mod.ts", import.meta.url)}";
    const models = Array.from({ length: 60 }, (_, h) => isingModel({ couplings: sparseCouplings(1, []), linear: [h] }));
    await Deno.stdin.read(new Uint8Array(1));
    const sets = await testMachine({ url: "${server.url}", folder: "${room.folder}", concurrency: 8 }).sampleAll(models);
    console.log(sets.map(({ states }) => states.join("")).join(" "));`;
  const children = [1, 2].map(() =>
    new Deno.Command(Deno.execPath(), { args: ["eval", script], stdin: "piped", stdout: "piped" }).spawn()
  );
  await Promise.all(children.map(async ({ stdin }) => {
    const writer = stdin.getWriter();
    await writer.write(Uint8Array.of(1));
    await writer.close();
  }));
  const outputs = await Promise.all(children.map((child) => child.output()));
  const [one, two] = outputs.map(({ stdout }) => new TextDecoder().decode(stdout));
  assertEquals([one.split(" ").length, one], [60, two]);
  assertEquals([server.accepted.length, new Set(server.accepted).size], [60, 60]);
});

Deno.test("JobRunner takes over from a thread that was ended", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const sent = Promise.withResolvers<void>();
  const over = Promise.withResolvers<Response>();
  server.before = () => {
    sent.resolve();
    return over.promise;
  };
  const script = `
    import { testMachine } from "${new URL("./_test_machine.ts", import.meta.url)}";
    import { isingModel, sparseCouplings } from "${new URL("../model/mod.ts", import.meta.url)}";
    const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1]]), linear: [0.1, 0, 0] });
    await testMachine({ url: "${server.url}", folder: "${room.folder}" }).sample(model);`;
  const worker = new Worker(`data:application/typescript,${encodeURIComponent(script)}`, { type: "module" });
  await sent.promise;
  const make = () => testMachine({ url: server.url, folder: room.folder, deadlineMs: 200 });
  assertEquals((await faultOf(() => make().sample(model))).fault, "deadline", "the thread is at work on it");
  worker.terminate();
  let error = await faultOf(() => make().sample(model));
  // a thread ends when it next looks up
  while (error.fault === "deadline") error = await faultOf(() => make().sample(model));
  assertEquals([error.fault, server.accepted.length], ["unknown-submission", 0]);
  over.resolve(new Response());
});

Deno.test("JobRunner keeps an answer at once and a long one in a file, and finds out if it was changed", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const make = (sync: boolean) => testMachine({ url: server.url, folder: room.folder, sync, reads: 5000 });
  const whole = await make(true).sample(model, { numReads: 5000 });
  assertEquals((await make(true).sample(model, { numReads: 5000 })).states, whole.states);
  const [{ answer }] = entries(room.folder);
  const path = `${room.folder}/answers/${answer!.digest.slice(0, 2)}/${answer!.digest}.json`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace("1", "-1"));
  // the machine of this test still has it: it is collected again
  const again = await make(true).sample(model, { numReads: 5000 });
  assertEquals([again.states, server.accepted.length], [whole.states, 1]);
  await Deno.remove(path);
  server.state = () => "gone";
  await assertRejects(() => make(true).sample(model, { numReads: 5000 }), MachineError);
  assertEquals(server.accepted.length, 1);
});

Deno.test("JobRunner looks again where the reply about a job is broken", async () => {
  await using server = testServer();
  await using room = await testRoom();
  let looks = 0;
  const protocol = testProtocol({ url: server.url });
  const broken: typeof protocol = {
    ...protocol,
    async look(id, wire) {
      if (++looks === 1) throw wire.fault("reply", "it is torn");
      if (looks === 2) throw wire.fault("busy", "later");
      if (looks === 3) return { state: "done", answer: { states: [1], energies: [] } };
      return await protocol.look!(id, wire);
    },
    decode(answer, job) {
      if ((answer as { states: number[] }).states.length !== 3) {
        throw new MachineError("Cannot read", { machine: "test", fault: "reply" });
      }
      return protocol.decode(answer, job);
    },
  };
  const runner = new JobRunner(broken, journalOf(room.folder), { pollMs: [0, 0], firstBackoffMs: 0 });
  const job = protocol.encode(model, { numReads: 1, seed: 1, tag: "" });
  const { answer } = await runner.run({ job, part: 0 });
  assertEquals([answer?.states.length, looks, server.accepted.length], [3, 4, 1]);
});

Deno.test("JobRunner sends nothing if it cannot write its journal", async () => {
  await using server = testServer();
  await using room = await testRoom();
  await Deno.writeTextFile(`${room.folder}/file`, "");
  const blocked = testMachine({ url: server.url, folder: `${room.folder}/file/x` });
  await assertRejects(() => blocked.sample(model), Error, "Cannot keep the journal");
  if (Deno.build.os === "linux") {
    await Deno.symlink("/dev/full", `${room.folder}/journal.jsonl`);
    await assertRejects(() => testMachine({ url: server.url, folder: room.folder }).sample(model), Error, "No space");
  }
  assertEquals(server.seen, []);
});

Deno.test("JobRunner sends nothing if the sync of its intent fails", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const { syncData } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.syncData = () => Promise.reject(new Error("disk on fire"));
  try {
    await assertRejects(() => testMachine({ url: server.url, folder: room.folder }).sample(model), Error, "on fire");
  } finally {
    Deno.FsFile.prototype.syncData = syncData;
  }
  assertEquals(server.seen, []);
});

Deno.test("JobRunner leaves no key in any file or error, whatever the machine sends back", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const { key } = room;
  const forms = [key, btoa(key), encodeURIComponent(key), JSON.stringify(key)];
  const errors: unknown[] = [];
  const cassette = { file: `${room.folder}/tape.jsonl`, mode: "record" } as const;
  const bodies = [
    () => new Response(JSON.stringify({ error: forms }), { status: 500 }),
    () => new Response(JSON.stringify({ error: forms }), { status: 401 }),
    () => Response.json({ id: key }),
    () => Response.json({ id: "j1", answer: { states: [1, 1], energies: [0], note: forms } }),
    () => Response.json({ note: forms }),
  ];
  for (const [k, body] of bodies.entries()) {
    server.after = body;
    const sampler = testMachine({ url: server.url, folder: room.folder, cassette, sync: k === 3 });
    await sampler.sample(models[k]).catch((error) => errors.push(error));
  }
  server.after = () => undefined;
  assertEquals(errors.length, 4);
  const seen = errors.map((error) => Deno.inspect(error, { depth: 9 }) + JSON.stringify(error)).join();
  for (const path of await allFiles(room.folder)) {
    const text = await Deno.readTextFile(path);
    for (const form of forms) assert(!text.includes(form), `${form} in ${path}`);
  }
  for (const form of forms) assert(!seen.includes(form), `${form} in ${seen}`);
  assert((await Deno.readTextFile(cassette.file)).includes("[redacted]"));
});

async function allFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) files.push(...await allFiles(`${folder}/${name}`));
    else files.push(`${folder}/${name}`);
  }
  return files;
}

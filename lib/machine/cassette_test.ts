import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { TEST_KEY, testMachine, testRoom, testServer } from "./_test_machine.ts";
import { randomSampler } from "../samplers/mod.ts";
import { Cassette, isingQ, MachineError, startEmulator } from "./mod.ts";

const models = Array.from({ length: 8 }, (_, h) => isingModel({ couplings: sparseCouplings(2, []), linear: [h, 1] }));

Deno.test("Cassette replays a run byte for byte, offline, without a key, however many jobs go at once", async () => {
  await using room = await testRoom();
  const file = `${room.folder}/tape.jsonl`;
  let url: string;
  let recorded;
  {
    await using server = testServer();
    url = server.url;
    let looks = 0;
    server.state = () => ++looks % 3 === 0 ? "done" : "waiting";
    server.before = (_, count) => count === 2 ? new Response("", { status: 429 }) : undefined;
    const folder = `${room.folder}/recording`;
    const cassette = { file, mode: "record" } as const;
    // one answer is in the journal before the tape runs
    await testMachine({ url, folder }).sample(models[0], { seed: 0 });
    const sampler = testMachine({ url, folder, cassette, concurrency: 4 });
    recorded = await sampler.sampleAll(models, { seeds: [0, 1, 2, 3, 4, 5, 6, 7], numReads: 1 });
  }
  const tape = await Deno.readTextFile(file);
  assert(!tape.includes(room.key));
  for (const line of tape.trimEnd().split("\n")) {
    const names = Object.keys(JSON.parse(line));
    assertEquals(names, names.toSorted());
  }
  Deno.env.delete(TEST_KEY);
  for (const concurrency of [1, 3, 8]) {
    const cassette = { file, mode: "replay" } as const;
    const folder = `${room.folder}/never made`;
    const sampler = testMachine({ url, folder, cassette, concurrency, requestsPerSecond: 1e-3 });
    const replayed = await sampler.sampleAll(models, { seeds: [0, 1, 2, 3, 4, 5, 6, 7], numReads: 1 });
    assertEquals(replayed.map(({ states }) => [...states]), recorded.map(({ states }) => [...states]));
    assertEquals(replayed.map(({ energies }) => energies), recorded.map(({ energies }) => energies));
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  }
});

Deno.test("Cassette replays a machine with uploads and faults, without the machine", async () => {
  await using room = await testRoom();
  const cassette = { file: `${room.folder}/tape.jsonl`, mode: "record" } as const;
  // after these the fate of a job is known
  const faults = { "clock-skew": 0.3, slow: 0.2, duplicate: 0.3, "energy-sign": 0.5 };
  const emulator = await startEmulator({ machine: "isingq", key: room.key, seed: 1, faults, sampler: randomSampler() });
  const options = {
    url: emulator.url,
    keyVariable: TEST_KEY,
    concurrency: 3,
    pollMs: [1, 5],
    firstBackoffMs: 1,
  } as const;
  const seeds = models.map((_, k) => k);
  const ask = (more: object) => isingQ({ ...options, ...more }).sampleAll(models, { seeds, numReads: 4 });
  const recorded = await ask({ folder: room.folder, cassette });
  await emulator.close();
  Deno.env.delete(TEST_KEY);
  const replayed = await ask({ cassette: { ...cassette, mode: "replay" }, concurrency: 1 });
  const seen = (sets: typeof recorded) =>
    sets.map(({ states, energies, story: { findings } }) => [states, energies, findings.energyCheck, findings.jobIds]);
  assertEquals(seen(replayed), seen(recorded));
  const tape = await Deno.readTextFile(cassette.file);
  assert(!tape.includes(room.key) && tape.includes("[redacted]"));
});

Deno.test("Cassette replays uploads that were signed in different seconds, whichever job asks first", async () => {
  await using room = await testRoom();
  const cassette = { file: `${room.folder}/tape.jsonl`, mode: "record" } as const;
  const emulator = await startEmulator({ machine: "isingq", key: room.key, seed: 1, sampler: randomSampler() });
  const options = { url: emulator.url, keyVariable: TEST_KEY, pollMs: [1, 5], cassette } as const;
  const now = Date.now;
  const recorded = [];
  try {
    for (const k of [0, 1]) {
      Date.now = () => now() + 60_000 * k;
      recorded.push(await isingQ({ ...options, folder: room.folder }).sample(models[k], { seed: k }));
    }
  } finally {
    Date.now = now;
  }
  await emulator.close();
  const replay = isingQ({ ...options, cassette: { ...cassette, mode: "replay" } });
  for (const k of [1, 0]) assertEquals((await replay.sample(models[k], { seed: k })).states, recorded[k].states);
});

Deno.test("Cassette names the nearest request where one is not on the tape", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const cassette = { file: `${room.folder}/tape.jsonl`, mode: "record" } as const;
  await testMachine({ url: server.url, folder: room.folder, cassette }).sample(models[0], { seed: 1 });
  const replay = testMachine({ url: server.url, cassette: { ...cassette, mode: "replay" }, retries: 0 });
  const error = await assertRejects(
    () => replay.sample(models[1], { seed: 1 }),
    MachineError,
    "not on the tape",
  ) as Error;
  assert(
    error.message.includes(`the nearest that is left is POST ${server.url}/jobs with another body ({"tag":"qama-`),
  );
  assertEquals(server.accepted.length, 1);
});

Deno.test("Cassette replays a connection that was lost, and the job whose fate is unknown", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const cassette = { file: `${room.folder}/tape.jsonl`, mode: "record" } as const;
  server.after = () => new Response(null, { status: 500 });
  const ask = (sampler: ReturnType<typeof testMachine>) => assertRejects(() => sampler.sample(models[0]), MachineError);
  const first = await ask(testMachine({ url: server.url, folder: room.folder, cassette })) as MachineError;
  const again = await ask(testMachine({ url: server.url, cassette: { ...cassette, mode: "replay" } })) as MachineError;
  assertEquals([again.fault, again.message], [first.fault, first.message]);
});

Deno.test("Cassette refuses a file that is no tape, with the line", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, '{"answer":"1","job":"k"}\n{"answer":1}\n');
  assertThrows(() => new Cassette({ file, mode: "replay" }), SyntaxError, "line 2");
  assertThrows(() => new Cassette({ file: `${file}.none`, mode: "replay" }), Deno.errors.NotFound);
  await Deno.remove(file);
});

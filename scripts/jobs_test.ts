import { assert, assertEquals, assertMatch } from "@std/assert";
import { isingModel, sparseCouplings } from "../lib/model/mod.ts";
import { dwave, dwaveSolvers, startEmulator } from "../lib/machine/mod.ts";
import { randomSampler } from "../lib/samplers/mod.ts";
import { TEST_KEY, testMachine, testRoom, testServer } from "../lib/machine/_test_machine.ts";
import { runScript } from "./_test_deno.ts";

const MODULE = import.meta.resolve("../lib/machine/_test_machine.ts");
const models = Array.from({ length: 4 }, (_, h) => isingModel({ couplings: sparseCouplings(2, []), linear: [h, 1] }));

async function run(folder: string, ...args: string[]) {
  const { code, out, err } = await runScript("jobs.ts", [...args, "--folder", folder]);
  return { code, out: out.trim(), err: err.trim() };
}

Deno.test("deno task jobs lists, shows, resumes, cancels and forgets", async () => {
  await using server = testServer();
  await using room = await testRoom();
  const options = { url: server.url, folder: room.folder, cancel: true };
  await testMachine(options).sample(models[0]);
  server.state = () => "waiting";
  for (const [k, model] of [models[1], models[2]].entries()) {
    for (let deadlineMs = 100; server.accepted.length < k + 2; deadlineMs *= 2) {
      await testMachine({ ...options, deadlineMs }).sample(model).catch(() => {});
    }
  }
  server.after = () => new Response(null, { status: 500 });
  const error = await testMachine(options).sample(models[3]).catch((error) => error);

  const { jobs, counts } = JSON.parse((await run(room.folder, "--json")).out);
  assertEquals(counts, { unknown: 1, submitted: 2, answered: 1 });
  assertEquals(jobs.map((job: { state: string }) => job.state), ["unknown", "submitted", "submitted"]);
  const [unknown, second, first] = jobs.map(({ job }: { job: string }) => job);
  assert(error.message.includes(`deno task jobs resume ${unknown} --as ID`), error.message);
  const listed = await run(room.folder);
  assertMatch(listed.out, /4 jobs in .*: 1 unknown, 2 submitted, 1 answered\njob .*\n.*unknown .*\n.*submitted/);
  assertMatch((await run(room.folder, "show", first)).out, /state +submitted\n.*\n?url +http/);

  assertEquals((await run(room.folder, "cancel", second, "--module", MODULE)).out, `${second}  cancelled`);
  assertEquals(server.cancelled, ["j3"]);
  const refused = await run(room.folder, "forget", first);
  assertEquals(refused.code, 1);
  assertMatch(refused.out, /the machine has it as j2/);

  server.state = () => "done";
  assertEquals((await run(room.folder, "resume", first, "--module", MODULE)).out, `${first}  answered (j2)`);
  const lost = await run(room.folder, "resume", "--all", "--module", MODULE);
  assertEquals(lost.code, 1);
  assertMatch(lost.out, /deno task jobs resume \w+ --as ID/);
  assertEquals(
    (await run(room.folder, "resume", unknown, "--as", "j4", "--module", MODULE)).out,
    `${unknown}  answered (j4)`,
  );
  server.after = () => undefined;
  const sets = await testMachine(options).sampleAll([models[1], models[3]]);
  assertEquals([sets.map(({ ending }) => ending), server.accepted.length], [["completed", "completed"], 4]);

  assertEquals((await run(room.folder, "forget", unknown)).out, `${unknown}  may be sent again`);
  await testMachine(options).sample(models[3]);
  assertEquals(server.accepted.length, 5);
});

Deno.test("deno task jobs says in one line what it cannot do, and ends with another code than 0", async () => {
  await using room = await testRoom();
  const cases: [string[], number, RegExp][] = [
    [["list"], 0, /^0 jobs in/],
    [["lost"], 2, /^error: Expected one of list, show, resume/],
    [["show"], 2, /^error: show needs a job/],
    [["show", "abcd"], 2, /^error: Cannot find the job abcd/],
    [["resume", "--as", "x"], 2, /^error: --as goes with resume and exactly one job/],
    [["forget", "--all"], 2, /^error: forget --all needs --state/],
    [["--help"], 0, /^Usage: deno task jobs/],
  ];
  for (const [args, code, words] of cases) {
    const result = await run(room.folder, ...args);
    assertEquals(result.code, code, args.join(" "));
    assertMatch(result.out + result.err, words);
  }
  assertMatch((await run(`${room.folder}/none`)).out, /^No jobs: there is no folder/);
  await Deno.writeTextFile(`${room.folder}/journal.jsonl`, "damaged\n");
  assertMatch((await run(room.folder)).out, /damaged line at byte 0 of the journal, 8 bytes/);
  assertEquals((await run(room.folder, "accept-damage")).out, "1 damaged lines accepted");
});

Deno.test("deno task jobs makes the machine of a job again, however long its options are, and writes them once", async () => {
  await using room = await testRoom();
  const emulator = await startEmulator({
    machine: "dwave",
    key: room.key,
    seed: 1,
    latencyMs: 1,
    sampler: randomSampler(),
  });
  const at = { url: emulator.url, keyVariable: TEST_KEY };
  const [solver] = await dwaveSolvers(at);
  const options = { ...at, solver, folder: room.folder, pollS: 0, pollMs: [1, 5] } as const;
  const edge = solver.couplers.find(([a, b]) => a === solver.qubits[0] && b === solver.qubits[1]) ?? solver.couplers[0];
  const places = [solver.qubits.indexOf(edge[0]), solver.qubits.indexOf(edge[1])].sort((a, b) => a - b);
  const model = isingModel({ couplings: sparseCouplings(places[1] + 1, [[places[0], places[1], 1]]) });
  await dwave(options).sample(model, { seed: 1 });
  const [entry] = JSON.parse((await run(room.folder, "show", "--json", await first(room.folder))).out).jobs;
  assertEquals([entry.made.name, entry.made.options.solver.qubits.length], ["dwave", solver.qubits.length]);
  const journal = await Deno.readTextFile(`${room.folder}/journal.jsonl`);
  assert(!journal.includes("couplers"), "a long list does not belong into every line");
  assertEquals((await run(room.folder, "resume", entry.job)).out, `${entry.job}  was answered already`);
  await emulator.close();
});

async function first(folder: string): Promise<string> {
  return JSON.parse((await run(folder, "--json", "--all")).out).jobs[0].job;
}

Deno.test("deno task jobs names a machine that it cannot make", async () => {
  await using server = testServer();
  await using room = await testRoom();
  server.state = () => "waiting";
  await testMachine({ url: server.url, folder: room.folder, deadlineMs: 200 }).sample(models[0]).catch(() => {});
  const { code, out } = await run(room.folder, "resume", "--all");
  assertEquals(code, 1);
  assertMatch(out, /there is no machine testMachine in this package; give --module FILE/);
});

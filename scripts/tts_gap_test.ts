import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readTtsGapRecords, ttsGapDigest } from "../lib/experiments/mod.ts";

const script = fileURLToPath(new URL("./tts_gap.ts", import.meta.url));
/** A few seconds; what is killed is in the middle of it. */
const work = ["--quick", "--only", "sk", "--solvers", "glauber-mid,annealing,quantum-annealing"];

function start(...args: string[]): Deno.ChildProcess {
  const all = ["run", "-A", "--quiet", script, ...args];
  return new Deno.Command(Deno.execPath(), { args: all, stdout: "piped", stderr: "piped" }).spawn();
}

async function digests(out: string): Promise<string[]> {
  return await Promise.all((await readTtsGapRecords(`${out}/records`)).map(ttsGapDigest));
}

async function someRecord(out: string): Promise<boolean> {
  const names = await Array.fromAsync(Deno.readDir(`${out}/records`)).catch(() => []);
  return names.some(({ name }) => name.endsWith(".json.gz"));
}

async function untilRecord(out: string): Promise<void> {
  for (const late = performance.now() + 60_000; !await someRecord(out);) {
    assert(performance.now() < late, "no record within a minute");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("tts-gap killed and stopped by Ctrl-C goes on with --resume to the counts of an unbroken run", async () => {
  const [whole, out] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const unbroken = start(...work, "--out", whole, "--json").output();
  const killed = start(...work, "--out", out);
  await untilRecord(out);
  // what a kill in the middle of writing leaves
  await Deno.writeTextFile(`${out}/records/a.json.${crypto.randomUUID()}.part`, "{");
  killed.kill("SIGKILL");
  await killed.output();
  const stopped = start(...work, "--out", out, "--resume");
  const reader = stopped.stderr.getReader();
  await reader.read();
  reader.releaseLock();
  stopped.kill("SIGINT");
  const { code, stderr } = await stopped.output();
  if (code !== 0) {
    assertEquals(code, 130);
    assertStringIncludes(new TextDecoder().decode(stderr), `go on with --out ${out} --resume`);
  }
  const last = await start(...work, "--out", out, "--resume").output();
  assertEquals(last.code, 0, new TextDecoder().decode(last.stderr));
  assertStringIncludes(new TextDecoder().decode(last.stdout), "none violated");
  const first = await unbroken;
  assertEquals(first.code, 0, new TextDecoder().decode(first.stderr));
  const { ending, rows, bounds } = JSON.parse(new TextDecoder().decode(first.stdout));
  assertEquals([ending, bounds.violated, new Set(rows.map((row: { solver: string }) => row.solver)).size], [
    "completed",
    0,
    3,
  ]);
  assertEquals((await digests(out)).length, 3);
  assertEquals(await digests(out), await digests(whole));
  const left = await Array.fromAsync(Deno.readDir(`${out}/records`));
  assertEquals(left.filter(({ name }) => name.endsWith(".part")), []);
});

Deno.test("tts-gap --publish joins records by family, and --reuse goes on from them to the same counts", async () => {
  const [out, other, published] = await Promise.all([1, 2, 3].map(() => Deno.makeTempDir()));
  const few = ["--quick", "--only", "sk", "--solvers", "glauber-mid"];
  assertEquals((await start(...few, "--out", out).output()).code, 0);
  const { code, stdout } = await start("--out", out, "--publish", published).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals([code, text.trim()], [0, `3 records are in ${published}/quick-sk.json.gz`]);
  const again = await start(...few, "--out", other, "--reuse", published, "--resume").output();
  assertEquals(again.code, 0, new TextDecoder().decode(again.stderr));
  assertEquals(await digests(other), await digests(out));
  // not measured again: a clock of the second would be another
  const begun = async (folder: string) => (await readTtsGapRecords(`${folder}/records`)).map((one) => one.startedAt);
  assertEquals(await begun(other), await begun(out));
});

Deno.test("tts-gap names what is wrong with a command line, in one line, with code 2", async () => {
  const cases: [string[], string][] = [
    [["--only", "skk"], "the family skk: there are sk, maxcut"],
    [["--solvers", "annealling"], "did you mean annealing"],
    [["--quick", "--profile", "full"], "exclude each other"],
    [["--seeds", "-1"], "--seeds"],
    [["--reuse", "results/tts-gap/records"], "only with --resume"],
  ];
  await Promise.all(cases.map(async ([args, message]) => {
    const { code, stderr } = await start(...args, "--out", await Deno.makeTempDir()).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 2, text);
    assertStringIncludes(text, message);
    assertEquals(text.trimEnd().split("\n").length, 1);
  }));
});

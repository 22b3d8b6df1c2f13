import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readRecords, recordDigest } from "../lib/experiments/mod.ts";
import { Rng } from "../lib/random/mod.ts";

// The command itself, on glyphs, killed for good: its workers are found through /proc.
const script = fileURLToPath(new URL("./reproduce.ts", import.meta.url));
/** A second or two a run. */
const short = ["--profile", "smoke", "--only", "glyphs", "--operators", "none", "--seeds", "2"];
/** Minutes a run: nothing of it ends by itself here. */
const long = ["--profile", "paper", "--only", "glyphs", "--operators", "mha", "--seeds", "2"];
const linux = Deno.build.os === "linux";

function start(size: string[], out: string, ...more: string[]): Deno.ChildProcess {
  const args = ["run", "-A", "--quiet", script, ...size, "--out", out, ...more];
  return new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" }).spawn();
}

async function textOf(child: Deno.ChildProcess): Promise<string> {
  return await new Response(child.stderr).text();
}

async function digestsOf(out: string): Promise<string[]> {
  return await Promise.all((await readRecords(`${out}/records`)).map(recordDigest));
}

/** Processes that a process started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  return text.split(" ").filter((word) => word !== "").map(Number);
}

async function isThere(pid: number): Promise<boolean> {
  const state = (await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "")).split(") ").at(-1)?.[0];
  return state !== undefined && state !== "" && state !== "Z";
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so; a test that never sees it fails. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const late = performance.now() + 30_000; !await isSo();) {
    assert(performance.now() < late, `${what}: not within 30 s`);
    await wait(20);
  }
}

const isFile = (path: string) => Deno.stat(path).then(() => true, () => false);

async function holds(folder: string, pattern: RegExp): Promise<boolean> {
  return await isFile(folder) && [...Deno.readDirSync(folder)].some(({ name }) => pattern.test(name));
}

Deno.test({
  name: "reproduce killed at any moment leaves no process, and resumed gives the records of an unbroken run",
  ignore: !linux,
  fn: async () => {
    const whole = await Deno.makeTempDir();
    const out = await Deno.makeTempDir();
    // the unbroken one runs beside those that are killed
    const unbroken = start(short, whole);
    const unbrokenText = textOf(unbroken);
    const rng = new Rng(20250411, 0);
    for (let kill = 0; kill < 3; kill++) {
      const child = start(short, out, "--resume");
      const text = textOf(child);
      const ended = async () => !await isThere(child.pid);
      await until("a worker", async () => await holds(`${out}/checkpoints`, /\.lock$/) || await ended());
      await wait(1500 * rng.uniform());
      const workers = await childrenOf(child.pid);
      if (await isThere(child.pid)) child.kill("SIGKILL");
      await child.status;
      await text;
      for (const pid of workers) await until("the worker's end", async () => !await isThere(pid));
      assert(kill > 0 || workers.length > 0, "no worker was there to be killed");
    }
    // what a kill in the middle of writing leaves
    const [name] = [...Deno.readDirSync(`${out}/checkpoints`)].map((entry) => entry.name.replace(/\.lock$/, ""));
    await Deno.writeTextFile(`${out}/checkpoints/${name}.tmp`, "qama checkpoint 1\n{");
    await Deno.writeTextFile(`${out}/records/glyphs-none-smoke-seed1.json.${crypto.randomUUID()}.part`, "{");
    const last = start(short, out, "--resume");
    assertStringIncludes(await textOf(last), "table, page and figure");
    assertEquals((await last.status).code, 0);
    assertStringIncludes(await unbrokenText, "table, page and figure");
    assertEquals((await unbroken.status).code, 0);
    const digests = await digestsOf(out);
    assertEquals(digests.length, 2);
    assertEquals(digests, await digestsOf(whole));
    for (const folder of ["records", "checkpoints"]) {
      assert(!await holds(`${out}/${folder}`, /\.(part|tmp|lock)$/), `something is left in ${folder}`);
    }
  },
});

Deno.test({
  name:
    "reproduce stopped by Ctrl-C ends every worker at a checkpoint with 130; a second one ends at once; a folder is one command's",
  ignore: !linux,
  fn: async () => {
    const out = await Deno.makeTempDir();
    const first = start(long, out);
    const text = textOf(first);
    await until("two workers", async () => (await childrenOf(first.pid)).length === 2);
    await until("two runs", async () => {
      const names = await isFile(`${out}/checkpoints`) ? [...Deno.readDirSync(`${out}/checkpoints`)] : [];
      return names.filter(({ name }) => name.endsWith(".lock")).length === 2;
    });
    const other = start(long, out, "--resume");
    assertStringIncludes(await textOf(other), `Cannot use the folder ${out}: process ${first.pid} on `);
    assertEquals((await other.status).code, 1);
    const workers = await childrenOf(first.pid);
    // a terminal sends it to all of them
    for (const pid of [...workers, first.pid]) Deno.kill(pid, "SIGINT");
    assertStringIncludes(await text, `--out ${out} --resume`);
    assertEquals((await first.status).code, 130);
    for (const pid of workers) assert(!await isThere(pid));
    const names = [...Deno.readDirSync(`${out}/checkpoints`)].map(({ name }) => name.replace(/^.*\./, ""));
    assertEquals(names, ["checkpoint", "checkpoint"]);
    assertEquals((await readRecords(`${out}/records`)).map(({ ending }) => ending), ["interrupted", "interrupted"]);
    const second = start(long, out, "--resume");
    const secondText = textOf(second);
    await until("a run", async () => await holds(`${out}/checkpoints`, /\.lock$/));
    const orphans = await childrenOf(second.pid);
    Deno.kill(second.pid, "SIGINT");
    // sooner it is the same press, which came twice
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (await isThere(second.pid)) Deno.kill(second.pid, "SIGINT");
    await until("its end", async () => !await isThere(second.pid));
    await secondText;
    assertEquals((await second.status).code, 130);
    for (const pid of orphans) await until("the worker's end", async () => !await isThere(pid));
  },
});

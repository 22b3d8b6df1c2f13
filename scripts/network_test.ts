import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { repositoryFiles } from "./gate/files.ts";
import { runDeno } from "./_test_deno.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** What opens a connection or waits for one, and why it may. */
const DOORS: Readonly<Record<string, string>> = {
  "datasets/cache/_receive.ts": "downloads a data set, after onDownload has said so",
  "datasets/instance_set/read_instance_set.ts":
    "reads instances beside the program; where that came from an address, from there",
  "lib/kernels/_load_module.ts": "reads WebAssembly beside the program, likewise",
  "lib/model/formats/_sources.ts": "reads a problem from an address that the user typed",
  "lib/machine/carrier.ts": "sends a job to the machine that the user named",
  "lib/machine/wire.ts": "the same: jobs",
  "lib/machine/emulator/_front.ts": "listens on loopback",
  "lib/machine/emulator/_pipe.ts": "listens on loopback",
  "lib/machine/emulator/start_emulator.ts": "listens on loopback",
  "lib/experiments/_nats_transport.ts": "a NATS queue that the user named",
  "lib/notebook/connection.ts": "Jupyter's ports on loopback",
  "lib/notebook/launch_kernel.ts": "Jupyter's ports on loopback",
  "lib/notebook/zmtp_socket.ts": "Jupyter's ports on loopback",
};

const REACHES =
  /\bfetch\(|Deno\.(connect|connectTls|listen|serve)\b|new WebSocket\(|XMLHttpRequest|"node:(net|http|https|tls|dgram)"/;

Deno.test("nothing of lib/ and datasets/ reaches for a network but what is known to", async () => {
  const found: string[] = [];
  for (const path of await repositoryFiles(ROOT)) {
    if (!/^(lib|datasets)\/.*\.ts$/.test(path) || /_test\.ts$|^lib\/testing\/|_testing\.ts$/.test(path)) continue;
    if (/\/_test_/.test(path)) continue;
    const code = (await Deno.readTextFile(`${ROOT}/${path}`)).replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    if (REACHES.test(code)) found.push(path);
  }
  assertEquals(found.filter((path) => DOORS[path] === undefined), []);
});

async function offline(script: string, folder: string, ...args: string[]) {
  const place = { cwd: folder, env: { QAMA_JOBS_DIR: `${folder}/jobs` } };
  const { code, out, err } = await runDeno(["run", "-A", "--deny-net", `${ROOT}/scripts/${script}`, ...args], place);
  return { code, text: out + err };
}

Deno.test("solve, convert, preflight, kaiwu, jobs, new and reproduce do their work without leave to use a network", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/t.txt`, "3 3\n1 2 1\n2 3 1\n1 3 1\n");
  const lines: [string, ...string[]][] = [
    ["solve.ts", "t.txt", "--as", "maxcut", "--workers", "2"],
    ["convert.ts", "t.txt", "t.json", "--as", "maxcut"],
    ["preflight.ts", "t.json", "--sweeps", "10"],
    ["kaiwu.ts", "t.txt", "--as", "ising", "--out", "m.csv"],
    ["jobs.ts", "list"],
    ["new.ts", "mine", "--folder", folder],
    // its workers are processes that have no leave either
    ["reproduce.ts", "--profile", "smoke", "--only", "glyphs", "--operators", "none", "--epochs", "1", "--out", "out"],
  ];
  for (const [script, ...args] of lines) {
    const { code, text } = await offline(script, folder, ...args);
    assertEquals([script, code], [script, 0], text);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("without leave to use a network an address is refused: the test above can fail", async () => {
  const { code, text } = await offline("solve.ts", ".", "https://host.invalid/t.txt");
  assertEquals(code, 1, text);
  assertStringIncludes(text, "host.invalid");
  assert(text.trimEnd().split("\n").length === 1, text);
});

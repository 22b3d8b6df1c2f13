import { assert, assertEquals, assertThrows } from "@std/assert";
import { startEmulator } from "../lib/machine/mod.ts";
import { readCli } from "./_cli.ts";
import { emulatorCli, emulatorOptions } from "./_emulator.ts";
import { complaintsAbout, fileOf, sanitizers, VIEWS, withBrowser } from "./_test_browser.ts";

const parsed = (line: string) => emulatorOptions(readCli(emulatorCli, line.split(" ")), undefined);

/** Runs the command until it has printed where it listens, then `use`, then presses Ctrl-C. */
async function running(
  args: readonly string[],
  env: Record<string, string>,
  use: (told: string, url: string) => Promise<void>,
): Promise<void> {
  const script = new URL("emulator.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, "--port", "0", ...args],
    ...{ env, stdout: "piped", stderr: "null" },
  });
  const process = command.spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  while (!told.includes("Ctrl-C closes") && !told.includes("}\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    told += value;
  }
  try {
    await use(told, /http:\/\/[^\s"]+:\d+/.exec(told)?.[0] ?? "");
  } finally {
    process.kill("SIGINT");
    await reader.cancel();
  }
  assertEquals((await process.status).code, 0);
}

Deno.test("emulator prints its address and a drawn key once, answers to it, and closes at Ctrl-C", async () => {
  await running(["--machine", "fujitsu"], {}, async (told, url) => {
    const key = /export FUJITSU_DA_API_KEY=(\S+)/.exec(told)?.[1] ?? "";
    assertEquals(key.length, 32);
    assertEquals(told.split(key).length, 2);
    for (const [shown, status] of [[key, 200], [key.toLowerCase(), 401]] as const) {
      const reply = await fetch(`${url}/v4/async/jobs`, { headers: { "X-Api-Key": shown } });
      await reply.body?.cancel();
      assertEquals(reply.status, status);
    }
  });
});

Deno.test("emulator does not print a key that it was given", async () => {
  const env = { QAMA_EMULATOR_KEY: "given-key-0123456789" };
  for (const more of [[], ["--json"]]) {
    await running(["--machine", "amplify", "--backend", "exact-enumeration", ...more], env, async (told, url) => {
      assert(!told.includes(env.QAMA_EMULATOR_KEY) && told.includes("AMPLIFY_TOKEN"));
      const reply = await fetch(`${url}/solve`, {
        ...{ method: "POST", headers: { authorization: `Bearer ${env.QAMA_EMULATOR_KEY}` } },
        body: JSON.stringify({ polynomial: [[0, -1]], timeout: 60_000 }),
      });
      assertEquals((await reply.json()).energies, [-1]);
    });
  }
});

Deno.test("emulatorOptions() makes the machine that the command line names", () => {
  assertEquals(parsed("--bits 8 --noise 0.3 --preset 1.6ms").sampler?.origin?.options, {
    ...{ preset: "1.6ms", measurementNoise: 0.3, bits: 8 },
  });
  const { sampler, bits, latencyMs, quota, faults } = parsed(
    "--backend tabu-search --bits 4 --latency 50ms --quota 3 --faults all:0.2",
  );
  assertEquals([sampler?.name, bits, latencyMs, quota, faults], ["tabuSearch", 4, 50, 3, "all:0.2"]);
  assertEquals(parsed("--machine dwave --graph king:3x2").graph?.nodes.length, 6);
  assertEquals(parsed("--machine dwave --graph zephyr:1").graph?.nodes.length, 48);
});

Deno.test("emulatorOptions() refuses what does not go together", () => {
  assertThrows(() => parsed("--backend tabu-search --noise 1"), RangeError, "are the CIM's");
  assertThrows(() => parsed("--graph zephyr:2"), RangeError, "dwave's alone");
  assertThrows(() => parsed("--machine dwave --graph king:3"), RangeError, "--graph takes zephyr:2");
  assertThrows(() => parsed("--backend gurobi"), RangeError, 'There is no sampler "gurobi"');
});

Deno.test({
  name: "page of the emulator is whole at every width, light and dark, and tells no key",
  ...sanitizers,
  async fn() {
    const key = "key-that-nobody-sees";
    const faults = { lost: 0.5, "429": 0.1 };
    const emulator = await startEmulator({ machine: "amplify", key, faults, seed: 1, quota: 1000 });
    try {
      const body = JSON.stringify({ polynomial: [[0, 1, -123456]], timeout: 1 });
      for (let k = 0; k < 5; k++) {
        const headers = { authorization: `Bearer ${key}` };
        await (await fetch(`${emulator.url}/solve`, { method: "POST", headers, body })).body?.cancel();
      }
      const reply = await fetch(`${emulator.url}/`);
      const html = await reply.text();
      assert(reply.headers.get("content-security-policy")?.startsWith("default-src 'none'"));
      assert(html.includes("of 1,000") && html.includes("physicalCim") && html.includes("429, 10.0\u00a0%"));
      assert(!html.includes(key) && !html.includes("123456") && !html.includes("<script"));
      await withBrowser(async (browser) => {
        const path = await fileOf(html);
        for (const view of VIEWS) assertEquals(await complaintsAbout(browser, path, view), []);
      });
    } finally {
      await emulator.close();
    }
  },
});

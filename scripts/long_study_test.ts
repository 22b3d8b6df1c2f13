import { fileURLToPath } from "node:url";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ifThere } from "./_files.ts";
import { dataFolder } from "./_leaderboard_instances.ts";

const published = dataFolder();

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("long_study.ts", import.meta.url)), ...args],
  });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("long_study.ts says of published texts that are not there which folder lacks them", async () => {
  const dataDir = await Deno.makeTempDir();
  for (const [task, set] of [["sst2Bytes", "SST-2"], ["imdbBytes", "IMDB"]]) {
    const { code, stderr } = await run("--tasks", task, "--plan", "--data-dir", dataDir);
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, `Cannot load ${set}`);
    assertStringIncludes(stderr, dataDir);
  }
});

Deno.test("long_study.ts trains a row on the bytes of published texts", async () => {
  for (const [task, set] of [["sst2Bytes", "sst2"], ["imdbBytes", "imdb"]]) {
    if (await ifThere(() => Deno.stat(`${published}/${set}`)) === null) {
      console.log(`skipped: ${set} is not in ${published}`);
      continue;
    }
    const out = await Deno.makeTempDir();
    const asked = ["--tasks", task, "--smoke", "--lengths", "128", "--rows", "qamaSelected10", "--data-dir", published];
    const { code, stdout, stderr } = await run(...asked, "--out", out, "--json");
    assertEquals([code, JSON.parse(stdout || "null")], [0, { out, ending: "completed", records: 1 }], stderr);
    assertEquals((await Array.fromAsync(Deno.readDir(`${out}/records`))).length, 1);
  }
});

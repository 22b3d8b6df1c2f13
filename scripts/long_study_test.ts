import { assertEquals, assertStringIncludes } from "@std/assert";
import { ifThere } from "./_files.ts";
import { dataFolder } from "./_leaderboard_instances.ts";
import { runScript } from "./_test_deno.ts";

const published = dataFolder();

const run = (...args: string[]) => runScript("long_study.ts", args);

Deno.test("long_study.ts says of published texts that are not there which folder lacks them", async () => {
  const dataDir = await Deno.makeTempDir();
  for (const [task, set] of [["sst2Bytes", "SST-2"], ["imdbBytes", "IMDB"]]) {
    const { code, err } = await run("--tasks", task, "--plan", "--data-dir", dataDir);
    assertEquals(code, 1, err);
    assertStringIncludes(err, `Cannot load ${set}`);
    assertStringIncludes(err, dataDir);
  }
});

Deno.test("long_study.ts trains a row on the bytes of published texts", async () => {
  for (const [task, set] of [["sst2Bytes", "sst2"], ["imdbBytes", "imdb"]]) {
    if (await ifThere(() => Deno.stat(`${published}/${set}`)) === null) {
      console.log(`skipped: ${set} is not in ${published}`);
      continue;
    }
    const folder = await Deno.makeTempDir();
    const asked = ["--tasks", task, "--smoke", "--lengths", "128", "--rows", "qamaSelected10", "--data-dir", published];
    const { code, out, err } = await run(...asked, "--out", folder, "--json");
    assertEquals([code, JSON.parse(out || "null")], [0, { out: folder, ending: "completed", records: 1 }], err);
    assertEquals((await Array.fromAsync(Deno.readDir(`${folder}/records`))).length, 1);
  }
});

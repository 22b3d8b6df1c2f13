import { assertEquals, assertStringIncludes } from "@std/assert";
import { nats, startServer } from "../lib/experiments/_test_nats_server.ts";
import { serveNats } from "../lib/experiments/mod.ts";
import { leaderboardKind } from "./_leaderboard_kind.ts";
import { DENSE_SIZE, SECTIONS } from "./_leaderboard_plan.ts";
import { readLeaderboard } from "./_leaderboard_records.ts";
import { runLeaderboard } from "./_leaderboard_run.ts";
import { LEADERBOARD } from "./_leaderboard_task.ts";

const FILES = {
  "ising/ground_energies.csv": "instance,n,edges,ground_energy\nsk-n100-0.txt,100,2,-2\n",
  // three spins are solved by every read
  "ising/sk-n100-0.txt": "3 2\n1 2 1\n2 3 -1\n",
  "gset/best_known.csv": "instance,n,m,weights,type,best_openising_readme,best_microsoft_aoc,copies_agreeing\n",
  "qubo/best_known.csv": "instance,n,nonzeros,best_rliang_metadata,best_openising_readme,source\n",
  [`cache/dense-n${DENSE_SIZE}.txt`]: "",
};

async function dataFolder(changes: Record<string, string> = {}): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const [path, text] of Object.entries({ ...FILES, ...changes })) {
    await Deno.mkdir(`${folder}/${path.split("/")[0]}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  return folder;
}

nats(
  "runLeaderboard() keeps what workers measured with the run of each, and a worker refuses another file",
  async () => {
    await using server = await startServer();
    const code = { version: "0.1.0", commit: "test" };
    const work = (data: string, slots: number, stop: AbortController) => {
      const kinds = { [LEADERBOARD]: leaderboardKind({ data, cache: `${data}/cache`, slots }) };
      const options = { servers: server.url, code, slots, kinds, refusalMs: 200, signal: stop.signal };
      return serveNats(options);
    };
    const data = await dataFolder();
    const folder = `${data}/records`;
    const told: string[] = [];
    const stops = [new AbortController(), new AbortController(), new AbortController()];
    const workers = [
      work(await dataFolder({ "ising/sk-n100-0.txt": "3 2\n1 2 1\n2 3 1\n" }), 1, stops[0]),
      work(data, 2, stops[1]),
    ];
    const request = {
      ...{ data, folder, cache: `${data}/cache`, profile: "quick" as const, seeds: 1, instances: [] },
      ...{ sections: SECTIONS.filter(({ name }) => name === "sk-tts"), contestants: ["simulatedAnnealing"] },
      ...{ signal: new AbortController().signal, onCell: () => {} },
      nats: {
        ...{ servers: server.url, code },
        onLine: (line: string) => {
          told.push(line);
          // both have refused: now comes one that can
          if (told.length === 2) workers.push(work(data, 1, stops[2]));
        },
      },
    };
    const outcome = await runLeaderboard(request);
    for (const stop of stops) stop.abort();
    assertEquals(await Promise.all(workers), [0, 0, outcome.measured]);
    assertEquals([outcome.measured, outcome.failed, outcome.interrupted], [5, 0, false]);
    const { runs, cells } = await readLeaderboard(folder);
    assertEquals(runs.map(({ profile, planned }) => [profile, planned]), [["quick", { "sk-tts": 5 }]]);
    assertEquals(cells.map(({ run, found }) => [run, found?.bestEnergy, found?.successes]), [
      ...Array.from({ length: 5 }, () => [runs[0].run, -2, 200]),
    ]);
    assertStringIncludes(told.join(), "its file of sk-n100-0 is another");
    assertStringIncludes(told.join(), "times are measured with --slots 1");
    assertEquals((await runLeaderboard(request)).known, 5);
  },
);

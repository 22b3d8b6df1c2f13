import { assert, assertEquals } from "@std/assert";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { Processes } from "./_leaderboard_process.ts";
import { jobOf, recordOf } from "./_leaderboard_run.ts";
import type { Cell, Instance } from "./_leaderboard_types.ts";
import { installedPeers } from "./_peers.ts";

const TEXT = "5 6\n1 1 -3\n1 2 2\n2 3 -4\n3 4 1\n4 5 5\n5 5 -2\n";
/** Lowest x'Qx with the pairs counted twice: x = (0, 1, 1, 0, 1) gives -8 - 2 = -10, (1, 1, 1, 0, 1) gives -9. */
const LOWEST = -10;

async function solve(names: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  const instance: Instance = {
    name: "small",
    group: "small",
    path: `${folder}/a.sparse`,
    as: "qubo",
    n: 5,
    best: LOWEST,
  };
  await Deno.writeTextFile(instance.path, TEXT);
  const processes = new Processes(null);
  try {
    for (const name of names) {
      const contestant = CONTESTANTS.get(name);
      assert(contestant !== undefined);
      const sized = contestant.lengthOption !== undefined;
      const base = { section: "rate", instance: "small", contestant: name, length: sized ? 50 : null, seed: 3 };
      const asked: Cell[] = [
        { ...base, timeLimitMs: 2000, toBest: true },
        ...(sized ? [{ ...base, numReads: 20 }] : []),
      ];
      for (const cell of asked) {
        const answer = await processes.run(contestant.program, jobOf(cell, contestant, instance), 2000);
        const { found, failure } = recordOf(cell, instance, "now", answer);
        assertEquals(failure, undefined, name);
        assertEquals(found?.bestEnergy, LOWEST, name);
        if (cell.toBest) assert((found?.reachedMs ?? Infinity) < 2000, name);
        else assert((found?.successes ?? 0) > 0 && (found?.meanEnergy ?? -Infinity) >= LOWEST, name);
      }
    }
  } finally {
    await processes.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Processes run a sampler of ours to the lowest energy", async () => {
  await solve(["simulatedAnnealing"]);
});

Deno.test("Processes run the installed peers to the lowest energy of a symmetric QUBO", async () => {
  // PyTorch alone takes four seconds to start
  const there = (await installedPeers()).filter((name) => name !== "simulated-bifurcation");
  if (there.length === 0) return console.log("skipped: no peer is installed; deno task peers:install");
  await solve(
    [...CONTESTANTS.values()].filter(({ program }) => there.some((name) => name === program)).map(({ name }) => name),
  );
});

Deno.test("Processes answer with the error of a job that cannot be run, and go on", async () => {
  const processes = new Processes(null);
  const cell: Cell = {
    section: "rate",
    instance: "x",
    contestant: "simulatedAnnealing",
    length: 5,
    numReads: 1,
    seed: 1,
  };
  const contestant = CONTESTANTS.get("simulatedAnnealing");
  assert(contestant !== undefined);
  const instance: Instance = { name: "x", group: "x", path: "no/such/file", as: "qubo", n: 1, best: null };
  for (let time = 0; time < 2; time++) {
    const answer = await processes.run("qama", jobOf(cell, contestant, instance), 1000);
    assert(!answer.ok && answer.error.includes("NotFound"));
  }
  await processes.close();
});

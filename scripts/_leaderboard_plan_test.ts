import { assert, assertEquals } from "@std/assert";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { sizeClass } from "./_leaderboard_instances.ts";
import { type ProfileName, SECTIONS } from "./_leaderboard_plan.ts";
import { cellKey } from "./_leaderboard_records.ts";
import type { Instance } from "./_leaderboard_types.ts";

const example = (name: string, group: string, as: Instance["as"], n: number): Instance => {
  return { name, group, path: `${name}.txt`, as, n, best: -1 };
};
const INSTANCES: readonly Instance[] = [
  ...[0, 1].map((k) => example(`sk-n100-${k}`, "SK n = 100", "ising", 100)),
  example("sk-n10-0", "SK n = 10", "ising", 10),
  example("dense-n2000", "random dense n = 2000", "ising", 2000),
  ...["G1", "G11"].map((name) => example(name, sizeClass(800), "maxcut", 800)),
  example("G43", sizeClass(1000), "maxcut", 1000),
  example("G22", sizeClass(2000), "maxcut", 2000),
  example("bqp50-1", "Beasley n = 50", "qubo", 50),
  example("bqp1000-1", "Beasley n = 1000", "qubo", 1000),
  example("gka1f", "gka f", "qubo", 500),
];
const cells = (profile: ProfileName) => SECTIONS.flatMap((section) => section.cells(INSTANCES, profile));

Deno.test("SECTIONS plan cells of known contestants and instances, no cell twice", () => {
  for (const profile of ["quick", "full"] as const) {
    const planned = cells(profile);
    assertEquals(new Set(planned.map(cellKey)).size, planned.length);
    for (const { contestant, instance, numReads, timeLimitMs } of planned) {
      assert(CONTESTANTS.has(contestant), contestant);
      assert(INSTANCES.some(({ name }) => name === instance), instance);
      assert((numReads === undefined) !== (timeLimitMs === undefined));
    }
  }
});

Deno.test("SECTIONS plan every section from real names, and less in the quick profile", () => {
  for (const section of SECTIONS) {
    const quick = section.cells(INSTANCES, "quick");
    assert(quick.length > 0, section.name);
    assert(quick.length <= section.cells(INSTANCES, "full").length);
    assert(quick.every((cell) => cell.section === section.name));
  }
});

Deno.test("SECTIONS leave out what the numbers wanted are not about", () => {
  const planned = cells("full");
  const of = (section: string) =>
    new Set(planned.filter((cell) => cell.section === section).map((cell) => cell.instance));
  assertEquals([...of("qubo-best-known")], ["bqp50-1"]);
  assertEquals([...of("gset-best-known")], ["G1", "G11", "G43"]);
  assertEquals([...of("gset-equal-time")], ["G1", "G11", "G43", "G22"]);
});

import { assertEquals } from "@std/assert";
import type { TrainProgress } from "../training/mod.ts";
import { PlanClock } from "./_plan_clock.ts";

const at = (epoch: number, epochs: number, etaMs: number): TrainProgress => {
  return { epoch, epochs, step: 10, steps: 10, loss: 1, accuracy: 0.5, testAccuracy: 0.5, etaMs };
};
const runs = (...names: string[]) => new Map(names.map((name) => [name, name[0]]));

Deno.test("PlanClock gives each run that waits to the place that is free first", () => {
  const clock = new PlanClock(runs("a1", "b1", "a2", "b2"), 0, () => 2);
  clock.start("a1", 0);
  clock.start("b1", 0);
  clock.report("a1", at(1, 2, 1000));
  clock.report("b1", at(1, 2, 3000));
  // at 1 s both are half way: a run takes 3 s in the mean, so the places end at 1 + 3 = 4 and 3 + 3 = 6
  assertEquals([clock.etaMs(1000), clock.done(), clock.slots()], [6000, 0.25, 2]);
});

Deno.test("PlanClock takes a run to last as long as those of its kind did, else as the mean of all", () => {
  const clock = new PlanClock(runs("a1", "b1", "a2", "c1"), 4, () => 1);
  for (const [run, from, to] of [["a1", 0, 2000], ["b1", 2000, 8000]] as const) {
    clock.start(run, from);
    clock.end(run, to);
  }
  // a: 2 s; c: the mean of 2 and 6
  assertEquals([clock.etaMs(8000), clock.done(), clock.slots()], [6000, 0.75, 1]);
});

Deno.test("PlanClock counts a run that failed as over, and learns nothing from its time", () => {
  const clock = new PlanClock(runs("a1", "a2", "a3"), 0, (left) => left);
  clock.start("a1", 0);
  clock.end("a1", 60_000, true);
  clock.start("a2", 60_000);
  clock.end("a2", 61_000);
  assertEquals([clock.etaMs(61_000), clock.done()], [1000, 2 / 3]);
});

Deno.test("PlanClock says nothing of the time before a run has reported", () => {
  const clock = new PlanClock(runs("a1", "a2"), 0, () => 1);
  clock.start("a1", 0);
  assertEquals([clock.etaMs(10), clock.running(), clock.done()], [NaN, [], 0]);
});

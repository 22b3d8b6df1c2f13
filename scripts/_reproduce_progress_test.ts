import { assertEquals } from "@std/assert";
import { progressLine } from "../lib/display/mod.ts";
import type { PlanProgress, RunningCell } from "../lib/experiments/mod.ts";
import { progressOf } from "./_reproduce_progress.ts";

function cell(operator: "mha" | "none", epoch: number, testAccuracy: number): RunningCell {
  const training = { epoch, epochs: 5, step: 1, steps: 2, loss: 1, accuracy: 0.25, testAccuracy, etaMs: 1 };
  return { cell: { data: "mnist", operator, seed: 1, epochs: 5 }, title: "MNIST", training };
}

function state(slots: number, ...running: RunningCell[]): PlanProgress {
  return { ...running[0], done: 0.5, etaMs: 60_000, slots, running };
}

Deno.test("progressOf() shows one run in full and several on one line that fits a terminal", () => {
  const one = progressOf(state(1, cell("mha", 2, 0.5)));
  assertEquals([one.label, one.detail], [
    "MHA (softmax), MNIST, seed 1",
    "epoch 2/5, train 25.0 %, test 50.0 %",
  ]);
  const two = progressOf(state(2, cell("mha", 1, NaN), cell("none", 3, 0.5)));
  assertEquals([two.label, two.detail], ["2 runs", "mnist mha 1: 1/5 25.0 %; mnist none 1: 3/5 50.0 %"]);
  assertEquals(progressLine(two, 200).length < 110, true);
});

Deno.test("progressOf() keeps its label while one of two runs is being changed for the next", () => {
  assertEquals(progressOf(state(2, cell("mha", 1, NaN))).label, "2 runs");
});

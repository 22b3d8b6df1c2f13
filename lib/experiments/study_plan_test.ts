import { assertEquals, assertThrows } from "@std/assert";
import { OPERATOR_NAMES, STUDY_NAMES } from "../training/mod.ts";
import { operatorTitles, profiles, STUDY_OPERATORS, studyPlan } from "./mod.ts";

Deno.test("studyPlan() goes through the seeds of MNIST and Fashion-MNIST before the other sets, a seed at a time", () => {
  const { cells, experiment, profile } = studyPlan({ operators: ["mha", "none"], seeds: [1, 2] });
  assertEquals([experiment, profile], ["study", "standard"]);
  const order = cells.filter(({ operator }) => operator === "mha").map(({ data, seed }) => `${data} ${seed}`);
  assertEquals(order, [
    ...["mnist 1", "fashion-mnist 1", "mnist 2", "fashion-mnist 2"],
    ...["sst2 1", "sst2 2", "cifar-10 1", "cifar-10 2"],
  ]);
  assertEquals(new Set(cells.map(({ epochs }) => epochs)), new Set([profiles.standard.epochs]));
});

Deno.test("STUDY_OPERATORS holds every row of its own, each once, and every row has a title", () => {
  assertEquals(STUDY_NAMES.filter((name) => !STUDY_OPERATORS.includes(name)), []);
  assertEquals(new Set(STUDY_OPERATORS).size, STUDY_OPERATORS.length);
  const titles = [...OPERATOR_NAMES, ...STUDY_NAMES].map((name) => operatorTitles[name]);
  assertEquals(new Set(titles).size, titles.length);
});

Deno.test("studyPlan() refuses empty lists, names given twice, and seeds that are none", () => {
  assertThrows(() => studyPlan({ data: [] }), RangeError, "data is empty");
  assertThrows(() => studyPlan({ operators: ["mha", "mha"] }), RangeError, "names something twice");
  assertThrows(() => studyPlan({ seeds: [1.5] }), RangeError, "got 1.5");
});

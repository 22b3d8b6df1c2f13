import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { codeVersion, commandOf, describeMachine, exampleRecord, operatorOrder, planOf, profiles } from "./mod.ts";

Deno.test("planOf() changes operators fastest, then seeds, then data", () => {
  const plan = planOf(profiles.quick, { data: ["a", "b"], operators: ["mha", "none"], seeds: [1, 2] });
  const words = plan.cells.map(({ data, seed, operator }) => `${data}${seed}${operator}`);
  assertEquals(words, ["a1mha", "a1none", "a2mha", "a2none", "b1mha", "b1none", "b2mha", "b2none"]);
  assertEquals(plan.cells[0].epochs, profiles.quick.epochs);
});

Deno.test("planOf() refuses empty lists, repeats and impossible seeds", () => {
  const choice = { data: ["a"], operators: operatorOrder, seeds: [1] };
  assertThrows(() => planOf(profiles.smoke, { ...choice, data: [] }), RangeError, "data is empty");
  assertThrows(() => planOf(profiles.smoke, { ...choice, seeds: [1, 1] }), RangeError, "seeds names something twice");
  assertThrows(() => planOf(profiles.smoke, { ...choice, seeds: [-1] }), RangeError, "got -1");
});

Deno.test("profiles have the sizes that are promised", () => {
  const sizes = Object.values(profiles).map((
    { name, data, train, test, epochs, seeds },
  ) => [name, data.join(), train, test, epochs, seeds.join()]);
  assertEquals(sizes, [
    ["smoke", "mnist", 2048, 512, 4, "1"],
    ["quick", "mnist,fashion-mnist", 7500, 2000, 5, "1"],
    ["standard", "mnist,fashion-mnist", null, null, 5, "1,2,3"],
    ["paper", "mnist,fashion-mnist", null, null, 50, "1,2,3"],
  ]);
});

Deno.test("profiles fit their time limits at 60 ms a step and 20 ms a test batch, three tenths spared", () => {
  const limitsMs = { smoke: 60_000, quick: 360_000 };
  for (const [name, limitMs] of Object.entries(limitsMs)) {
    const { data, train, test, epochs, seeds } = profiles[name as "smoke" | "quick"];
    const runMs = epochs * (Math.ceil(train! / 128) * 60 + Math.ceil(test! / 128) * 20) + 1000;
    assertEquals(runMs * data.length * seeds.length * operatorOrder.length < 0.7 * limitMs, true, name);
  }
});

Deno.test("commandOf() leaves out what is the profile's own", () => {
  const base = exampleRecord({ data: { ...exampleRecord().data, name: "mnist" } });
  const all = operatorOrder.map((operator) => exampleRecord({ ...base, operator }));
  assertEquals(commandOf(all), "deno task reproduce --profile smoke");
  assertEquals(
    commandOf([...all, exampleRecord({ ...base, seed: 2 })]),
    "deno task reproduce --profile smoke --seeds 2",
  );
  assertEquals(commandOf(all.map((one) => ({ ...one, seed: 4 }))), "deno task reproduce --profile smoke --seeds 4,");
});

Deno.test("codeVersion() and describeMachine() say what runs where", async () => {
  const { version, commit } = await codeVersion();
  assertMatch(version, /^\d+\.\d+\.\d+/);
  if (commit !== null) assertMatch(commit, /^[0-9a-f]{40}(\+changes)?$/);
  assertEquals(Object.values(describeMachine()).every((value) => value !== ""), true);
});

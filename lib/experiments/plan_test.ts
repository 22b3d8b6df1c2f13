import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  codeVersion,
  commandOf,
  defaultOperators,
  describeMachine,
  exampleRecord,
  operatorOrder,
  planOf,
  profiles,
} from "./mod.ts";

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
    ["quick", "mnist,fashion-mnist,cifar-10,sst2", 4096, 1280, 5, "1"],
    ["standard", "mnist,fashion-mnist,cifar-10,sst2,imdb", null, null, 5, "1,2,3"],
    ["paper", "mnist,fashion-mnist,cifar-10,sst2,imdb", null, null, 50, "1,2,3"],
  ]);
});

Deno.test("profiles fit their time limits at 60 ms a step of pictures and 10 of sentences, three tenths spared", () => {
  const limitsMs = { smoke: 60_000, quick: 480_000 };
  for (const [name, limitMs] of Object.entries(limitsMs)) {
    const { data, train, test, epochs, seeds } = profiles[name as "smoke" | "quick"];
    const runMs = (set: string) => {
      const [batch, stepMs, testMs] = set === "sst2" ? [24, 10, 4] : [128, 60, 20];
      return epochs * (Math.ceil(train! / batch) * stepMs + Math.ceil(test! / batch) * testMs) + 1000;
    };
    const runs = data.map((set) => runMs(set) * defaultOperators(set, profiles.quick).length * seeds.length);
    assertEquals(runs.reduce((sum, ms) => sum + ms) < 0.7 * limitMs, true, name);
  }
});

Deno.test("commandOf() leaves out what is the profile's own", () => {
  const base = exampleRecord({ data: { ...exampleRecord().data, name: "mnist" } });
  const all = defaultOperators("mnist", profiles.smoke).map((operator) => exampleRecord({ ...base, operator }));
  assertEquals(commandOf(all), "deno task reproduce --profile smoke");
  assertEquals(
    commandOf([...all, exampleRecord({ ...base, seed: 2 })]),
    "deno task reproduce --profile smoke --seeds 2",
  );
  assertEquals(commandOf(all.map((one) => ({ ...one, seed: 4 }))), "deno task reproduce --profile smoke --seeds 4,");
  const changed = {
    data: ["sst2"],
    operators: ["mha" as const],
    seeds: [1],
    epochs: 7,
    textHead: "doubleSoftmax" as const,
  };
  const { profile } = planOf(profiles.paper, changed);
  assertEquals(
    commandOf([exampleRecord({ profile, data: { ...exampleRecord().data, name: "sst2" } })]),
    "deno task reproduce --profile paper --only sst2 --operators mha --seeds 1 --epochs 7 --text-head doubleSoftmax",
  );
});

Deno.test("codeVersion() and describeMachine() say what runs where", async () => {
  const { version, commit } = await codeVersion();
  assertMatch(version, /^\d+\.\d+\.\d+/);
  if (commit !== null) assertMatch(commit, /^[0-9a-f]{40}(\+changes)?$/);
  assertEquals(Object.values(describeMachine()).every((value) => value !== ""), true);
});

Deno.test("defaultOperators() adds revision 1 on MNIST and the other attentions on CIFAR-10 where a profile has them", () => {
  const more = (data: string) => {
    const usual = defaultOperators(data, profiles.quick);
    return defaultOperators(data, profiles.standard).filter((operator) => !usual.includes(operator));
  };
  assertEquals(more("mnist"), ["qamaV1", "qamaV1Fixed"]);
  assertEquals(more("cifar-10").slice(0, 2), ["longformer", "bigbird"]);
  assertEquals(more("sst2"), []);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { allTokens, parameterCount } from "../attention/mod.ts";
import { typescriptKernels } from "../kernels/mod.ts";
import {
  ADDED_NAMES,
  changesInTraining,
  FIXED_DENSITY,
  openOperator,
  OPERATOR_NAMES,
  type OperatorName,
  operatorSettings,
  STUDY_NAMES,
  TRIAL_NAMES,
} from "./mod.ts";

const SIZES = { tokens: 49, heads: 8, width: 8 };
const OPTIONS = { sweeps: 5, seed: 3 };
const settings = (name: OperatorName, change = {}) => operatorSettings(name, { ...SIZES, ...OPTIONS, ...change });

Deno.test("openOperator() gives every name the parameters of its operator", () => {
  const published = ["gainQ", "shiftQ", "gainK", "shiftK", "gainV", "shiftV", "Wq", "Wk", "Wv", "e"];
  const selected = ["gain", "shift", "Wqkv", "e", "p"];
  const near = ["gain", "shift", "Wqkv", "e", "r"];
  const norms = ["J", "H", "Out"];
  const revision1 = [
    ...["gain", "shift", "Wqkv"],
    ...norms.flatMap((name) => [`gamma${name}`, `beta${name}`]),
    ...norms.flatMap((name) => [`mean${name}`, `var${name}`]),
  ];
  const expected: Partial<Record<OperatorName, readonly string[]>> = {
    mha: ["gain", "shift", "Wqkv"],
    qamaV2: published,
    qamaV2Fixed: published,
    qamaV1: revision1,
    qamaV1Fixed: revision1,
    qamaSelected: selected,
    qamaSelectedFixed: selected,
    none: undefined,
    longformer: ["gain", "shift", "Wqkv"],
    bigbird: ["gain", "shift", "Wqkv"],
    linformer: ["gain", "shift", "Wqkv", "E", "F"],
    performer: ["gain", "shift", "Wqkv"],
    reformer: ["gain", "shift", "Wqv"],
    qamaSelected6: selected,
    qamaSelected4: selected,
    selectedTopField10: selected,
    selectedTopField6: selected,
    selectedTopField4: selected,
    selectedPartition6: selected,
    selectedPartition4: selected,
    selectedDense: selected,
    selectedRandom10: selected,
    qamaSelectedNoPositions: ["gain", "shift", "Wqkv", "e"],
    qamaNear: near,
    nearTopField: near,
    nearFixed: near,
    nearDense: near,
    nearAlone: near,
    nearLogitScale: [...near, "a"],
    nearSchedule: near,
    nearOwnSelector: near,
    nearKeyBiasFrom0: near,
    nearBiasesFrom0: near,
    near100Sweeps: near,
    nearGreedy: near,
    nearStraightThrough: near,
    nearMeanField: near,
    nearCovariance: near,
    nearPerturbation: near,
    boltzmann: ["gain", "shift", "Wqkv", "C"],
    boltzmannApart: ["gain", "shift", "Wqkv", "C"],
  };
  for (const name of [...OPERATOR_NAMES, ...STUDY_NAMES, ...ADDED_NAMES]) {
    const block = openOperator(name, typescriptKernels(), { ...SIZES, samples: 1 }, OPTIONS);
    assertEquals(block?.parameters.map(({ name }) => name), expected[name], name);
  }
});

Deno.test("openOperator() fixes 8 of 49 tokens a head for qamaV2Fixed and 11 for qamaSelectedFixed, the same in every picture", () => {
  // round(0.17 * 49) and round(0.22 * 49)
  assertEquals(FIXED_DENSITY, { qamaV2Fixed: 0.17, qamaSelectedFixed: 0.22 });
  for (const [name, count] of [["qamaV2Fixed", 8], ["qamaSelectedFixed", 11]] as const) {
    const kernels = typescriptKernels();
    const block = openOperator(name, kernels, { ...SIZES, samples: 2 }, OPTIONS);
    assert(block !== null && block.chosen !== null);
    const arrays = () => block.parameters.map(({ shape }) => kernels.float32(shape.reduce((a, b) => a * b, 1)));
    block.bind(arrays(), arrays());
    block.refresh();
    block.forward(2, kernels.float32(2 * 49 * 64), kernels.float32(2 * 49 * 64), 9, 0);
    const counts = Array.from(
      { length: 16 },
      (_, t) => block.chosen!.subarray(49 * t, 49 * t + 49).reduce((a, b) => a + b),
    );
    assertEquals(counts, Array(16).fill(count), name);
    assertEquals(block.chosen.slice(0, 392), block.chosen.slice(392), name);
  }
});

Deno.test("operatorSettings() tells operators, sizes, sweeps and seeds apart by what they change", () => {
  assertEquals(new Set(OPERATOR_NAMES.map((name) => settings(name))).size, OPERATOR_NAMES.length);
  for (const name of ["qamaV2", "qamaSelected"] as const) {
    assert(settings(name, { sweeps: 6 }) !== settings(name), name);
    assertEquals(settings(name, { seed: 4 }), settings(name));
  }
  for (const name of ["qamaV2Fixed", "qamaSelectedFixed", "bigbird", "performer"] as const) {
    assert(settings(name, { seed: 4 }) !== settings(name), name);
    assertEquals(settings(name, { sweeps: 6 }), settings(name));
  }
  for (const name of ["qamaV2", "linformer"] as const) assert(settings(name, { tokens: 16 }) !== settings(name), name);
});

Deno.test("operatorSettings() writes down weights, choices, temperatures and densities", () => {
  const { name, weights, readout, solver, estimator, temperatures } = JSON.parse(settings("qamaSelected"));
  assertEquals([name, readout, solver, estimator], [
    "qamaSelected",
    "selectedSoftmax",
    "annealedSelection",
    "heldSelection",
  ]);
  assertEquals(weights, { coupling: 0.1, field: 1, overlap: 0.3, cardinality: { k: 10, weight: 1 } });
  assertEquals(temperatures, { free: { hot: 0.5, cold: 0.05 }, constrained: { hot: 0.2, cold: 0.02 } });
  assertEquals(JSON.parse(settings("qamaSelectedFixed")).density, 0.22);
});

Deno.test("openOperator() and operatorSettings() refuse a name that is none", () => {
  const name = "magic" as OperatorName;
  const text = "Cannot open operator magic: known are mha, qamaV2";
  assertThrows(() => openOperator(name, typescriptKernels(), { ...SIZES, samples: 1 }, OPTIONS), RangeError, text);
  assertThrows(() => settings(name), RangeError, text);
});

Deno.test("operatorSettings() names how many tokens a fixed control chooses: of pictures, sentences and long texts", () => {
  const sizes = { heads: 1, width: 8, sweeps: 1, seed: 1 };
  const sizeOf = (name: OperatorName, tokens: number, data: "pictures" | "texts") => {
    const { density, count } = JSON.parse(operatorSettings(name, { ...sizes, tokens, data }));
    return density ?? count;
  };
  const sets = [[49, "pictures"], [49, "texts"], [512, "texts"]] as const;
  assertEquals(sets.map(([tokens, data]) => sizeOf("qamaV2Fixed", tokens, data)), [0.17, 0.5, 0.17]);
  assertEquals(sets.map(([tokens, data]) => sizeOf("qamaSelectedFixed", tokens, data)), [0.22, 10, 10]);
});

Deno.test("the rows of the study have the parameters of qamaSelected, and within 2.4 % those of softmax attention", () => {
  for (const tokens of [49, 64]) {
    const count = (name: OperatorName) =>
      parameterCount(openOperator(name, typescriptKernels(), { ...SIZES, tokens, samples: 1 }, OPTIONS)!);
    // the rest of the model: norms, embedding, MLP, head
    const rest = tokens === 49 ? 10_474 : 12_586;
    const whole = (name: OperatorName) => rest + count(name);
    for (const name of STUDY_NAMES) {
      const expected = whole("qamaSelected") - (name === "qamaSelectedNoPositions" ? 8 * tokens : 0);
      assertEquals(whole(name), expected, name);
      assert(whole(name) / whole("mha") < (tokens === 49 ? 1.02 : 1.024), name);
    }
  }
});

Deno.test("the rows with a neighbour have within 0.4 % the parameters of softmax attention", () => {
  for (const tokens of [49, 64]) {
    const rest = tokens === 49 ? 10_474 : 12_586;
    const whole = (name: OperatorName) =>
      rest + parameterCount(openOperator(name, typescriptKernels(), { ...SIZES, tokens, samples: 1 }, OPTIONS)!);
    for (const name of ADDED_NAMES.filter((name) => !name.startsWith("boltzmann"))) {
      assertEquals(whole(name) - whole("mha"), 64 + 8 + (name === "nearLogitScale" ? 8 : 0), name);
      assert(whole(name) / whole("mha") < 1.004, name);
    }
  }
});

Deno.test("the controls of the study choose as many tokens of pictures as their density, and k of texts", () => {
  const sizeOf = (name: OperatorName, data: "pictures" | "texts") => {
    const { density, count } = JSON.parse(settings(name, { data }));
    return density ?? count;
  };
  const names = ["selectedTopField10", "selectedTopField6", "selectedPartition4", "selectedRandom10"] as const;
  assertEquals(names.map((name) => sizeOf(name, "pictures")), [0.22, 0.16, 0.13, 0.22]);
  assertEquals(names.map((name) => sizeOf(name, "texts")), [10, 6, 4, 10]);
});

Deno.test("operatorSettings() tells the rows of the study apart, partitions by their seed too", () => {
  assertEquals(new Set(STUDY_NAMES.map((name) => settings(name))).size, STUDY_NAMES.length);
  for (const name of STUDY_NAMES) {
    assertEquals(settings(name, { seed: 4 }) !== settings(name), name.startsWith("selectedPartition"), name);
  }
});

Deno.test("operatorSettings() tells the added rows apart, by sweeps and seeds where they matter", () => {
  assertEquals(new Set(ADDED_NAMES.map((name) => settings(name))).size, ADDED_NAMES.length);
  for (const name of ADDED_NAMES) {
    assertEquals(settings(name, { seed: 4 }) !== settings(name), name === "nearFixed", name);
    // five sweeps at most
    assertEquals(settings(name, { sweeps: 6 }), settings(name), name);
    const solved = name === "qamaNear" || TRIAL_NAMES.includes(name) && !["near100Sweeps", "nearGreedy"].includes(name);
    assertEquals(settings(name, { sweeps: 3 }) !== settings(name), solved, name);
  }
  const { grid, weights } = JSON.parse(settings("qamaNear"));
  assertEquals([grid, weights.cardinality], ["square", { k: 7, weight: 4 }]);
  assertEquals(JSON.parse(settings("qamaNear", { data: "texts" })).grid, "sequence");
  assertEquals(JSON.parse(settings("nearSchedule")).schedule, { share: 0.5, lambda: 0.25, until: 0.5 });
  assertEquals(ADDED_NAMES.filter(changesInTraining), ["nearSchedule"]);
  assertEquals([JSON.parse(settings("near100Sweeps")).sweeps, JSON.parse(settings("nearGreedy")).solver], [
    100,
    "greedy",
  ]);
  const { estimator, estimatorOptions } = JSON.parse(settings("nearMeanField"));
  assertEquals([estimator, estimatorOptions], ["meanFieldFlips", { beta: 0.25, sweeps: 5 }]);
  assertEquals(JSON.parse(settings("qamaNear")).estimatorOptions, undefined);
});

Deno.test("openOperator() takes another solver in place of the operator's own", () => {
  const kernels = typescriptKernels();
  const block = openOperator("qamaSelected", kernels, { ...SIZES, samples: 1 }, { ...OPTIONS, solver: allTokens() })!;
  const arrays = () => block.parameters.map(({ shape }) => kernels.float32(shape.reduce((a, b) => a * b, 1)));
  block.bind(arrays(), arrays());
  block.refresh();
  block.forward(1, kernels.float32(49 * 64), kernels.float32(49 * 64), 9, 0);
  assertEquals(block.chosen!.every((x) => x === 1), true);
});

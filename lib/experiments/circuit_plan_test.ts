import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CIRCUIT_NAMES, type CircuitName } from "../training/mod.ts";
import {
  CIRCUIT_DATA,
  CIRCUIT_PROFILES,
  circuitOverview,
  circuitPlan,
  circuitReport,
  exampleRecord,
  operatorTitles,
} from "./mod.ts";

const profile = CIRCUIT_PROFILES.standard;

Deno.test("circuitPlan() goes through all data sets with a seed before the next, each row with the same step size", () => {
  const { cells, experiment } = circuitPlan({ profile, seeds: [1, 2] });
  assertEquals([experiment, cells.length], ["circuits", 2 * CIRCUIT_DATA.length * CIRCUIT_NAMES.length]);
  assertEquals(cells.map(({ seed }) => seed), cells.map(({ seed }) => seed).toSorted());
  assertEquals(new Set(cells.map(({ learningRate }) => learningRate)).size, 1);
  assertEquals(new Set(CIRCUIT_NAMES.map((name) => operatorTitles[name])).size, CIRCUIT_NAMES.length);
});

Deno.test("circuitPlan() refuses empty lists, names given twice, and seeds that are none", () => {
  assertThrows(() => circuitPlan({ profile, data: [] }), RangeError, "data is empty");
  const operators = ["evolutionAngles", "evolutionAngles"] as const;
  assertThrows(() => circuitPlan({ profile, operators }), RangeError, "operators names something twice");
  assertThrows(() => circuitPlan({ profile, seeds: [-1] }), RangeError, "got -1");
});

Deno.test("circuitReport() says what couplings contribute, seed by seed", () => {
  const [epoch] = exampleRecord().epochs;
  const run = (operator: CircuitName, seed: number, testAccuracy: number) =>
    exampleRecord({ operator, seed, epochs: [{ ...epoch, testAccuracy }] });
  const records = [1, 2, 3].flatMap((seed) => [
    run("evolutionAmplitudes", seed, 0.5 + 0.1 * seed),
    run("evolutionAmplitudesApart", seed, 0.25 + 0.1 * seed),
    run("linearPixels16", seed, 0.9),
  ]);
  const { tables, findings } = circuitReport([...records, exampleRecord()]);
  assertEquals(findings.length, 2);
  assertStringIncludes(
    findings[0],
    "the best circuit is not told apart from the best classical model. learned evolution, 16 x 16 amplitudes",
  );
  assertStringIncludes(findings[1], "+25.00 ± 0.00 points against itself without couplings");
  // 60, 70 and 80 of 90: s is 10, t of two degrees is 4.303
  assertStringIncludes(findings[1], "-20.00 ± 24.84 points against a linear model of the same pixels");
  assertStringIncludes(tables, "70.00 ± 24.84");
  assertStringIncludes(tables, "(synthetic data)");
  assertStringIncludes(circuitOverview(records), "70.00 ± 24.84");
  assert(!tables.includes("MHA"));
  // so many points above in every seed: of three times 50 pictures, fifteen are more than chance, five are not
  const above = (points: number) => {
    const alike = [1, 2, 3].map((seed) => run("linearPixels16", seed, 0.5 + 0.1 * seed + points / 100));
    const others = records.filter(({ operator }) => operator !== "linearPixels16");
    return circuitReport([...others, ...alike]).findings[0];
  };
  assertStringIncludes(above(15), "the best circuit is below the best classical model");
  assertStringIncludes(above(5), "the best circuit is not told apart from the best classical model");
  // of 50 pictures, 60 % and 90 % are apart, 60 % and 62 % are not
  const one = (accuracy: number) =>
    circuitReport([run("evolutionAngles", 1, 0.6), run("linearPixels4", 1, accuracy)]).findings[0];
  assertStringIncludes(one(0.9), "is below the best");
  assertStringIncludes(one(0.62), "is not told apart from the best");
  // two seeds: 60 and 70 % of 50 pictures are apart from 98 %, 90 % are not
  const two = (second: number) =>
    circuitReport([
      ...[run("evolutionAngles", 1, 0.6), run("evolutionAngles", 2, second)],
      ...[run("linearPixels4", 1, 0.98), run("linearPixels4", 2, 0.98)],
    ]).findings[0];
  assertStringIncludes(two(0.7), "is below the best");
  assertStringIncludes(two(0.9), "is not told apart from the best");
  assertStringIncludes(circuitReport(records.slice(0, 2)).findings[0], "+25.00 (one seed)");
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { measureBarrenPlateau } from "./mod.ts";

Deno.test("measureBarrenPlateau() finds that deep circuits lose gradients by at least 2^-n, and shallow ones with a local cost do not", () => {
  const { rows } = measureBarrenPlateau({ qubits: [2, 4, 6, 8], depths: [2, 48], samples: 150, seed: 1 });
  const variance = (qubits: number, depth: number) =>
    rows.find((row) => row.qubits === qubits && row.depth === depth)!.variance;
  // a variance of 150 draws is off by some 15 %, a ratio of two by 22 %: 2^-6 and 4 standard errors of it are 1 / 34
  const deep = variance(8, 48) / variance(2, 48);
  assert(deep < 1 / 34, `deep circuits keep ${deep}`);
  const shallow = variance(8, 2) / variance(4, 2);
  assert(shallow > 0.4, `shallow circuits keep ${shallow}`);
});

Deno.test("measureBarrenPlateau() with a global cost loses gradients at a depth where a local one keeps them", () => {
  const of = (cost: "local" | "global") =>
    measureBarrenPlateau({ qubits: [8], depths: [2], samples: 150, cost }).rows[0].variance;
  assert(of("global") < of("local") / 4);
});

Deno.test("measureBarrenPlateau() has means of 0 within four standard errors, and is the same for the same seed", () => {
  const options = { qubits: [3], depths: [5], samples: 100, seed: 2 };
  const record = measureBarrenPlateau(options);
  const [{ mean, variance }] = record.rows;
  assert(Math.abs(mean) <= 4 * Math.sqrt(variance / 100), `mean ${mean}`);
  assertEquals(record, JSON.parse(JSON.stringify(measureBarrenPlateau(options))));
});

Deno.test("measureBarrenPlateau() refuses sizes that are none", () => {
  assertThrows(() => measureBarrenPlateau({ qubits: [1] }), RangeError, "qubits must be integers from 2, got 1");
  assertThrows(() => measureBarrenPlateau({ depths: [0] }), RangeError, "depths must be integers from 1, got 0");
  assertThrows(() => measureBarrenPlateau({ samples: 1 }), RangeError, "samples must be integers from 2, got 1");
  assertThrows(() => measureBarrenPlateau({ cost: "none" as "local" }), RangeError, 'cost must be "local" or "global"');
});

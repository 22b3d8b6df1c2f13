import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { circuit, cz, measureBarrenPlateau, openCircuit, ry, rz, twoDesignVariance } from "./mod.ts";

Deno.test("measureBarrenPlateau() finds that deep circuits lose gradients by at least 2^-n, and shallow ones with a local cost do not", () => {
  const { rows } = measureBarrenPlateau({
    qubits: [2, 4, 6, 8],
    depths: [2, 48],
    costs: ["local"],
    samples: 150,
    seed: 1,
  });
  const variance = (qubits: number, depth: number) =>
    rows.find((row) => row.qubits === qubits && row.depth === depth)!.variance;
  // a variance of 150 draws is off by some 15 %, a ratio of two by 22 %: 2^-6 and 4 standard errors of it are 1 / 34
  const deep = variance(8, 48) / variance(2, 48);
  assert(deep < 1 / 34, `deep circuits keep ${deep}`);
  const shallow = variance(8, 2) / variance(4, 2);
  assert(shallow > 0.4, `shallow circuits keep ${shallow}`);
});

Deno.test("measureBarrenPlateau() with a global cost loses gradients at a depth where a local one keeps them", () => {
  const { rows } = measureBarrenPlateau({ qubits: [8], depths: [2], samples: 150 });
  assertEquals(rows.map(({ cost }) => cost), ["local", "global"]);
  assert(rows[1].variance < rows[0].variance / 4);
});

Deno.test("measureBarrenPlateau() has means of 0 within four standard errors, and is the same for the same seed", () => {
  const options = { qubits: [3], depths: [5], samples: 100, seed: 2 };
  const record = measureBarrenPlateau(options);
  for (const { mean, variance } of record.rows) {
    assert(Math.abs(mean) <= 4 * Math.sqrt(variance / 100), `mean ${mean}`);
  }
  assertEquals(record, JSON.parse(JSON.stringify(measureBarrenPlateau(options))));
});

Deno.test("measureBarrenPlateau() refuses sizes that are none", () => {
  assertThrows(() => measureBarrenPlateau({ qubits: [1] }), RangeError, "qubits must be integers from 2, got 1");
  assertThrows(() => measureBarrenPlateau({ depths: [0] }), RangeError, "depths must be integers from 1, got 0");
  assertThrows(() => measureBarrenPlateau({ samples: 1 }), RangeError, "samples must be integers from 2, got 1");
  assertThrows(
    () => measureBarrenPlateau({ costs: ["none" as "local"] }),
    RangeError,
    'cost must be "local" or "global"',
  );
});

Deno.test("measureBarrenPlateau() finds in deep circuits the variance of a 2-design, with either cost", () => {
  const { rows } = measureBarrenPlateau({ qubits: [3, 5], depths: [40], samples: 400, seed: 3 });
  for (const { cost, qubits, variance, standardError } of rows) {
    const off = (variance - twoDesignVariance(qubits)) / standardError;
    assert(Math.abs(off) < 4, `${cost}, ${qubits} qubits: ${off} standard errors`);
  }
});

Deno.test("measureBarrenPlateau() takes the derivatives that the adjoint method gives", () => {
  const n = 2, depth = 3, seed = 4;
  const operations = Array.from({ length: depth }, (_, l) => [
    ...[0, 1].flatMap((q) => [ry({ input: 2 * (l * n + q) }, q), rz({ input: 2 * (l * n + q) + 1 }, q)]),
    cz(0, 1),
  ]).flat();
  const open = openCircuit(circuit({ qubits: n, operations, observables: ["Z0 Z1"] }));
  const found = [0, 1].map((k) => {
    const rng = new Rng(seed, k);
    const inputs = Float64Array.from({ length: 2 * n * depth }, () => 2 * Math.PI * rng.uniform());
    return open.gradient({ inputs }).inputs[2 * n];
  });
  open.close();
  const { rows: [{ mean, variance }] } = measureBarrenPlateau({ qubits: [n], depths: [depth], samples: 2, seed });
  assertAlmostEquals(mean, (found[0] + found[1]) / 2, 1e-12);
  assertAlmostEquals(variance, (found[0] - found[1]) ** 2 / 2, 1e-12);
});

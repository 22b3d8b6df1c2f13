import { assert, assertEquals, assertThrows } from "@std/assert";
import { loadGlyphs } from "../../datasets/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { CIRCUIT_ROWS, CircuitModel, type CircuitRow } from "../training/mod.ts";
import { evaluateCircuitNoise } from "./mod.ts";

const operator = "evolutionAngles";
const row = CIRCUIT_ROWS[operator] as Extract<CircuitRow, { kind: "circuit" }>;
const data = await loadGlyphs({ trainCount: 10, testCount: 30 });

function drawn(): Float32Array {
  const model = new CircuitModel(wasmKernels(), row, 10, 1);
  model.initialise(3);
  return Float32Array.from(model.weights);
}

Deno.test("evaluateCircuitNoise() comes to the exact classes with many shots, and forgets them in full noise", () => {
  const options = { operator, items: 30, trajectories: 4 } as const;
  const variants = [
    ...[{ kind: "shots", value: 4 }, { kind: "shots", value: 100_000 }],
    ...[{ kind: "depolarising", value: 0 }, { kind: "depolarising", value: 0.5 }, { kind: "readout", value: 0.01 }],
  ] as const;
  const [few, many, none, full, readout] = evaluateCircuitNoise(data, drawn(), { ...options, variants });
  assert(many.agreeing >= 28 && many.agreeing > few.agreeing, `${many.agreeing} > ${few.agreeing}`);
  assertEquals([none.agreeing, none.largestError < 1e-6], [30, true]);
  assert(full.agreeing < 20 && full.largestError > 0.1);
  assert(readout.agreeing > 20);
  const again = evaluateCircuitNoise(data, drawn(), { ...options, variants: [variants[0]] });
  assertEquals(again, [few]);
});

Deno.test("evaluateCircuitNoise() refuses classical rows, other weights, and pictures that are not there", () => {
  const options = { operator, items: 4, variants: [] } as const;
  const of = (changes: Partial<Parameters<typeof evaluateCircuitNoise>[2]>, weights = drawn()) => () =>
    evaluateCircuitNoise(data, weights, { ...options, ...changes });
  assertThrows(of({ operator: "linearPixels4" }), RangeError, "linearPixels4 is none");
  assertThrows(of({ items: 31 }), RangeError, "items must be an integer from 1 to 30, got 31");
  assertThrows(of({}, new Float32Array(3)), TypeError, "evolutionAngles has 460 weights, got 3");
});

import { assertEquals, assertThrows } from "@std/assert";
import { assertClose, loadVector, V2_VECTORS } from "../testing/mod.ts";
import { publishedWeights, selectedWeights } from "./energy_weights.ts";

Deno.test("publishedWeights() gives cJ, ch N and rho of every golden vector", () => {
  for (const name of V2_VECTORS) {
    const vector = loadVector(name);
    if (vector === null) return;
    const { cJ, ch, cP, rho } = vector.coefficients;
    const weights = publishedWeights({ tokens: vector.shapes.N, heads: vector.shapes.H, cJ, ch, cP });
    assertEquals(weights.coupling, cJ);
    assertEquals(weights.field, ch * vector.shapes.N);
    assertClose(weights.overlap, rho, { rtol: 1e-14, atol: 0 });
    assertEquals(weights.cardinality, undefined);
  }
});

Deno.test("publishedWeights() has defaults 1, 0.16 and 0.8 and no overlap for one head", () => {
  assertEquals(publishedWeights({ tokens: 10, heads: 1 }), { coupling: 1, field: 1.6, overlap: 0 });
  const { overlap } = publishedWeights({ tokens: 10, heads: 2 });
  assertClose(overlap, 4 * Math.sqrt(2 / Math.PI), { rtol: 1e-15, atol: 0 });
});

Deno.test("selectedWeights() has defaults k = 10, rho = 0.3, lambda = 1", () => {
  const expected = { coupling: 0.1, field: 1, overlap: 0.3, cardinality: { k: 10, weight: 1 } };
  assertEquals(selectedWeights(), expected);
});

Deno.test("publishedWeights() and selectedWeights() refuse what is no size and no number", () => {
  assertThrows(() => publishedWeights({ tokens: 0, heads: 1 }), RangeError, "tokens must be a positive integer, got 0");
  assertThrows(() => publishedWeights({ tokens: 2, heads: 2, ch: NaN }), RangeError, "ch must be a finite number");
  assertThrows(() => selectedWeights({ k: 0 }), RangeError, "k must be a positive integer, got 0");
  assertThrows(() => selectedWeights({ rho: Infinity }), RangeError, "rho must be a finite number, got Infinity");
});

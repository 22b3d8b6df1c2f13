import { assert, assertEquals, assertThrows } from "@std/assert";
import { energy as energyOf } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { exactEnumeration } from "../samplers/mod.ts";
import { assertClose, softEnergyTwin } from "../testing/mod.ts";
import {
  annealedSoftSelection,
  attentionQuboV1,
  fixedSoftSelection,
  softEnergies,
  type SoftProblem,
  softWeights,
} from "./mod.ts";

function gaussianSoft([batch, heads, tokens, bits]: readonly number[], longRange: number, stream: number): SoftProblem {
  const rng = new Rng(61, stream);
  const draw = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const weights = { quadratic: 0.8, linear: 1.3, penalty: 2.1, longRange };
  const places = batch * heads * tokens;
  return { batch, heads, tokens, bits, couplings: draw(places * tokens), fields: draw(places), weights };
}

for (
  const [heads, tokens, bits, longRange] of [[2, 2, 3, 0.7], [1, 3, 4, -0.9], [3, 4, 1, 0], [1, 1, 5, 2], [4, 1, 3, 1]]
) {
  Deno.test(`attentionQuboV1() and softEnergies() are the formula over all states: ${heads} heads of ${tokens} x ${bits}, longRange ${longRange}`, () => {
    const problem = gaussianSoft([2, heads, tokens, bits], longRange, bits);
    const n = heads * tokens * bits;
    const [J, h] = [Float64Array.from(problem.couplings), Float64Array.from(problem.fields)];
    const { quadratic, linear, penalty } = problem.weights;
    const terms = { cQuadratic: quadratic, cLinear: linear, penalty, longRange };
    const qubos = [0, 1].map((b) => attentionQuboV1(problem, b));
    for (let state = 0; state < 2 ** n; state++) {
      const x = Uint8Array.from({ length: 2 * n }, (_, r) => (state >> r % n) & 1);
      const expected = softEnergyTwin(J, h, x, terms, { batch: 2, heads, tokens, bits });
      assertClose(softEnergies(problem, x), expected, { rtol: 1e-12, atol: 1e-12 });
      const written = qubos.map((qubo) => energyOf(qubo, Int8Array.from(x.subarray(0, n))));
      assertClose(written, expected, { rtol: 1e-12, atol: 1e-12 });
    }
  });
}

Deno.test("attentionQuboV1() lets any sampler solve; annealing comes as low", async () => {
  const problem = gaussianSoft([4, 2, 3, 2], 0.4, 1);
  const { energies } = annealedSoftSelection().solve(problem, { seed: 1, replicas: 8 });
  for (let b = 0; b < 4; b++) {
    const exact = await exactEnumeration().sample(attentionQuboV1(problem, b));
    assertClose(energies[b], exact.energies[0], { rtol: 1e-6, atol: 1e-6 });
  }
});

Deno.test("annealedSoftSelection() returns the energy of its bits, problem b of a batch as if it were alone", () => {
  const problem = gaussianSoft([5, 3, 7, 3], 0.4, 2);
  const whole = annealedSoftSelection({ sweeps: 5 }).solve(problem, { seed: 3, firstStream: 10 });
  assertEquals(softEnergies(problem, whole.chosen), whole.energies);
  const alone = {
    ...problem,
    batch: 1,
    couplings: problem.couplings.slice(2 * 147, 3 * 147),
    fields: problem.fields.slice(42, 63),
  };
  for (const kernels of ["wasm", "typescript"] as const) {
    const { chosen } = annealedSoftSelection({ sweeps: 5, kernels }).solve(alone, { seed: 3, firstStream: 12 });
    assertEquals(chosen, whole.chosen.slice(2 * 63, 3 * 63));
  }
});

Deno.test("annealedSoftSelection() with a strong longRange chooses both ends of a head, with a negative one neither", () => {
  const ends = (longRange: number) => {
    const zero = { couplings: new Float32Array(49), fields: new Float32Array(7) };
    const weights = { quadratic: 1, linear: 1, penalty: 0, longRange };
    const problem = { batch: 1, heads: 1, tokens: 7, bits: 2, weights, ...zero };
    const { chosen } = annealedSoftSelection().solve(problem, { seed: 1 });
    const w = softWeights(chosen, 2);
    return [w[0], w[6]];
  };
  assertEquals(ends(1), [1, 1]);
  assert(Math.min(...ends(-1)) === 0);
});

Deno.test("fixedSoftSelection() sets the same share of bits in every head, the same in every problem and call", () => {
  const problem = gaussianSoft([3, 2, 10, 4], 0, 3);
  const control = fixedSoftSelection({ density: 0.3, seed: 5 });
  const { chosen, energies } = control.solve(problem, { seed: 1 });
  for (let head = 0; head < 6; head++) {
    assertEquals(chosen.subarray(head * 40, head * 40 + 40).reduce((sum, x) => sum + x), 12);
  }
  assertEquals(chosen.slice(0, 80), chosen.slice(160));
  assert(chosen.subarray(0, 40).some((x, r) => x !== chosen[40 + r]), "two heads have two masks");
  assertEquals(control.solve(problem, { seed: 2, firstStream: 9 }).chosen, chosen);
  assertEquals(softEnergies(problem, chosen), energies);
});

Deno.test("soft selection problems that are none are refused by name", () => {
  const problem = gaussianSoft([1, 1, 3, 2], 0, 4);
  const solve = (change: Partial<SoftProblem>) => () =>
    annealedSoftSelection().solve({ ...problem, ...change }, { seed: 1 });
  assertThrows(solve({ bits: 17 }), RangeError, "bits must be at most 16, got 17");
  assertThrows(solve({ tokens: 0 }), RangeError, "tokens must be a positive integer, got 0");
  assertThrows(solve({ fields: new Float32Array(2) }), TypeError, "fields must be a Float32Array of 3 entries, got 2");
  assertThrows(solve({ fields: Float32Array.of(1, NaN, 0) }), RangeError, "fields[1] must be finite, got NaN");
  assertThrows(solve({ couplings: new Float32Array(9).fill(1e20) }), RangeError, "divide couplings, fields or weights");
  assertThrows(() => softEnergies(problem, new Uint8Array(6).fill(2)), RangeError, "chosen[0] must be 0 or 1, got 2");
  assertThrows(() => attentionQuboV1(problem, 1), RangeError, "b must be an integer from 0 to 0, got 1");
  assertThrows(() => annealedSoftSelection({ hot: 0.1, cold: 0.2 }), RangeError, "hot >= cold > 0");
  assertThrows(() => fixedSoftSelection({ density: 2, seed: 1 }), RangeError, "density must be from 0 to 1, got 2");
});

import { assert, assertEquals } from "@std/assert";
import {
  denseCouplings,
  finished,
  flipDelta,
  isingModel,
  type Model,
  sparseCouplings,
  toSparse,
} from "../model/mod.ts";
import { amplitudeAtRest } from "./_amplitude_at_rest.ts";
import { couplingSize as couplingSizeWork } from "./_coupling_size.ts";
import { type IsingArrays, isingArrays as isingArraysWork } from "./_ising_arrays.ts";
import { chooseScale as chooseScaleWork, twoValues as twoValuesWork } from "./_oscillator_scale.ts";
import { slicedDescent } from "./_sliced_descent.ts";
import { glass } from "./_test_oscillators.ts";
import { simulatedBifurcation } from "./mod.ts";

const isingArrays = (model: Model) => finished(isingArraysWork(model));
const couplingSize = (arrays: IsingArrays) => finished(couplingSizeWork(arrays));
const chooseScale = (arrays: IsingArrays) => finished(chooseScaleWork(arrays));
const twoValues = (n: number, values: Float64Array) => finished(twoValuesWork(n, values));

function complete(n: number, value: number) {
  return isingModel({
    couplings: denseCouplings(new Float64Array(n * n).map((_, k) => k % (n + 1) === 0 ? 0 : value)),
  });
}

Deno.test("couplingSize() gives the field of a random state, and the leading eigenvalue of a complete graph", () => {
  const { field, stiffness, ease } = couplingSize(isingArrays(complete(50, 2)));
  assertEquals(field, 2 * Math.sqrt(50));
  assert(Math.abs(stiffness - 2 * 49) < 1e-6 && Math.abs(ease - 2 * field / stiffness) < 1e-12);
  // the other sign has no mode above the edge
  assertEquals(couplingSize(isingArrays(complete(50, -2))).ease, 1);
});

Deno.test("couplingSize() finds a stiff mode whatever spins are reversed", () => {
  const n = 80;
  const sign = (i: number) => (i * i) % 7 < 3 ? 1 : -1;
  const J = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) J[i * n + j] = sign(i) * sign(j);
  const { stiffness } = couplingSize(isingArrays(isingModel({ couplings: denseCouplings(J) })));
  assert(Math.abs(stiffness - (n - 1)) < 1e-3, `${stiffness}`);
});

Deno.test("couplingSize() of nothing, and of coefficients near the ends of float64, is finite and above 0", () => {
  for (const size of [0, 5e-324, 1e-300, 1e300]) {
    const arrays = isingArrays(isingModel({ couplings: sparseCouplings(3, [[0, 1, size]]), linear: [0, 0, size] }));
    for (const value of Object.values(couplingSize(arrays))) assert(value > 0 && Number.isFinite(value));
  }
});

Deno.test("chooseScale() takes whole multiples up to 4, and else a power of two that makes the largest about 1", () => {
  const scale = (value: number, h = 0) =>
    chooseScale(isingArrays(isingModel({ couplings: sparseCouplings(2, [[0, 1, value]]), linear: [h, 0] })));
  assertEquals(scale(-5), { scale: 1, whole: true });
  assertEquals(scale(1.5), { scale: 2, whole: true });
  assertEquals(scale(0.75), { scale: 4, whole: true });
  assertEquals(scale(0.3), { scale: 2, whole: false });
  assertEquals(scale(1, 1e9), { scale: 2 ** -30, whole: false });
  assertEquals(scale(40000), { scale: 2 ** -16, whole: false });
});

Deno.test("twoValues() tells a matrix of two values from one of three, whatever stands on the diagonal", () => {
  assertEquals(twoValues(2, Float64Array.of(9, 5, 5, 9)), [5, 5]);
  assertEquals(twoValues(3, Float64Array.of(0, 1, -1, 1, 0, 1, -1, 1, 0)), [1, -1]);
  assertEquals(twoValues(3, Float64Array.of(0, 1, -1, 1, 0, 2, -1, 2, 0)), undefined);
  assertEquals(twoValues(1, Float64Array.of(0)), undefined);
});

Deno.test("amplitudeAtRest() solves its equation below and above threshold", () => {
  for (const pump of [-2, 0, 0.9, 1, 3]) {
    for (const push of [1e-3, 1, 5]) {
      const x = amplitudeAtRest(pump, push);
      assert(x > 0 && Math.abs(x ** 3 + (1 - pump) * x - push) < 1e-9);
    }
  }
});

Deno.test("SlicedDescent ends in the same local minimum however its work is cut, dense and sparse", () => {
  const model = glass(50, 3, 0.3);
  const ends = [1, 40, 1e6].flatMap((work) =>
    [isingArrays(model), { ...isingArrays(model), couplings: toSparse(model).couplings }].map((arrays) => {
      const spins = new Int8Array(50).fill(1);
      const descent = finished(slicedDescent(arrays));
      descent.begin(spins);
      while (!descent.advance(work));
      return spins;
    })
  );
  for (const spins of ends) assertEquals(spins, ends[0]);
  for (let i = 0; i < 50; i++) assert(flipDelta(model, ends[0], i) >= 0);
});

Deno.test("samplers of oscillators count what their descent looks at: every spin once where nothing is to be gained", async () => {
  const model = isingModel({ couplings: sparseCouplings(5, []), linear: [1, 1, 1, 1, 1] });
  const initialStates = new Int8Array(5).fill(-1);
  const { story } = await simulatedBifurcation({ numSteps: 20 }).sample(model, { seed: 1, numReads: 3, initialStates });
  assertEquals(story.findings.descentLooks, 3 * 5);
});

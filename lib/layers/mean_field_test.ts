import { assert } from "@std/assert";
import { exactSelection, heldSelection } from "../attention/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { centralDifferences } from "../testing/_central_differences.ts";
import { flipsOf, readoutValues } from "./_problem_gradients.ts";
import { flat, problemAndSlopes } from "./_test_estimators.ts";
import { estimateGradient } from "./estimate_gradient.ts";
import { expectedReadout } from "./expected_readout.ts";
import { meanField } from "./mean_field.ts";
import { meanFieldMeans } from "./_mean_field_sweeps.ts";

const WEIGHTS = { coupling: 0.8, field: 0.7, overlap: 0.4, cardinality: { k: 2, weight: 1.5 } };
const { problem, slopes } = problemAndSlopes({ batch: 2, heads: 2, tokens: 5, width: 3, weights: WEIGHTS }, 21);
const BETA = 0.8;
const options = { slopes, solver: exactSelection(), seed: 1 };

/** f at the means m(theta), by the plainest iteration, from the selection of the forward pass; all in float64. */
function valueAt(arrays: Float64Array[], chosen: Uint8Array, readout: "energy" | "linear"): number {
  const [queries, keys, fields] = arrays as unknown as Float32Array[];
  const own = { problem: { ...problem, queries, keys, fields }, slopes, readout };
  const m = Float64Array.from(chosen);
  for (let round = 0; round < 80; round++) {
    for (let at = 0; at < m.length; at++) m[at] = 1 / (1 + Math.exp(-BETA * flipsOf(own, m).saved[at]));
  }
  // f is linear in every variable: its value at the means, by what each of them adds to those before it
  let value = 0;
  const so = new Float64Array(m.length);
  for (let at = 0; at < m.length; at++) {
    value += m[at] * flipsOf(own, so).added[at];
    so[at] = m[at];
  }
  return value;
}

for (const readout of ["energy", "linear"] as const) {
  Deno.test(`meanField() is the gradient of f at the means: ${readout}`, () => {
    const found = estimateGradient(problem, meanField({ beta: BETA, sweeps: 400 }), { ...options, readout });
    const arrays = [problem.queries, problem.keys, problem.fields].map((array) => Float64Array.from(array));
    const slope = arrays.flatMap((array) => [
      ...centralDifferences(() => valueAt(arrays, found.chosen, readout), array),
    ]);
    // where the sweeps rest, and where they began, each to 1e-6
    assertClose([...flat(found)], slope, { rtol: 1e-4, atol: 1e-5 });
    assert(slope.some((g) => Math.abs(g) > 0.01));
  });
}

Deno.test("meanField() is exact where nothing is coupled, for either f", () => {
  const weights = { coupling: 0.8, field: 0.7, overlap: 0 };
  // the readout has no coupling either: queries are 0
  const free = { ...problem, queries: new Float32Array(problem.queries.length), weights };
  for (const readout of ["energy", "linear"] as const) {
    const { gradient } = expectedReadout(free, slopes, { beta: BETA, readout });
    const found = estimateGradient(free, meanField({ beta: BETA }), { ...options, readout });
    assertClose([...flat(found)], [...flat(gradient)], { rtol: 1e-6, atol: 1e-9 });
  }
});

Deno.test("meanField() at a large beta is the held selection", () => {
  const cold = estimateGradient(problem, meanField({ beta: 400 }), options);
  assertClose([...flat(cold)], [...flat(estimateGradient(problem, heldSelection, options))], {
    rtol: 1e-6,
    atol: 1e-6,
  });
});

Deno.test("meanFieldMeans() never raises the variational free energy, sweep by sweep", () => {
  const energy = (m: Float64Array) => {
    const none = new Float64Array(m.length), task = { problem, slopes: none, readout: "linear" as const };
    const so = new Float64Array(m.length);
    let free = 0;
    for (let at = 0; at < m.length; at++) {
      free -= m[at] * flipsOf(task, so).saved[at];
      so[at] = m[at];
      free += (m[at] * Math.log(m[at]) + (1 - m[at]) * Math.log(1 - m[at])) / BETA;
    }
    return free;
  };
  const m = Float64Array.from({ length: slopes.length }, (_, at) => at % 3 === 0 ? 0.9 : 0.2);
  let last = energy(m);
  for (let sweep = 0; sweep < 30; sweep++) {
    meanFieldMeans(problem, BETA, 1, m);
    const now = energy(m);
    assert(now <= last + 1e-12, `${now} after ${last}`);
    last = now;
  }
});

Deno.test("readoutValues() of a linear f is the sum of the slopes of the chosen", () => {
  const chosen = Uint8Array.from(slopes, (_, at) => at % 2);
  const values = readoutValues({ problem, slopes, readout: "linear" }, chosen);
  const sum = (from: number) => slopes.slice(from, from + 10).reduce((total, g, at) => total + g * (at % 2), 0);
  assertClose([...values], [sum(0), sum(10)], { rtol: 1e-12, atol: 0 });
});

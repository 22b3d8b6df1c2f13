import { energyFormula, keyBias, type ReadoutInputs, selectedFormula } from "../kernels/_test_readouts.ts";
import { centralDifferences } from "../testing/_central_differences.ts";
import { assertTensorClose, givenSelection, layerNormTwin } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { sizeOf } from "./block.ts";
import { publishedWeights } from "./energy_weights.ts";
import { qamaBlock } from "./qama_block.ts";
import { detachedEnergy, heldSelection } from "./gradient_estimator.ts";
import type { QamaOptions } from "./qama_options.ts";

// float32, as for the golden vectors; central differences in float64 are good to 1e-7
const TOLERANCE = 2e-5;
const shape = { samples: 2, heads: 2, tokens: 4, width: 3 };
const D = 6;
// one head of sample 0 is empty
const x = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1);
const X = normals(48, 1);
const G = normals(48, 2);

type Values = Readonly<Record<string, Float64Array>>;

function valuesOf(options: QamaOptions): Values {
  const block = qamaBlock(bothKernels()[0], shape, options);
  return Object.fromEntries(block.parameters.map(({ name, shape }, stream) => {
    return [name, normals(sizeOf(shape), stream + 3).map((value) => Math.fround(0.6 * value + 0.1))];
  }));
}

/** LN(X) W', W `[D, D]`, in float64. */
function project(X: Float64Array, gamma: Float64Array, beta: Float64Array, W: Float64Array): Float64Array {
  const z = layerNormTwin(X, { gamma, beta });
  return z.map((_, at) => {
    let sum = 0;
    for (let i = 0; i < D; i++) sum += z[at - at % D + i] * W[at % D * D + i];
    return sum;
  });
}

/** Projected rows [q | k | v | h] by the definitions of the options. */
function rowsOf(options: QamaOptions, values: Values, X: Float64Array): ReadoutInputs {
  const { heads: H, width: d } = shape;
  const parts = ["Q", "K", "V"].map((letter, part) => {
    const own = options.norms === "separate" ? letter : "";
    const W = own ? values[`W${letter.toLowerCase()}`] : values.Wqkv.slice(part * D * D, (part + 1) * D * D);
    return project(X, values[`gain${own}`], values[`shift${own}`], W);
  });
  const layout = { stride: 3 * D + H, keys: D, values: 2 * D, fields: 3 * D };
  const rows = new Float64Array(8 * layout.stride);
  for (let r = 0; r < 8; r++) {
    for (let o = 0; o < D; o++) {
      parts.forEach((part, column) => rows[r * layout.stride + column * D + o] = part[r * D + o]);
      const share = options.direction === "perHead" ? values.e[o] : values.e[o % d] / d;
      rows[r * layout.stride + layout.fields + Math.floor(o / d)] += share * parts[2][r * D + o];
    }
  }
  return { shape, layout, rows, positional: values.p ?? null, chosen: x };
}

/** `sum output G`; where the energy is detached it is read from `held` and does not move. */
function lossOf(options: QamaOptions, values: Values, X: Float64Array, held: Float64Array | null): number {
  const inputs = rowsOf(options, values, X);
  if (options.readout === "selectedSoftmax") return dot(selectedFormula(inputs, held ?? keyBias(inputs)), G);
  const e = options.direction === "perHead" ? values.e : Float64Array.of(...values.e, ...values.e);
  if (held === null) return dot(energyFormula(inputs, e).y, G);
  let sum = 0;
  for (let at = 0; at < 48; at++) {
    const [s, i, o] = [Math.floor(at / 24), Math.floor(at / D) % 4, at % D];
    sum += G[at] * held[(s * 2 + Math.floor(o / 3)) * 4 + i] * e[o];
  }
  return sum;
}

function heldEnergy(options: QamaOptions, values: Values): Float64Array {
  const inputs = rowsOf(options, values, X);
  return options.readout === "energy" ? energyFormula(inputs, new Float64Array(D)).eps : keyBias(inputs);
}

function tensorsOf(tensors: Readonly<Record<string, Iterable<number>>>, kind: string): number[] {
  return Object.entries(tensors).flatMap(([name, tensor]) => name.startsWith(kind) ? [...tensor] : []);
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * y[i], 0);
}

for (const readout of ["energy", "selectedSoftmax"] as const) {
  for (const norms of ["separate", "shared"] as const) {
    for (const direction of ["shared", "perHead"] as const) {
      for (const positionalField of [false, true]) {
        const what = `${readout}, ${norms} norms, ${direction} direction, ${
          positionalField ? "with" : "without"
        } positions`;
        for (const estimator of [heldSelection, detachedEnergy]) {
          Deno.test(`qamaBlock() has the gradients of its definition: ${what}, ${estimator.name}`, () => {
            const options: QamaOptions = {
              ...{ name: "test", weights: publishedWeights, solver: givenSelection(x) },
              ...{ readout, norms, direction, positionalField, estimator },
            };
            const values = valuesOf(options);
            const held = estimator === detachedEnergy ? heldEnergy(options, values) : null;
            const loss = () => lossOf(options, values, X, held);
            const value = loss();
            const slope = centralDifferences(loss, X);
            const slopes = Object.fromEntries(
              Object.entries(values).map(([name, list]) => {
                return [name, centralDifferences(loss, list)];
              }),
            );
            for (const kernels of bothKernels()) {
              const bound = bindBlock(kernels, (kernels, shape) => qamaBlock(kernels, shape, options), shape, values);
              const { output, dx, gradients } = runBlock(bound, X, G);
              assertTensorClose([dot(Float64Array.from(output), G)], [value], TOLERANCE);
              assertTensorClose(dx, slope, TOLERANCE);
              // norms together: a shift of all keys alone cancels in a softmax, and leaves the rounding of the others
              for (const kind of ["W", "gain", "shift", "e", "p"]) {
                assertTensorClose(tensorsOf(gradients, kind), tensorsOf(slopes, kind), TOLERANCE);
              }
            }
          });
        }
      }
    }
  }
}

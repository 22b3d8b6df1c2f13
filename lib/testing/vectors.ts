import { gunzipSync } from "node:zlib";
import type { LayerNormWeights } from "./layer_norm_twin.ts";
import type { V1_VECTORS, V1SoftSelectionVector, V1Vector } from "./v1_vectors.ts";

/** A tensor of a golden vector. */
export interface VectorTensor {
  /** Sizes, outermost first. */
  readonly shape: readonly number[];
  /** Entries, row-major. */
  readonly data: Float64Array;
}

/** A layer norm's weights, or their gradients, in a golden vector. */
export type VectorLayerNorm = { readonly [K in keyof LayerNormWeights]: VectorTensor };

/** What every golden vector begins with. */
export interface VectorHeader {
  /** Name of the case, the name of the file. */
  readonly case: string;
  /** Where the definition comes from. */
  readonly source: string;
  /** B batch, N tokens, D model width, H heads, d = D / H. */
  readonly shapes: {
    readonly B: number;
    readonly N: number;
    readonly D: number;
    readonly H: number;
    readonly d: number;
  };
}

/** Selected tokens of a case, and what they cost. */
export interface V2Assignment {
  /** Name that readouts refer to. */
  readonly name: string;
  /** x, `[B, H, N]`. */
  readonly x: VectorTensor;
  /** E(x) from Q, `[B]`. */
  readonly energy: readonly number[];
  /** E(x) from the sums of the definition, `[B]`. */
  readonly energyFormula: readonly number[];
  /** eps, `[B, H, N]`. */
  readonly tokenEnergy: VectorTensor;
}

/** The exact minimum of one problem. */
export interface V2Minimum {
  /** The lowest energy of all assignments. */
  readonly energy: number;
  /** One minimiser. */
  readonly x: readonly number[];
  /** Number of minimisers within 1e-9. */
  readonly count: number;
  /** The next energy level. */
  readonly nextEnergy: number;
  /** Every minimiser, where there are at most 32. */
  readonly all?: readonly (readonly number[])[];
}

/** Output, loss and gradients of one assignment. */
export interface V2Readout {
  /** Name of the assignment. */
  readonly assignment: string;
  /** Output, `[B, N, D]`. */
  readonly output: VectorTensor;
  /** `sum output G`. */
  readonly loss: number;
  /** Gradients of the loss; X where one input feeds all three projections, else XQ, XK and XV. */
  readonly gradients:
    & {
      readonly [K in "Wq" | "Wk" | "Wv" | "e" | "J" | "h"]: VectorTensor;
    }
    & { readonly [K in "X" | "XQ" | "XK" | "XV" | "scores"]?: VectorTensor }
    & {
      readonly [K in "lnQ" | "lnK" | "lnV"]: VectorLayerNorm;
    };
}

/** A golden vector of the published operator, revision 2. */
export interface V2Vector extends VectorHeader {
  /** Weights of the energy terms. */
  readonly coefficients: { readonly cJ: number; readonly ch: number; readonly cP: number; readonly rho: number };
  /** X, or XQ, XK and XV. */
  readonly inputs: { readonly [K in "X" | "XQ" | "XK" | "XV"]?: VectorTensor };
  /** The operator's weights. */
  readonly weights:
    & { readonly [K in "Wq" | "Wk" | "Wv" | "e"]: VectorTensor }
    & {
      readonly [K in "lnQ" | "lnK" | "lnV"]: VectorLayerNorm;
    };
  /** S, `[B, H, N, N]`; left out where it is large. */
  readonly scores?: VectorTensor;
  /** J, `[B, H, N, N]`. */
  readonly J: VectorTensor;
  /** h, `[B, H, N]`. */
  readonly h: VectorTensor;
  /** Q dense symmetric, or where it is large some of its entries `[b, row, column, value]`, its sum and its norm. */
  readonly qubo: {
    readonly linear: VectorTensor;
    readonly Q?: VectorTensor;
    readonly samples?: readonly (readonly [number, number, number, number])[];
    readonly sum?: readonly number[];
    readonly frobenius?: readonly number[];
  };
  /** Named selections. */
  readonly assignments: readonly V2Assignment[];
  /** The exact minimum of each problem, where it could be enumerated. */
  readonly minimum?: readonly V2Minimum[];
  /** What the loss is made with, `[B, N, D]`. */
  readonly G: VectorTensor;
  /** Readouts of some of the assignments. */
  readonly readout: readonly V2Readout[];
}

/** The golden vector of softmax attention. */
export interface SoftmaxVector extends VectorHeader {
  /** The input, `[B, N, D]`. */
  readonly inputs: { readonly X: VectorTensor };
  /** The weights. */
  readonly weights: { readonly Wqkv: VectorTensor; readonly ln: VectorLayerNorm };
  /** Attention, `[B, H, N, N]`. */
  readonly attention: VectorTensor;
  /** Output, `[B, N, D]`. */
  readonly output: VectorTensor;
  /** What the loss is made with, `[B, N, D]`. */
  readonly G: VectorTensor;
  /** `sum output G`. */
  readonly loss: number;
  /** Gradients of the loss. */
  readonly gradients: { readonly X: VectorTensor; readonly Wqkv: VectorTensor; readonly ln: VectorLayerNorm };
}

/** The golden vectors by name. */
export type VectorByName =
  & { readonly [K in typeof V2_VECTORS[number]]: V2Vector }
  & { readonly [K in typeof V1_VECTORS[number]]: V1Vector }
  & { readonly v1_soft_selection: V1SoftSelectionVector; readonly softmax_mha: SoftmaxVector };

/** Every golden vector of the published operator, revision 2. */
export const V2_VECTORS = [
  "v2_tiny",
  "v2_single_head",
  "v2_three_heads",
  "v2_twenty_variables",
  "v2_coefficients",
  "v2_cross_inputs",
  "v2_equal_tokens",
  "v2_zero_input",
  "v2_constant_features",
  "v2_image",
  "v2_text",
] as const;

/**
 * Reads a golden vector from `<name>.json` or `<name>.json.gz`.
 *
 * The folder is `QAMA_VECTORS_DIR`, by default `shared/vectors` beside the repository. Where the folder is absent a line
 * that begins with `skipped:` is printed, so that a test that did nothing says so.
 *
 * @param name name of the case
 * @returns the vector, its tensors in float64, or null where the folder is absent
 * @throws {SyntaxError} if the file is not a vector of that name
 * @throws {Deno.errors.NotFound} if the folder is there and the file is not
 *
 * Cost O(size of the file).
 *
 * @example The smallest case has two heads
 * ```ts
 * import { loadVector } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const vector = loadVector("v2_tiny");
 * assertEquals(vector?.shapes.H ?? 2, 2);
 * ```
 */
export function loadVector<Name extends keyof VectorByName>(name: Name): VectorByName[Name] | null {
  const root = import.meta.dirname === undefined ? Deno.cwd() : `${import.meta.dirname}/../..`;
  const folder = Deno.env.get("QAMA_VECTORS_DIR") ?? `${root}/../shared/vectors`;
  if (!exists(folder)) {
    console.log(`skipped: no golden vector ${name}, set QAMA_VECTORS_DIR to the folder that holds ${name}.json`);
    return null;
  }
  const plain = `${folder}/${name}.json`;
  const text = exists(plain)
    ? Deno.readTextFileSync(plain)
    : new TextDecoder().decode(gunzipSync(Deno.readFileSync(`${plain}.gz`)));
  const vector: VectorByName[Name] = JSON.parse(text, (_key, value) => isTensor(value) ? toFloat64(value) : value);
  if (vector.case !== name) {
    throw new SyntaxError(`Cannot read the golden vector ${name}: the file holds the case ${vector.case}`);
  }
  return vector;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function isTensor(value: unknown): value is { shape: number[]; data: number[] } {
  return typeof value === "object" && value !== null && "shape" in value && "data" in value &&
    Array.isArray(value.data);
}

function toFloat64({ shape, data }: { shape: number[]; data: number[] }): VectorTensor {
  return { shape, data: Float64Array.from(data) };
}

import type { V2Minimum, VectorTensor } from "./vectors.ts";

/** Gain and shift of a batch norm in a golden vector, and its running statistics where the case has them. */
export interface VectorBatchNorm {
  /** Gain, `[H]`. */
  readonly gamma: VectorTensor;
  /** Shift, `[H]`. */
  readonly beta: VectorTensor;
  /** Kept mean, `[H]`. */
  readonly runningMean?: VectorTensor;
  /** Kept variance, `[H]`. */
  readonly runningVar?: VectorTensor;
}

/** Bits of a case, and what they cost. */
export interface V1Assignment {
  /** Name that readouts refer to. */
  readonly name: string;
  /** x, `[B, H, N, q]`. */
  readonly x: VectorTensor;
  /** w, `[B, H, N]`. */
  readonly weight: VectorTensor;
  /** E(x) from Q, `[B]`. */
  readonly energy: readonly number[];
  /** E(x) from the sums of the definition, `[B]`. */
  readonly energyFormula: readonly number[];
  /** eps, `[B, H, N]`. */
  readonly tokenEnergy: VectorTensor;
}

/** Output, loss and gradients of one assignment. */
export interface V1Readout {
  /** Name of the assignment. */
  readonly assignment: string;
  /** z, `[B, H, N, d]`. */
  readonly preNorm: VectorTensor;
  /** Output, `[B, H, N, d]`. */
  readonly output: VectorTensor;
  /** `sum output G`. */
  readonly loss: number;
  /** Gradients of the loss. */
  readonly gradients:
    & { readonly [K in "Q" | "K" | "V" | "J" | "h"]: VectorTensor }
    & { readonly [K in "bnJ" | "bnh" | "bnOut"]: { readonly gamma: VectorTensor; readonly beta: VectorTensor } };
  /** Running statistics after one training step from mean 0 and variance 1. */
  readonly runningAfterOneStep?: {
    readonly [K in "bnJ" | "bnh" | "bnOut"]: { readonly runningMean: VectorTensor; readonly runningVar: VectorTensor };
  };
}

/** A golden vector of revision 1. */
export interface V1Vector {
  /** Name of the case, the name of the file. */
  readonly case: string;
  /** Where the definition comes from. */
  readonly source: string;
  /** B batch, N tokens, H heads, d head width, q bits. */
  readonly shapes: {
    readonly B: number;
    readonly N: number;
    readonly H: number;
    readonly d: number;
    readonly q: number;
  };
  /** Weights of the energy terms, and the two small numbers of the definition. */
  readonly coefficients: {
    readonly cQuadratic: number;
    readonly cLinear: number;
    readonly penalty: number;
    readonly eps: number;
    readonly bnEps: number;
  };
  /** Which statistics the batch norms take. */
  readonly mode: "training" | "inference";
  /** Heads, `[B, H, N, d]`. */
  readonly inputs: { readonly [K in "Q" | "K" | "V"]: VectorTensor };
  /** The batch norms. */
  readonly weights: { readonly [K in "bnJ" | "bnh" | "bnOut"]: VectorBatchNorm };
  /** Divergences before the batch norm, `[B, H, N, N]`. */
  readonly jsdRaw: VectorTensor;
  /** s, `[B, H, N, d]`. */
  readonly entropyTerms: VectorTensor;
  /** Entropies before the batch norm, `[B, H, N]`. */
  readonly entropyRaw: VectorTensor;
  /** J, `[B, H, N, N]`. */
  readonly J: VectorTensor;
  /** h, `[B, H, N]`. */
  readonly h: VectorTensor;
  /** Q dense symmetric. */
  readonly qubo: { readonly order: string; readonly offset: number; readonly Q: VectorTensor };
  /** Named selections. */
  readonly assignments: readonly V1Assignment[];
  /** The exact minimum of each problem, where it could be enumerated. */
  readonly minimum?: readonly V2Minimum[];
  /** What the loss is made with, `[B, H, N, d]`. */
  readonly G: VectorTensor;
  /** Readouts of some of the assignments. */
  readonly readout: readonly V1Readout[];
}

/** The golden vector of bit strings and their weights. */
export interface V1SoftSelectionVector {
  /** Name of the case, the name of the file. */
  readonly case: string;
  /** For each q, the weight of each bit and of each bit string. */
  readonly table: readonly {
    readonly q: number;
    readonly bitWeights: readonly number[];
    readonly rows: readonly { readonly bits: readonly number[]; readonly weight: number }[];
  }[];
}

/** Every golden vector of revision 1 but the table of bit strings. */
export const V1_VECTORS = [
  "v1_tiny",
  "v1_q1",
  "v1_q4",
  "v1_default_three_heads",
  "v1_signed_values",
  "v1_inference",
  "v1_coefficients",
] as const;

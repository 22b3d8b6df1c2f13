import { checkOptionNames } from "../model/mod.ts";
import type { EnergyWeights } from "./types.ts";

// a whole shape or problem may be given
const SIZES = ["tokens", "heads", "width", "samples", "batch"];

/** Sizes and coefficients that decide the published weights. */
export interface PublishedWeightsOptions {
  /** N, tokens a head. */
  readonly tokens: number;
  /** H, heads a problem. */
  readonly heads: number;
  /** Weight of the couplings. @default {1} */
  readonly cJ?: number;
  /** Weight of the fields, a token. @default {0.16} */
  readonly ch?: number;
  /** Weight of the penalty between heads. @default {0.8} */
  readonly cP?: number;
}

/**
 * Computes the energy weights of the published operator.
 *
 * `coupling = cJ`, `field = ch N`, `overlap = (cP / 2) sqrt(2 / pi) N / (H - 1)`, 0 when H = 1; no cardinality term.
 *
 * @param options.tokens N, a positive integer
 * @param options.heads H, a positive integer
 * @throws {RangeError} if `tokens` or `heads` is not a positive integer, or a coefficient is not finite
 *
 * Cost O(1).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example 49 tokens, 8 heads
 * ```ts
 * import { publishedWeights } from "qama/attention";
 * import { assertAlmostEquals } from "@std/assert";
 * const { field, overlap } = publishedWeights({ tokens: 49, heads: 8 });
 * assertAlmostEquals(field, 7.84, 1e-12);
 * assertAlmostEquals(overlap, 2.234076770248023, 1e-12);
 * ```
 */
export function publishedWeights(options: PublishedWeightsOptions): EnergyWeights {
  checkOptionNames("Cannot weigh the energy", options, [...SIZES, "cJ", "ch", "cP"]);
  const { tokens, heads, cJ = 1, ch = 0.16, cP = 0.8 } = options;
  for (const [name, value] of Object.entries({ tokens, heads })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Cannot weigh the energy: ${name} must be a positive integer, got ${value}`);
    }
  }
  checkFinite({ cJ, ch, cP });
  const overlap = heads === 1 ? 0 : cP / 2 * Math.sqrt(2 / Math.PI) * tokens / (heads - 1);
  return { coupling: cJ, field: ch * tokens, overlap };
}

/** Weights of the selected-softmax operator. */
export interface SelectedWeightsOptions {
  /** Number of tokens that each head is drawn to choose. @default {10} */
  readonly k?: number;
  /** Penalty on a token chosen by two heads, an ordered pair of heads. @default {0.3} */
  readonly rho?: number;
  /** Penalty on the squared distance of a head's count from k. @default {1} */
  readonly lambda?: number;
}

/**
 * Computes the energy weights of selected-softmax QAMA.
 *
 * `coupling = 1 / k`, `field = 1`, `overlap = rho`, `cardinality = { k, weight: lambda }`.
 *
 * @throws {RangeError} if k is not a positive integer, or rho or lambda is not finite
 *
 * Cost O(1).
 * Source: a variant of QAMA, arXiv 2504.11083 (2025), revision 2. Differs in: the weights and the cardinality term.
 *
 * @example The couplings weigh as much as one token's mean
 * ```ts
 * import { selectedWeights } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(selectedWeights({ k: 4 }).coupling, 0.25);
 * ```
 */
export function selectedWeights(options: SelectedWeightsOptions = {}): EnergyWeights {
  checkOptionNames("Cannot weigh the energy", options, ["k", "rho", "lambda"]);
  const { k = 10, rho = 0.3, lambda = 1 } = options;
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new RangeError(`Cannot weigh the energy: k must be a positive integer, got ${k}`);
  }
  checkFinite({ rho, lambda });
  return { coupling: 1 / k, field: 1, overlap: rho, cardinality: { k, weight: lambda } };
}

function checkFinite(values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot weigh the energy: ${name} must be a finite number, got ${value}`);
    }
  }
}

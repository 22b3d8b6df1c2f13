import { type Floats, roundUp4 } from "../kernels/mod.ts";
import type { SampleRun } from "./_samples.ts";
import type { SoftEnergyWeights } from "./soft_types.ts";

/** Smallest share of a value. */
const LEAST_SHARE = 1e-6;
/** A field nearer to 0 is divided by as if it were this far, on its side; there the division passes no gradient. */
export const LEAST_FIELD = 1e-6;

/** Sizes of rows [q | k | v] and of what is made of them. */
export interface SoftSizes {
  readonly heads: number;
  readonly width: number;
}

/** Where a run's arrays begin. */
export interface SoftArrays {
  /** v as shares of their sum, clamped, `[S, H, N, d]`. */
  readonly shares: Floats;
  /** `-r log2 r`, `[S, H, N, d]`. */
  readonly terms: Floats;
  /** J, `[S, H, N, N4]`. */
  readonly couplings: Floats;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** w, `[S, H, N]`. */
  readonly weights: Floats;
  /** eps, `[S, H, N]`. */
  readonly energy: Floats;
  /** z, `[S, H, N, d]`. */
  readonly preNorm: Floats;
}

/** Splits rows [q | k | v] into padded heads p and r, shares, entropy terms, and their sums. */
export function splitRows(
  { samples, tokens }: SampleRun,
  { heads, width }: SoftSizes,
  rows: Floats,
  p: Floats,
  r: Floats,
  { shares, terms }: Pick<SoftArrays, "shares" | "terms">,
  entropies: Floats,
): void {
  const D = heads * width, padded = roundUp4(width);
  for (let s = 0, token = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      for (let i = 0; i < tokens; i++, token++) {
        const from = (s * tokens + i) * 3 * D + t * width, to = token * padded, at = token * width;
        let sum = LEAST_SHARE;
        for (let a = 0; a < width; a++) {
          p[to + a] = rows[from + a];
          r[to + a] = rows[from + D + a];
          sum += rows[from + 2 * D + a];
        }
        let entropy = 0;
        for (let a = 0; a < width; a++) {
          const share = Math.min(1, Math.max(LEAST_SHARE, rows[from + 2 * D + a] / sum));
          shares[at + a] = share;
          entropy += terms[at + a] = -share * Math.log2(share);
        }
        entropies[token] = entropy;
      }
    }
  }
}

/** `eps_i = -cQuadratic w_i sum_j J_ij w_j - cLinear h_i w_i`, `z_ia = -eps_i s_ia / h_i`. */
export function readTokens(
  { samples, tokens }: SampleRun,
  { heads, width }: SoftSizes,
  { quadratic, linear }: SoftEnergyWeights,
  { terms, couplings, fields, weights, energy, preNorm }: SoftArrays,
): void {
  const stride = roundUp4(tokens);
  for (let head = 0; head < samples * heads * tokens; head += tokens) {
    for (let token = head; token < head + tokens; token++) {
      const w = weights[token], row = token * stride;
      let pull = 0;
      if (w !== 0) { for (let j = 0; j < tokens; j++) pull += couplings[row + j] * weights[head + j]; }
      energy[token] = -w * (quadratic * pull + linear * fields[token]);
      const scale = -energy[token] / awayFromZero(fields[token]);
      for (let a = token * width; a < (token + 1) * width; a++) preNorm[a] = scale * terms[a];
    }
  }
}

/** From dz: gradients of J (written), of h (written) and of the shares through the terms alone (written over dz). */
export function readTokensBackward(
  { samples, tokens }: SampleRun,
  { heads, width }: SoftSizes,
  { quadratic, linear }: SoftEnergyWeights,
  { terms, fields, weights, energy }: Pick<SoftArrays, "terms" | "fields" | "weights" | "energy">,
  dz: Floats,
  dJ: Floats,
  dh: Floats,
): void {
  const stride = roundUp4(tokens);
  for (let head = 0; head < samples * heads * tokens; head += tokens) {
    for (let token = head; token < head + tokens; token++) {
      const h = awayFromZero(fields[token]), w = weights[token];
      let product = 0;
      for (let a = token * width; a < (token + 1) * width; a++) {
        product += dz[a] * terms[a];
        dz[a] *= -energy[token] / h;
      }
      const slope = -product / h;
      const divided = h === fields[token] ? product * energy[token] / (h * h) : 0;
      dh[token] = divided - linear * slope * w;
      const factor = -quadratic * slope * w;
      for (let j = 0; j < tokens; j++) dJ[token * stride + j] = factor * weights[head + j];
    }
  }
}

/** Gradients of the rows [q | k | v], written whole, from those of the padded heads, the terms and the entropies. */
export function joinRows(
  { samples, tokens }: SampleRun,
  { heads, width }: SoftSizes,
  rows: Floats,
  dp: Floats,
  dr: Floats,
  shares: Floats,
  dterms: Floats,
  dentropies: Floats,
  drows: Floats,
): void {
  const D = heads * width, padded = roundUp4(width);
  for (let s = 0, token = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      for (let i = 0; i < tokens; i++, token++) {
        const row = (s * tokens + i) * 3 * D + t * width, from = token * padded;
        let sum = LEAST_SHARE;
        for (let a = 0; a < width; a++) {
          drows[row + a] = dp[from + a];
          drows[row + D + a] = dr[from + a];
          sum += rows[row + 2 * D + a];
        }
        let common = 0;
        for (let a = 0; a < width; a++) {
          const at = token * width + a, share = rows[row + 2 * D + a] / sum;
          let slope = 0;
          if (share >= LEAST_SHARE && share <= 1) {
            slope = -(Math.log2(shares[at]) + Math.LOG2E) * (dterms[at] + dentropies[token]) / sum;
            common += slope * share;
          }
          drows[row + 2 * D + a] = slope;
        }
        for (let a = 0; a < width; a++) drows[row + 2 * D + a] -= common;
      }
    }
  }
}

/** Adds heads `[S, H, N, d]` to rows `[S, N, D]`. */
export function addHeads({ samples, tokens }: SampleRun, { heads, width }: SoftSizes, from: Floats, y: Floats): void {
  for (let s = 0, at = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      for (let i = 0; i < tokens; i++) {
        const to = ((s * tokens + i) * heads + t) * width;
        for (let a = 0; a < width; a++) y[to + a] += from[at++];
      }
    }
  }
}

/** Copies rows `[S, N, D]` to heads `[S, H, N, d]`. */
export function takeHeads({ samples, tokens }: SampleRun, { heads, width }: SoftSizes, y: Floats, to: Floats): void {
  for (let s = 0, at = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      for (let i = 0; i < tokens; i++) {
        const from = ((s * tokens + i) * heads + t) * width;
        for (let a = 0; a < width; a++) to[at++] = y[from + a];
      }
    }
  }
}

function awayFromZero(h: number): number {
  return Math.abs(h) >= LEAST_FIELD ? h : h < 0 ? -LEAST_FIELD : LEAST_FIELD;
}

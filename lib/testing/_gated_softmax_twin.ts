import type { EnergyWeights } from "../attention/mod.ts";
import { headWidth } from "./_dense_twin.ts";
import { couplingsTwin } from "./energy_twin.ts";
import type { TwinShape } from "./twin_shape.ts";

/** Heads, and what is read of them: in float64, as functions of gates between 0 and 1 and beyond. */
export interface GatedTwinInputs {
  readonly shape: TwinShape;
  /** `[B, H, N, d]`. */
  readonly q: Float64Array;
  readonly k: Float64Array;
  readonly v: Float64Array;
  /** `[B, H, N]`. */
  readonly h: Float64Array;
  /** G, blocks of queries. */
  readonly blocks: number;
  /** Bias of a head's neighbour and which it is; null: the selected softmax, the couplings in its bias. */
  readonly neighbours: { readonly r: ArrayLike<number>; readonly near: (head: number, i: number) => number } | null;
}

/** `[B, N, D]`, gates `[B, H, G, N]`; a query that reads nothing is not defined here. */
export function gatedSoftmaxTwin(inputs: GatedTwinInputs, gates: ArrayLike<number>): Float64Array {
  const { shape, q, k, v, h, blocks: G, neighbours } = inputs, { batch: B, heads: H, tokens: N } = shape;
  const d = headWidth(shape), { scores, J } = couplingsTwin(q, k, shape), y = new Float64Array(B * N * H * d);
  for (let head = 0; head < B * H; head++) {
    for (let i = 0; i < N; i++) {
      const x = (j: number) => gates[(head * G + Math.floor(i * G / N)) * N + j];
      const near = neighbours?.near(head % H, i) ?? -1;
      let n = 0, Z = 0;
      for (let j = 0; j < N; j++) n += x(j);
      const weights = Array.from({ length: N }, (_, j) => {
        let pull = 0;
        if (!neighbours) { for (let m = 0; m < N; m++) pull += J[(head * N + j) * N + m] * x(m) / n; }
        const own = Math.exp(scores[(head * N + i) * N + j] + pull), bias = Math.exp(h[head * N + j]);
        return j === near ? own * Math.exp(neighbours!.r[head % H]) * (1 + x(j) * (bias - 1)) : x(j) * own * bias;
      });
      for (const weight of weights) Z += weight;
      for (let j = 0; j < N; j++) {
        for (let a = 0; a < d; a++) {
          const to = (Math.floor(head / H) * N + i) * H * d + (head % H) * d + a;
          y[to] += weights[j] / Z * v[(head * N + j) * d + a];
        }
      }
    }
  }
  return y;
}

/** What choosing each token saves of the energy that is solved, `[B, H, G, N]`, at x between 0 and 1. */
export function gatedGainsTwin(inputs: GatedTwinInputs, energy: EnergyWeights, x: ArrayLike<number>): Float64Array {
  const { shape, q, k, h, blocks: G } = inputs, { batch: B, heads: H, tokens: N } = shape;
  const { scores, J } = couplingsTwin(q, k, shape), { coupling, field, overlap, cardinality } = energy;
  const gains = new Float64Array(B * H * G * N);
  for (let at = 0; at < gains.length; at++) {
    const own = Math.floor(at / N), head = Math.floor(own / G), j = at % N, g = own % G;
    const queries = Array.from({ length: N }, (_, i) => i).filter((i) => G > 1 && Math.floor(i * G / N) === g);
    let solved = h[head * N + j], others = 0, count = 0;
    for (const i of queries) solved += scores[(head * N + i) * N + j] / queries.length;
    for (let u = 0; u < H * G; u++) {
      const other = Math.floor(own / (H * G)) * H * G + u;
      if (other !== own) others += x[other * N + j];
    }
    for (let m = 0; m < N; m++) if (m !== j) count += x[own * N + m];
    gains[at] = field * solved - 2 * overlap * others;
    for (let m = 0; m < N; m++) gains[at] += 2 * coupling * J[(head * N + j) * N + m] * x[own * N + m];
    if (cardinality) gains[at] -= cardinality.weight * (2 * (count - cardinality.k) + 1);
  }
  return gains;
}

import type { AttentionProblem, ProblemGradient, SelectionTask } from "../attention/mod.ts";

// Derivatives of the energy and of the readout, in the factored form: O(H N d) a problem, no N x N matrix.
// Shapes: q and k [B, H, N, d]; h, x, slopes g [B, H, N]; x between 0 and 1 gives what is linear in every variable its mean.

/** What f is, and of which problems. */
export type ReadoutTask = Pick<SelectionTask, "problem" | "slopes" | "readout">;

/** x, or the means of it. */
type Selected = Uint8Array | Float64Array;

/** f(x) of every problem: what the loss sees of a selection. */
export function readoutValues({ problem, slopes, readout }: ReadoutTask, chosen: Uint8Array): Float64Array {
  const { batch: B, heads: H, tokens: N, width: d, queries, keys, fields } = problem;
  const values = new Float64Array(B);
  if (readout === "linear") {
    for (let at = 0; at < chosen.length; at++) if (chosen[at]) values[Math.floor(at / (H * N))] += slopes[at];
    return values;
  }
  const sumQ = new Float64Array(d), sumK = new Float64Array(d);
  for (let head = 0; head < B * H; head++) {
    sumOver(head * N, N, d, chosen, null, queries, sumQ);
    sumOver(head * N, N, d, chosen, null, keys, sumK);
    let value = 0;
    for (let at = head * N; at < (head + 1) * N; at++) {
      if (!chosen[at]) continue;
      let pull = 0;
      for (let a = at * d, c = 0; c < d; a++, c++) {
        pull += queries[a] * (sumK[c] - keys[a]) + keys[a] * (sumQ[c] - queries[a]);
      }
      value -= slopes[at] * (pull / (2 * Math.sqrt(d)) + fields[at]);
    }
    values[Math.floor(head / H)] += value;
  }
  return values;
}

/**
 * Adds `scale_b dE/dtheta` of every problem: `dE/dq_i = -c / sqrt(d) x_i (S_k - x_i k_i)`, the same with k for q,
 * `dE/dh_i = -field x_i`, with `S_k = sum_j x_j k_j`.
 */
export function addEnergyGradient(
  { batch: B, heads: H, tokens: N, width: d, queries, keys, weights }: AttentionProblem,
  chosen: Uint8Array,
  scale: Float64Array,
  into: ProblemGradient,
): void {
  const sumQ = new Float64Array(d), sumK = new Float64Array(d);
  for (let head = 0; head < B * H; head++) {
    const own = scale[Math.floor(head / H)];
    if (own === 0) continue;
    const pull = -own * weights.coupling / Math.sqrt(d);
    sumOver(head * N, N, d, chosen, null, queries, sumQ);
    sumOver(head * N, N, d, chosen, null, keys, sumK);
    for (let at = head * N; at < (head + 1) * N; at++) {
      if (!chosen[at]) continue;
      into.fields[at] -= own * weights.field;
      for (let a = at * d, c = 0; c < d; a++, c++) {
        into.queries[a] += pull * (sumK[c] - keys[a]);
        into.keys[a] += pull * (sumQ[c] - queries[a]);
      }
    }
  }
}

/**
 * Adds `scale_b df/dtheta` of every problem, x held constant, nothing where f is linear: `df/dq_i = -x_i / (2 sqrt d) (g_i (S_k - x_i k_i) + G_k - g_i x_i k_i)`
 * with `G_k = sum_j g_j x_j k_j`, the same with k for q, `df/dh_i = -g_i x_i`.
 */
export function addReadoutGradient(
  { problem, slopes, readout }: ReadoutTask,
  chosen: Selected,
  scale: Float64Array,
  into: ProblemGradient,
): void {
  if (readout === "linear") return;
  const { batch: B, heads: H, tokens: N, width: d, queries, keys } = problem;
  const sumQ = new Float64Array(d),
    sumK = new Float64Array(d),
    gainQ = new Float64Array(d),
    gainK = new Float64Array(d);
  for (let head = 0; head < B * H; head++) {
    const own = scale[Math.floor(head / H)];
    if (own === 0) continue;
    const half = -own / (2 * Math.sqrt(d));
    sumOver(head * N, N, d, chosen, null, queries, sumQ);
    sumOver(head * N, N, d, chosen, null, keys, sumK);
    sumOver(head * N, N, d, chosen, slopes, queries, gainQ);
    sumOver(head * N, N, d, chosen, slopes, keys, gainK);
    for (let at = head * N; at < (head + 1) * N; at++) {
      const x = chosen[at], g = slopes[at];
      if (!x) continue;
      into.fields[at] -= own * g * x;
      for (let a = at * d, c = 0; c < d; a++, c++) {
        into.queries[a] += half * x * (g * (sumK[c] - x * keys[a]) + gainK[c] - g * x * keys[a]);
        into.keys[a] += half * x * (g * (sumQ[c] - x * queries[a]) + gainQ[c] - g * x * queries[a]);
      }
    }
  }
}

/** What flipping one variable changes, the others held: of the energy, and of the readout; `[B, H, N]`, whatever x is there. */
export interface Flips {
  /** u_i, the energy that choosing token i saves. */
  readonly saved: Float64Array;
  /** s_i = df/dx_i, what choosing it adds to f. */
  readonly added: Float64Array;
}

/**
 * `u_i = 2 c (J x)_i + field h_i - 2 overlap (c_i - x_i) - lambda (2 (n - x_i - k) + 1)` and
 * `s_i = -g_i ((J x)_i + h_i) - (J g x)_i`, or g_i where f is linear; J has no diagonal, so that neither depends on x_i.
 */
export function flipsOf({ problem, slopes, readout }: ReadoutTask, chosen: Selected): Flips {
  const { batch: B, heads: H, tokens: N, width: d, queries, keys, fields, weights } = problem;
  const { coupling, field, overlap } = weights, linear = readout === "linear";
  const { k, weight: lambda } = weights.cardinality ?? { k: 0, weight: 0 };
  const saved = new Float64Array(B * H * N), added = new Float64Array(B * H * N);
  const sumQ = new Float64Array(d),
    sumK = new Float64Array(d),
    gainQ = new Float64Array(d),
    gainK = new Float64Array(d);
  const heads = new Float64Array(B * N);
  for (let at = 0; at < chosen.length; at++) heads[Math.floor(at / (H * N)) * N + at % N] += chosen[at];
  for (let head = 0; head < B * H; head++) {
    sumOver(head * N, N, d, chosen, null, queries, sumQ);
    sumOver(head * N, N, d, chosen, null, keys, sumK);
    if (!linear) {
      sumOver(head * N, N, d, chosen, slopes, queries, gainQ);
      sumOver(head * N, N, d, chosen, slopes, keys, gainK);
    }
    let count = 0;
    for (let at = head * N; at < (head + 1) * N; at++) count += chosen[at];
    for (let i = 0; i < N; i++) {
      const at = head * N + i, x = chosen[at], g = slopes[at];
      let pull = 0, gain = 0;
      for (let a = at * d, c = 0; c < d; a++, c++) {
        pull += queries[a] * (sumK[c] - x * keys[a]) + keys[a] * (sumQ[c] - x * queries[a]);
        if (linear) continue;
        gain += queries[a] * (gainK[c] - x * g * keys[a]) + keys[a] * (gainQ[c] - x * g * queries[a]);
      }
      pull /= 2 * Math.sqrt(d);
      gain /= 2 * Math.sqrt(d);
      const others = heads[Math.floor(head / H) * N + i] - x;
      saved[at] = 2 * coupling * pull + field * fields[at] - 2 * overlap * others - lambda * (2 * (count - x - k) + 1);
      added[at] = linear ? g : -g * (pull + fields[at]) - gain;
    }
  }
  return { saved, added };
}

/** Adds `sum_i a_i du_i/dtheta`, u of {@link flipsOf}, x held constant. */
export function addSavedGradient(
  { batch: B, heads: H, tokens: N, width: d, queries, keys, weights }: AttentionProblem,
  chosen: Selected,
  a: Float64Array,
  into: ProblemGradient,
): void {
  const pull = weights.coupling / Math.sqrt(d);
  const sumQ = new Float64Array(d), sumK = new Float64Array(d), allQ = new Float64Array(d), allK = new Float64Array(d);
  for (let head = 0; head < B * H; head++) {
    sumOver(head * N, N, d, chosen, null, queries, sumQ);
    sumOver(head * N, N, d, chosen, null, keys, sumK);
    allQ.fill(0);
    allK.fill(0);
    for (let at = head * N; at < (head + 1) * N; at++) {
      for (let e = at * d, c = 0; c < d; e++, c++) {
        allQ[c] += a[at] * queries[e];
        allK[c] += a[at] * keys[e];
      }
    }
    for (let at = head * N; at < (head + 1) * N; at++) {
      const x = chosen[at], own = a[at];
      into.fields[at] += own * weights.field;
      for (let e = at * d, c = 0; c < d; e++, c++) {
        into.queries[e] += pull * (own * (sumK[c] - x * keys[e]) + x * (allK[c] - own * keys[e]));
        into.keys[e] += pull * (own * (sumQ[c] - x * queries[e]) + x * (allQ[c] - own * queries[e]));
      }
    }
  }
}

/** sum_j w_j x_j v_j over the tokens of one head. */
function sumOver(
  from: number,
  N: number,
  d: number,
  chosen: Selected,
  w: Float64Array | null,
  vectors: Float32Array,
  sum: Float64Array,
): void {
  sum.fill(0);
  for (let at = from; at < from + N; at++) {
    const x = chosen[at];
    if (!x) continue;
    const own = w === null ? x : x * w[at];
    for (let a = at * d, c = 0; c < d; a++, c++) sum[c] += own * vectors[a];
  }
}

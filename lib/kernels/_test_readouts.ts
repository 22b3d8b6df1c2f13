import type { HeadShape, RowLayout } from "./heads.ts";

/** What a readout is a function of, in float64. */
export interface ReadoutInputs {
  readonly shape: HeadShape;
  readonly layout: RowLayout;
  /** Projected rows, `[S, N, stride]`. */
  readonly rows: Float64Array;
  /** `[H, N]`, or null. */
  readonly positional: Float64Array | null;
  /** x, `[S, H, N]`. */
  readonly chosen: Uint8Array;
}

/** Visits every head of every sample and its rows. */
function forEachHead(
  { shape, layout, rows, positional, chosen }: ReadoutInputs,
  visit: (
    head: number,
    out: (i: number, a: number) => number,
    read: { q: Reader; k: Reader; v: Reader; h: (i: number) => number; x: (i: number) => number },
  ) => void,
): void {
  const { samples, heads, tokens: N, width: d } = shape;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const head = s * heads + t;
      const part = (column: number) => (i: number, a: number) => rows[(s * N + i) * layout.stride + column + t * d + a];
      const h = (i: number) => rows[(s * N + i) * layout.stride + layout.fields + t] + (positional?.[t * N + i] ?? 0);
      const read = {
        q: part(0),
        k: part(layout.keys),
        v: part(layout.values),
        h,
        x: (i: number) => chosen[head * N + i],
      };
      visit(head, (i, a) => (s * N + i) * heads * d + t * d + a, read);
    }
  }
}

type Reader = (i: number, a: number) => number;

function score(q: Reader, k: Reader, i: number, j: number, d: number): number {
  let sum = 0;
  for (let a = 0; a < d; a++) sum += q(i, a) * k(j, a);
  return sum / Math.sqrt(d);
}

// sum_j J_ij x_j, from the definition: J = (S + S') / 2 with zero diagonal
function pull(q: Reader, k: Reader, x: (i: number) => number, i: number, { tokens: N, width: d }: HeadShape): number {
  let sum = 0;
  for (let j = 0; j < N; j++) if (j !== i && x(j)) sum += (score(q, k, i, j, d) + score(q, k, j, i, d)) / 2;
  return sum;
}

/** eps `[S, H, N]` and output `[S, N, D]` of the energy readout; e `[H, d]`. */
export function energyFormula(inputs: ReadoutInputs, e: Float64Array): { eps: Float64Array; y: Float64Array } {
  const { samples, heads, tokens: N, width: d } = inputs.shape;
  const eps = new Float64Array(samples * heads * N);
  const y = new Float64Array(eps.length * d);
  forEachHead(inputs, (head, out, { q, k, h, x }) => {
    for (let i = 0; i < N; i++) {
      if (x(i) === 0) continue;
      eps[head * N + i] = -(pull(q, k, x, i, inputs.shape) + h(i));
      for (let a = 0; a < d; a++) y[out(i, a)] = eps[head * N + i] * e[head % heads * d + a];
    }
  });
  return { eps, y };
}

/** f `[S, H, N]` of the chosen tokens: `(J x)_j / n + h_j`. */
export function keyBias(inputs: ReadoutInputs): Float64Array {
  const { samples, heads, tokens: N } = inputs.shape;
  const f = new Float64Array(samples * heads * N);
  forEachHead(inputs, (head, _out, { q, k, h, x }) => {
    const n = inputs.chosen.subarray(head * N, (head + 1) * N).reduce((sum, value) => sum + value, 0);
    for (let j = 0; j < N; j++) if (x(j)) f[head * N + j] = pull(q, k, x, j, inputs.shape) / n + h(j);
  });
  return f;
}

/** Output `[S, N, D]` of a softmax over the chosen keys with bias f. */
export function selectedFormula(inputs: ReadoutInputs, f: Float64Array): Float64Array {
  const { tokens: N, width: d } = inputs.shape;
  const y = new Float64Array(f.length * d);
  forEachHead(inputs, (head, out, { q, k, v, x }) => {
    for (let i = 0; i < N; i++) {
      const logits = Float64Array.from(
        { length: N },
        (_, j) => x(j) ? score(q, k, i, j, d) + f[head * N + j] : -Infinity,
      );
      const top = Math.max(...logits);
      if (top === -Infinity) continue;
      const powers = logits.map((value) => Math.exp(value - top));
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let j = 0; j < N; j++) for (let a = 0; a < d; a++) y[out(i, a)] += powers[j] / total * v(j, a);
    }
  });
  return y;
}

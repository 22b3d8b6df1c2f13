import type { HeadsShape, TwinShape } from "./twin_shape.ts";

/** Head width d = D / H. */
export function headWidth({ modelWidth, heads }: TwinShape): number {
  if (modelWidth % heads !== 0) {
    throw new TypeError(`Cannot split ${modelWidth} features into ${heads} heads: expected a multiple of ${heads}`);
  }
  return modelWidth / heads;
}

/** Throws unless `values` has `length` entries. */
export function checkLength(name: string, values: { readonly length: number }, length: number): void {
  if (values.length !== length) {
    throw new TypeError(`Expected ${length} entries in ${name}, got ${values.length}`);
  }
}

/** y = x W', with x `[rows, inputs]` and W `[outputs, inputs]`; y is `[rows, outputs]`. */
export function projectTwin(x: Float64Array, W: Float64Array, inputs: number): Float64Array {
  const rows = x.length / inputs;
  const outputs = W.length / inputs;
  const y = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outputs; o++) {
      for (let a = 0; a < inputs; a++) y[r * outputs + o] += x[r * inputs + a] * W[o * inputs + a];
    }
  }
  return y;
}

/** Gradients of {@link projectTwin}: dx = dy W, dW = dy' x. */
export function projectBackwardTwin(
  x: Float64Array,
  W: Float64Array,
  inputs: number,
  dy: Float64Array,
): { x: Float64Array; W: Float64Array } {
  const rows = x.length / inputs;
  const outputs = W.length / inputs;
  const dx = new Float64Array(x.length);
  const dW = new Float64Array(W.length);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outputs; o++) {
      for (let a = 0; a < inputs; a++) {
        dx[r * inputs + a] += dy[r * outputs + o] * W[o * inputs + a];
        dW[o * inputs + a] += dy[r * outputs + o] * x[r * inputs + a];
      }
    }
  }
  return { x: dx, W: dW };
}

/** Splits y `[B, N, columns]`, columns `start ..< start + D`, into heads `[B, H, N, d]`. */
export function splitHeads(y: Float64Array, shape: TwinShape, columns: number, start: number): Float64Array {
  const heads = new Float64Array(shape.batch * shape.tokens * shape.modelWidth);
  eachHeadEntry(shape, (b, i, feature, at) => {
    heads[at] = y[(b * shape.tokens + i) * columns + start + feature];
  });
  return heads;
}

/** Writes heads `[B, H, N, d]` into columns `start ..< start + D` of y `[B, N, columns]`. */
export function joinHeads(
  heads: Float64Array,
  shape: TwinShape,
  columns: number,
  start: number,
  y: Float64Array,
): Float64Array {
  eachHeadEntry(shape, (b, i, feature, at) => {
    y[(b * shape.tokens + i) * columns + start + feature] = heads[at];
  });
  return y;
}

// visits [B, H, N, d] in order; feature = t d + a is the place in the model's D features
function eachHeadEntry(
  shape: TwinShape,
  visit: (b: number, i: number, feature: number, at: number) => void,
): void {
  const d = headWidth(shape);
  let at = 0;
  for (let b = 0; b < shape.batch; b++) {
    for (let t = 0; t < shape.heads; t++) {
      for (let i = 0; i < shape.tokens; i++) {
        for (let a = 0; a < d; a++) visit(b, i, t * d + a, at++);
      }
    }
  }
}

/** a + b, entry by entry. */
export function add(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]);
}

/** sum_i a_i b_i. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Visits [B, H, N] in order; `token` is the flat index. */
export function eachToken(
  shape: HeadsShape,
  visit: (b: number, t: number, i: number, token: number) => void,
): void {
  let token = 0;
  for (let b = 0; b < shape.batch; b++) {
    for (let t = 0; t < shape.heads; t++) {
      for (let i = 0; i < shape.tokens; i++) visit(b, t, i, token++);
    }
  }
}

/** dS = (dJ + dJ') / 2 with zero diagonal, each matrix of `[.., N, N]` for itself. */
export function symmetrise(dJ: Float64Array, N: number): Float64Array {
  const dS = new Float64Array(dJ.length);
  for (let matrix = 0; matrix < dJ.length; matrix += N * N) {
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        if (i !== j) dS[matrix + i * N + j] = (dJ[matrix + i * N + j] + dJ[matrix + j * N + i]) / 2;
      }
    }
  }
  return dS;
}

/** dq = dS k / sqrt(d) and dk = dS' q / sqrt(d), head by head. */
export function scoresBackward(
  dS: Float64Array,
  q: Float64Array,
  k: Float64Array,
  N: number,
  d: number,
): { dq: Float64Array; dk: Float64Array } {
  const dq = new Float64Array(q.length);
  const dk = new Float64Array(k.length);
  for (let head = 0; head < q.length / d; head += N) {
    for (let i = head; i < head + N; i++) {
      for (let j = head; j < head + N; j++) {
        const gradient = dS[i * N + j - head] / Math.sqrt(d);
        for (let a = 0; a < d; a++) {
          dq[i * d + a] += gradient * k[j * d + a];
          dk[j * d + a] += gradient * q[i * d + a];
        }
      }
    }
  }
  return { dq, dk };
}

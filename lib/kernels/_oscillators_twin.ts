// The TypeScript twins of assembly/oscillators: the same operations in the same order, rounded to float32 one by one.
import { logTail32, product32, tanh32 } from "./_float32.ts";
import type { Bytes, Doubles, Floats, Words } from "./arena.ts";
import { OSCILLATOR_LANES as LANES, type Signs } from "./oscillators.ts";

const f = Math.fround;

export function denseProduct(n: number, from: number, to: number, J: Floats, X: Floats, F: Floats): void {
  for (let i = from; i < to; i++) {
    for (let l = 0; l < LANES; l++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum = f(sum + product32(J[i * n + j], X[j * LANES + l]));
      F[i * LANES + l] = sum;
    }
  }
}

export function denseSignProduct(pairs: number, from: number, to: number, J: Signs, S: Signs, F: Floats): void {
  for (let i = from; i < to; i++) {
    for (let l = 0; l < LANES; l++) {
      let sum = 0;
      for (let j = 0; j < 2 * pairs; j++) sum += J[i * 2 * pairs + j] * S[(j >> 1) * 2 * LANES + 2 * l + (j & 1)];
      F[i * LANES + l] = sum;
    }
  }
}

export function sparseProduct(
  from: number,
  to: number,
  rowPtr: Words,
  columns: Words,
  values: Floats,
  X: Floats,
  F: Floats,
): void {
  for (let i = from; i < to; i++) {
    for (let l = 0; l < LANES; l++) {
      let sum = 0;
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum = f(sum + product32(values[k], X[columns[k] * LANES + l]));
      F[i * LANES + l] = sum;
    }
  }
}

export function sparseSignProduct(
  from: number,
  to: number,
  rowPtr: Words,
  columns: Words,
  values: Signs,
  S: Signs,
  F: Floats,
): void {
  for (let i = from; i < to; i++) {
    for (let l = 0; l < LANES; l++) {
      let sum = 0;
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += values[k] * S[columns[k] * LANES + l];
      F[i * LANES + l] = sum;
    }
  }
}

const bitAt = (words: Words, word: number, i: number) =>
  (words[2 * word + ((i & 32) === 0 ? 1 : 0)] >>> (31 - (i & 31))) & 1;

export function signBits(n: number, X: Floats, S: Words): void {
  S.fill(0, 0, Math.ceil(n / 64) * 2 * LANES);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < LANES; l++) {
      const word = 2 * ((i >> 6) * LANES + l) + ((i & 32) === 0 ? 1 : 0);
      if (!(X[i * LANES + l] < 0)) S[word] |= 1 << (31 - (i & 31));
    }
  }
}

export function bitProduct(
  n: number,
  from: number,
  to: number,
  J: Words,
  base: Floats,
  step: number,
  common: number,
  X: Floats,
  S: Words,
  M: Floats,
  F: Floats,
): void {
  const words = Math.ceil(n / 64);
  for (let l = 0; l < LANES; l++) {
    M[l] = -n;
    for (let j = 0; j < n; j++) M[l] += 2 * bitAt(S, (j >> 6) * LANES + l, j);
    for (let i = from; i < to; i++) {
      let count = 0;
      for (let j = 0; j < n; j++) count += bitAt(J, i * words + (j >> 6), j) & bitAt(S, (j >> 6) * LANES + l, j);
      const shared = product32(f(common), f(M[l] - spin(X[i * LANES + l])));
      F[i * LANES + l] = f(f(product32(f(step), count) + base[i]) + shared);
    }
  }
}

const spin = (x: number) => x < 0 ? -1 : 1;

export function signs(from: number, to: number, X: Floats, S: Floats): void {
  for (let k = from * LANES; k < to * LANES; k++) S[k] = spin(X[k]);
}

export function signWords(from: number, to: number, X: Floats, S: Signs): void {
  for (let k = from * LANES; k < to * LANES; k++) S[k] = spin(X[k]);
}

export function signPairs(from: number, to: number, X: Floats, S: Signs): void {
  for (let i = from; i < to + (to & 1); i++) {
    for (let l = 0; l < LANES; l++) {
      S[(i >> 1) * 2 * LANES + 2 * l + (i & 1)] = i < to ? spin(X[i * LANES + l]) : 0;
    }
  }
}

export function measure(from: number, to: number, X: Floats, F: Floats, h2: Floats, E: Doubles): void {
  for (let i = from; i < to; i++) {
    for (let l = 0; l < LANES; l++) E[l] += spin(X[i * LANES + l]) * f(F[i * LANES + l] + h2[i]);
  }
}

export function keep(from: number, to: number, X: Floats, mask: Bytes, best: Bytes): void {
  for (let k = from * LANES; k < to * LANES; k++) if (mask[k % LANES] !== 0) best[k] = spin(X[k]) & 255;
}

// the root of -2 ln u, u = (the 24 upper bits + 1) / 2^24
function radius(bits: number): number {
  const u = ((bits >>> 8) + 1) / 2 ** 24;
  let e = Math.floor(Math.log2(u));
  let m = u / 2 ** e;
  if (m > f(1.41421354)) {
    m /= 2;
    e++;
  }
  const t = f(m - 1);
  const z = f(t * t);
  let p = product32(product32(logTail32(t), t), z);
  p = f(p - product32(z, 0.5));
  const log = f(product32(e, f(0.69314718)) + f(p + t));
  return f(Math.sqrt(product32(log, -2)));
}

const SINE = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1];
const COSINE = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1];

const horner = (coefficients: number[], x: number) =>
  coefficients.slice(1).reduce((p, c) => f(product32(p, x) + f(c)), f(coefficients[0]));

export function normals(from: number, to: number, states: Words, out: Floats): void {
  for (let l = 0; l < LANES; l++) {
    const draw = () => {
      const [s0, s1, s2, s3] = [0, 1, 2, 3].map((w) => states[w * LANES + l]);
      const five = Math.imul(s1, 5);
      const result = Math.imul((five << 7) | (five >>> 25), 9);
      const [t2, t3] = [s2 ^ s0, s3 ^ s1];
      states[LANES + l] = s1 ^ t2;
      states[l] = s0 ^ t3;
      states[2 * LANES + l] = t2 ^ (s1 << 9);
      states[3 * LANES + l] = (t3 << 11) | (t3 >>> 21);
      return result;
    };
    for (let i = from; i < to; i += 2) {
      const r = radius(draw());
      const angle = draw();
      const quadrant = (angle + 0x20000000 | 0) >> 30;
      const left = product32(f(angle - (quadrant << 30) | 0), f(1.46291807926715969e-9));
      const z = product32(left, left);
      const sine = f(product32(product32(horner(SINE, z), z), left) + left);
      const cosine = horner(COSINE, z);
      const [c, s] = quadrant & 1 ? [sine, cosine] : [cosine, sine];
      out[i * LANES + l] = product32(r, (quadrant + 1) & 2 ? -c : c);
      if (i + 1 < to) out[(i + 1) * LANES + l] = product32(r, quadrant & 2 ? -s : s);
    }
  }
}

export function addNoise(from: number, to: number, X: Floats, N: Floats, size: number, out: Floats): void {
  for (let k = from * LANES; k < to * LANES; k++) out[k] = f(X[k] + product32(f(size), N[k]));
}

export function amplitudes(from: number, to: number, X: Floats, sums: Floats): void {
  for (let k = from * LANES; k < to * LANES; k++) sums[k % LANES] = f(sums[k % LANES] + Math.abs(X[k]));
}

// F + h A of row i in lane l
function field(F: Floats, h: Floats, A: Floats, k: number): number {
  return f(F[k] + product32(h[Math.floor(k / LANES)], A[k % LANES]));
}

// gain x - cubic x^3
function own(x: number, gain: number, cubic: number): number {
  return product32(x, f(f(gain) - product32(f(cubic), product32(x, x))));
}

export function bifurcate(
  from: number,
  to: number,
  X: Floats,
  Y: Floats,
  F: Floats,
  h: Floats,
  A: Floats,
  heat: number,
  pull: number,
  cubic: number,
  push: number,
  drift: number,
  wall: number,
): void {
  for (let k = from * LANES; k < to * LANES; k++) {
    const spring = product32(X[k], f(f(pull) + product32(f(cubic), product32(X[k], X[k]))));
    const y = f(f(Y[k] - spring) - product32(f(push), field(F, h, A, k)));
    const x = f(X[k] + product32(f(drift), y));
    const inside = Math.abs(x) <= f(wall);
    X[k] = inside ? x : x < 0 ? -wall : wall;
    Y[k] = f((inside ? y : 0) + product32(f(heat), Y[k]));
  }
}

export function feed(
  from: number,
  to: number,
  X: Floats,
  F: Floats,
  h: Floats,
  A: Floats,
  N: Floats,
  gain: number,
  cubic: number,
  push: number,
  size: number,
  wall: number,
): void {
  for (let k = from * LANES; k < to * LANES; k++) {
    const moved = f(f(X[k] + own(X[k], gain, cubic)) - product32(f(push), field(F, h, A, k)));
    X[k] = Math.max(-wall, Math.min(wall, f(moved + product32(f(size), N[k]))));
  }
}

export function relax(
  from: number,
  to: number,
  X: Floats,
  F: Floats,
  h: Floats,
  A: Floats,
  N: Floats,
  inverse: Floats,
  share: number,
  beta: number,
  size: number,
): void {
  for (let k = from * LANES; k < to * LANES; k++) {
    const scale = product32(f(beta), inverse[Math.floor(k / LANES)]);
    const mean = f(product32(scale, field(F, h, A, k)) + product32(f(size), N[k]));
    X[k] = f(X[k] - product32(f(share), f(tanh32(mean) + X[k])));
  }
}

export function control(
  from: number,
  to: number,
  X: Floats,
  E: Floats,
  F: Floats,
  h: Floats,
  A: Floats,
  rate: Floats,
  target: Floats,
  gain: number,
  cubic: number,
  push: number,
  top: number,
  fed: boolean,
  weight: number,
): void {
  for (let k = from * LANES; k < to * LANES; k++) {
    const [x, e, l] = [X[k], E[k], k % LANES];
    const z = product32(e, field(F, h, A, k));
    X[k] = f(f(x + own(x, gain, cubic)) - product32(f(push), z));
    const square = fed ? product32(f(weight), product32(z, z)) : product32(x, x);
    const next = f(e + product32(product32(rate[l], f(target[l] - square)), e));
    E[k] = Math.max(0, Math.min(top, next));
  }
}

export function separate(
  from: number,
  to: number,
  X: Floats,
  E: Floats,
  F: Floats,
  h: Floats,
  A: Floats,
  gain: number,
  cubic: number,
  push: number,
  scale: number,
  steep: number,
  lean: number,
  rate: number,
): void {
  for (let k = from * LANES; k < to * LANES; k++) {
    const [x, e] = [X[k], E[k]];
    const z = product32(f(scale), field(F, h, A, k));
    const gap = f(z - e);
    const fed = f(product32(f(push), tanh32(product32(f(steep), z))) + product32(f(lean), gap));
    X[k] = f(f(x + own(x, gain, cubic)) - fed);
    E[k] = f(e + product32(f(rate), gap));
  }
}

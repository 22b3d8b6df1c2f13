// float32 arithmetic of the vector kernels, one number at a time.
const f = Math.fround;
const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

const EXPONENTIAL = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];

/** The product of two float32, rounded. */
export function product32(a: number, b: number): number {
  return f(a * b);
}

/** exp as `exp4` of assembly/vector.ts computes it. */
export function exp32(given: number): number {
  const x = Math.min(88, Math.max(-87, given));
  const shifted = f(product32(x, f(1.44269504088896341)) + 12582912);
  const n = f(shifted - 12582912);
  let r = f(x - product32(n, f(0.693359375)));
  r = f(r + product32(n, f(2.12194440e-4)));
  let p = f(1.9875691500e-4);
  for (const c of EXPONENTIAL) p = f(product32(p, r) + f(c));
  p = f(product32(p, product32(r, r)) + f(r + 1));
  floats[0] = shifted;
  words[0] = (words[0] + 127) << 23;
  return product32(p, floats[0]);
}

const LOGARITHM = [
  ...[7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1],
  ...[-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
];

/** What ln(1 + t) has beyond `t - t^2 / 2`, over t^3. */
export function logTail32(t: number): number {
  return LOGARITHM.reduce((p, c) => f(product32(p, t) + f(c)), 0);
}

/** ln as `log4` of assembly/vector.ts computes it. */
export function log32(x: number): number {
  floats[0] = x;
  const shifted = (words[0] - 0x3f3504f3) | 0, e = shifted >> 23;
  words[0] = ((shifted & 0x007fffff) + 0x3f3504f3) | 0;
  const m = f(floats[0] - 1), z = product32(m, m);
  let p = product32(logTail32(m), product32(m, z));
  p = f(p + product32(e, f(-2.12194440e-4)));
  p = f(p - product32(z, 0.5));
  return f(f(m + p) + product32(e, f(0.693359375)));
}

/** tanh as `tanh4` of assembly/oscillators/lanes.ts computes it. */
export function tanh32(z: number): number {
  const e = exp32(f(z + z));
  return f(f(e - 1) / f(e + 1));
}

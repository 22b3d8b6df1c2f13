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

/** tanh as `tanh4` of assembly/oscillators/lanes.ts computes it. */
export function tanh32(z: number): number {
  const e = exp32(f(z + z));
  return f(f(e - 1) / f(e + 1));
}

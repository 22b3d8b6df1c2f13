import type { Rng } from "../random/mod.ts";

/** Draws from Beta(a, b), a, b >= 1/2: the share of one gamma variable in the sum of two. */
export function betaDraw(rng: Rng, a: number, b: number): number {
  const x = gammaDraw(rng, a);
  const y = gammaDraw(rng, b);
  return x / (x + y);
}

/**
 * Draws from Gamma(shape) of scale 1; a shape below 1 is drawn one higher and multiplied by `u^(1 / shape)`.
 *
 * Source: Marsaglia and Tsang, A simple method for generating gamma variables (2000), DOI 10.1145/358407.358414.
 */
function gammaDraw(rng: Rng, shape: number): number {
  if (shape < 1) return gammaDraw(rng, shape + 1) * (1 - rng.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = rng.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

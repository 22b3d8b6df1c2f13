import type { Rng } from "../random/mod.ts";

const SERIES_UP_TO = 2.5;
const FRACTION_TERMS = 60;
const FAR = 0.5;

/** The density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * E[Z | Z > z] of a standard normal Z, the inverse ratio of Mills: the density over the tail.
 *
 * Source: the tail by its power series (DLMF 7.6.2) near zero, by Laplace's continued fraction (DLMF 7.9.1) far above it.
 */
export function meanAbove(z: number): number {
  if (z > SERIES_UP_TO) {
    let fraction = 0;
    for (let k = FRACTION_TERMS; k >= 1; k--) fraction = k / (z + fraction);
    return z + fraction;
  }
  // far below there is no tail to be missed: the mean is all but zero
  if (z < -8) return normalDensity(z);
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= z * z / (2 * k + 1);
    sum += term;
  }
  return normalDensity(z) / (0.5 - normalDensity(z) * sum);
}

/** The distribution function of the standard normal distribution. */
export function normalAtMost(z: number): number {
  const tail = normalDensity(z) / meanAbove(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

/** The z with `normalAtMost(z) = share`, to 1e-12, between -8 and 8. */
export function normalQuantile(share: number): number {
  let low = -8;
  let high = 8;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalAtMost(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Draws from the standard normal distribution above z: plainly where much of it lies there, else by rejection from an exponential.
 *
 * Source: Robert, Simulation of truncated normal variables (1995), DOI 10.1007/BF00143942.
 */
export function normalAbove(rng: Rng, z: number): number {
  if (z < FAR) {
    for (;;) {
      const draw = rng.normal();
      if (draw > z) return draw;
    }
  }
  const rate = (z + Math.sqrt(z * z + 4)) / 2;
  for (;;) {
    const draw = z - Math.log(1 - rng.uniform()) / rate;
    if (1 - rng.uniform() <= Math.exp(-((draw - rate) ** 2) / 2)) return draw;
  }
}

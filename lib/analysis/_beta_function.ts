const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];
const TINY = 1e-300;
const MAX_TERMS = 10_000;

/**
 * ln Gamma(x) for x >= 1/2, to about 15 digits.
 *
 * Source: C. Lanczos, A precision approximation of the gamma function (1964), DOI 10.1137/0701008; coefficients for g = 7 as
 * in wide use.
 */
export function logGamma(x: number): number {
  let sum = LANCZOS[0];
  for (let k = 1; k < LANCZOS.length; k++) sum += LANCZOS[k] / (x - 1 + k);
  const t = x - 0.5 + LANCZOS_G;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * I_x(a, b), the distribution function of Beta(a, b), for a, b >= 1/2.
 *
 * Source: continued fraction DLMF 8.17.22, evaluated by the modified method of Lentz.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  // the fraction converges fast on this side of the mean only
  if (x < (a + 1) / (a + b + 2)) return Math.exp(logFront) / (a * fraction(x, a, b));
  return 1 - Math.exp(logFront) / (b * fraction(1 - x, b, a));
}

function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let term = 1; term < MAX_TERMS; term++) {
    const m = term >> 1;
    const numerator = term % 2 === 0
      ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + numerator * d);
    c = away(1 + numerator / c);
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return value;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** The x with I_x(a, b) = share: bisection down to neighbouring numbers, for a, b >= 1/2. */
export function betaQuantile(share: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (incompleteBeta(middle, a, b) < share) low = middle;
    else high = middle;
  }
}

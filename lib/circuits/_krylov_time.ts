/** Terms of the series of an exponential over a part of a step, where |T| h is at most a half: the rest is below 1e-19. */
const TERMS = 14;
/** Parts of a step at most, so that the search for one that is short enough ends. */
const HALVINGS = 60;

/** How far a Krylov space carries. */
export interface KrylovTime {
  /** Time that was gone. */
  readonly gone: number;
  /** `exp(-i gone T) e_1`, `[m, 2]`. */
  readonly u: Float64Array;
  /** Bound on the error that the space has made. */
  readonly error: number;
}

/**
 * Follows `u(s) = exp(-i s T) e_1` in a Krylov space, T real and tridiagonal, for as long as the bound on the error
 * `beta_m integral |u_m(s)| ds` stays below `rate` times the time gone; `sign` is the direction of time.
 */
export function krylovTime(
  alpha: Float64Array,
  beta: Float64Array,
  m: number,
  left: number,
  sign: number,
  rate: number,
): KrylovTime {
  let norm = 0;
  for (let j = 0; j < m; j++) {
    norm = Math.max(norm, Math.abs(alpha[j]) + (j > 0 ? beta[j - 1] : 0) + (j + 1 < m ? beta[j] : 0));
  }
  const outside = beta[m - 1];
  let u: Float64Array = new Float64Array(2 * m);
  u[0] = 1;
  let [gone, error, last] = [0, 0, m === 1 ? 1 : 0];
  let h = norm > 0 ? Math.min(left, 0.5 / norm) : left;
  for (let halvings = 0; gone < left && halvings < HALVINGS;) {
    const step = Math.min(h, left - gone);
    const next = advance(alpha, beta, m, u, sign * step);
    const size = Math.hypot(next[2 * m - 2], next[2 * m - 1]);
    const grown = error + outside * Math.max(size, last) * step;
    if (grown > rate * (gone + step)) {
      // what was reached will do, or the very first part was too long
      if (gone > 0) break;
      h /= 2;
      halvings++;
      continue;
    }
    [u, error, last] = [next, grown, size];
    gone = step === left - gone ? left : gone + step;
  }
  return { gone, u, error };
}

/** `exp(-i t T) u` by its series. */
function advance(alpha: Float64Array, beta: Float64Array, m: number, u: Float64Array, t: number): Float64Array {
  const sum = u.slice();
  let term = u;
  for (let k = 1; k <= TERMS; k++) {
    const next = new Float64Array(2 * m);
    for (let j = 0; j < m; j++) {
      for (const lane of [0, 1]) {
        let value = alpha[j] * term[2 * j + lane];
        if (j > 0) value += beta[j - 1] * term[2 * j - 2 + lane];
        if (j + 1 < m) value += beta[j] * term[2 * j + 2 + lane];
        // times -i t / k
        next[2 * j + 1 - lane] = (lane === 0 ? -t : t) / k * value;
      }
    }
    term = next;
    for (let i = 0; i < sum.length; i++) sum[i] += next[i];
  }
  return sum;
}

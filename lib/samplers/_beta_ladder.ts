/** Inverse temperatures in geometric progression, hot to cold. */
export function geometricLadder([hot, cold]: readonly [number, number], count: number): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, t) => count === 1 ? cold : hot * (cold / hot) ** (t / (count - 1)),
  );
}

/**
 * Moves the inner betas so that every pair of neighbours would refuse the same share of exchanges: the sum of the refusals up
 * to beta (the communication barrier) is taken as piecewise linear in ln beta, and cut into equal parts.
 *
 * @param refusals mean refusal between t and t + 1, `[betas.length - 1]`
 */
export function fitLadder(betas: Float64Array, refusals: Float64Array): void {
  const last = betas.length - 1;
  if (last < 2) return;
  // what was never refused still has a length
  const floor = 0.01 * Math.max(...refusals) + 1e-6;
  const barrier = new Float64Array(last + 1);
  for (let t = 0; t < last; t++) barrier[t + 1] = barrier[t] + Math.max(floor, refusals[t]);
  const old = betas.map(Math.log);
  let t = 0;
  for (let k = 1; k < last; k++) {
    const goal = barrier[last] * k / last;
    while (t < last - 1 && barrier[t + 1] < goal) t++;
    const share = (goal - barrier[t]) / (barrier[t + 1] - barrier[t]);
    betas[k] = Math.exp(old[t] + share * (old[t + 1] - old[t]));
  }
}

import { normalAtMost } from "./_normal_tail.ts";
import type { CostGrid, CostLikelihood } from "./_cost_likelihood.ts";

const REACH = 8;
const OPEN = 1e-6;
const TINY = 1e-30;

/**
 * The ln likelihood of mean and standard deviation of a normally distributed ln cost, given what the counts of each instance say of its own.
 *
 * Beyond the points of the grid a likelihood is what it is at the last one: an instance that no run solved is as likely at any
 * higher cost, one that every run solved at any lower. The deviation must not be much below a step of the grid.
 *
 * Cost O(points + instances points of a likelihood) a call.
 */
export function lognormalLikelihood(
  likelihoods: readonly CostLikelihood[],
  { start, step, points }: CostGrid,
): (mean: number, sigma: number) => number {
  const density = new Float64Array(points);
  const atFirst = likelihoods.map(({ first, values }) => first === 0 ? values[0] : 0);
  const atLast = likelihoods.map(({ first, values }) =>
    first + values.length === points ? values[values.length - 1] : 0
  );
  const openBelow = atFirst.some((value) => value > OPEN);
  const openAbove = atLast.some((value) => value > OPEN);
  return (mean, sigma) => {
    const from = Math.max(0, Math.floor((mean - REACH * sigma - start) / step));
    const to = Math.min(points - 1, Math.ceil((mean + REACH * sigma - start) / step));
    const scale = step / (sigma * Math.sqrt(2 * Math.PI));
    for (let j = from; j <= to; j++) density[j] = scale * Math.exp(-(((start + j * step - mean) / sigma) ** 2) / 2);
    const below = openBelow ? normalAtMost((start - step / 2 - mean) / sigma) : 0;
    const above = openAbove ? normalAtMost((mean - start - (points - 0.5) * step) / sigma) : 0;
    let log = 0;
    for (let i = 0; i < likelihoods.length; i++) {
      const { first, values } = likelihoods[i];
      const begin = Math.max(from, first);
      const end = Math.min(to, first + values.length - 1);
      let sum = atFirst[i] * below + atLast[i] * above;
      for (let j = begin; j <= end; j++) sum += values[j - first] * density[j];
      log += Math.log(sum + TINY);
    }
    return log;
  };
}

import { assert } from "@std/assert";
import type { Model } from "../model/mod.ts";
import { allStates, modelEnergyTwin } from "../testing/mod.ts";

/** exp(-beta E) of all 2^n states, normalised; bit i of the index is variable i. */
export function boltzmann(model: Model, beta: number): number[] {
  const weights = [...allStates(model.n, model.vartype)].map((state) =>
    Math.exp(-beta * modelEnergyTwin(model, state))
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}

/** ln sum exp(-beta E). */
export function exactLogZ(model: Model, beta: number): number {
  const energies = [...allStates(model.n, model.vartype)].map((state) => modelEnergyTwin(model, state));
  const lowest = Math.min(...energies);
  return Math.log(energies.reduce((sum, energy) => sum + Math.exp(-beta * (energy - lowest)), 0)) - beta * lowest;
}

/** How often each state was drawn, `[2^n]`. */
export function histogram(n: number, states: Int8Array): number[] {
  const counts = new Array<number>(2 ** n).fill(0);
  for (let at = 0; at < states.length; at += n) {
    let index = 0;
    for (let i = 0; i < n; i++) if (states[at + i] === 1) index += 2 ** i;
    counts[index]++;
  }
  return counts;
}

/**
 * Fails unless independent draws fit their chances: Pearson's chi-square over states expected five times or more, the others
 * as one; it has mean k - 1 and variance 2 (k - 1) for k classes, and may be 4.5 sigma too large.
 */
export function assertFits(counts: readonly number[], chances: readonly number[], what: string): void {
  const draws = counts.reduce((sum, count) => sum + count);
  const classes: [number, number][] = [];
  const rest: [number, number] = [0, 0];
  chances.forEach((chance, k) => {
    if (draws * chance >= 5) classes.push([counts[k], draws * chance]);
    else {
      rest[0] += counts[k];
      rest[1] += draws * chance;
    }
  });
  if (rest[1] >= 5) classes.push(rest);
  else assert(rest[0] <= 30, `${what}: ${rest[0]} draws of states expected ${rest[1]} times`);
  const square = classes.reduce((sum, [count, expected]) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = classes.length - 1;
  const most = freedom + 4.5 * Math.sqrt(2 * freedom);
  assert(square <= most, `${what}: chi-square is ${square}, expected at most ${most} for ${classes.length} classes`);
}

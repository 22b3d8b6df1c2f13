/**
 * Algorithms that turn a model and a seed into a sample set; one file each.
 *
 * @module
 */
export { betaRange } from "./beta_range.ts";
export { exactEnumeration } from "./exact_enumeration.ts";
export { greedyDescent } from "./greedy_descent.ts";
export { randomSampler } from "./random_sampler.ts";
export { aggregate, concatenate, lowest, type Sample } from "./sample_sets.ts";
export { simulatedAnnealing, type SimulatedAnnealingOptions } from "./simulated_annealing.ts";
export type {
  Clocks,
  Ending,
  Progress,
  Provenance,
  SampleOptions,
  Sampler,
  SamplerOrigin,
  SampleSet,
  Story,
} from "./types.ts";

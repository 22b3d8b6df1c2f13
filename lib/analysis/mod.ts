/**
 * Time to solution, spectral gaps, intervals and statistics.
 *
 * @module
 */
export { jeffreysInterval } from "./jeffreys_interval.ts";
export { meanInterval } from "./mean_interval.ts";
export {
  type QuantileAtLength,
  type QuantileOptions,
  type QuantileTimeToSolution,
  quantileTimeToSolution,
  type RunLengthTrials,
} from "./quantile_time_to_solution.ts";
export {
  estimateTimeToSolution,
  type TimeToSolution,
  timeToSolution,
  type TimeToSolutionOptions,
} from "./time_to_solution.ts";
export { type SoftSelectionError, softSelectionError } from "./soft_selection_error.ts";

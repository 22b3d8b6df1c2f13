/**
 * Time to solution, spectral gaps, intervals and statistics.
 *
 * @module
 */
export { type ChainGap, chainGap, type ChainGapOptions } from "./chain_gap.ts";
export type { ChainSector } from "./_open_chain.ts";
export { isFlipSymmetric } from "./_ising_energies.ts";
export type { SpectrumMethod } from "./_spectrum_limits.ts";
export { GapNotConverged } from "./gap_not_converged.ts";
export { lanczos, type LanczosOptions, type LanczosResult } from "./lanczos.ts";
export { jeffreysInterval } from "./jeffreys_interval.ts";
export { meanInterval } from "./mean_interval.ts";
export { quantileOf } from "./_quantile_of.ts";
export { wilsonInterval } from "./wilson_interval.ts";
export { type Difference, testDifference, testEquivalence } from "./difference.ts";
export { type PairedDifference, pairedDifference } from "./paired_difference.ts";
export { type Change, changeDifference } from "./change_difference.ts";
export { pairedBootstrap, type PairedBootstrapOptions } from "./paired_bootstrap.ts";
export { mcnemar } from "./mcnemar.ts";
export { fisherCombination } from "./fisher_combination.ts";
export { holm } from "./holm.ts";
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
export { type FirstPassageOptions, type FirstPassages, firstPassages } from "./first_passage_times.ts";
export { type GapExponent, gapExponent } from "./gap_exponent.ts";
export { FEWEST_SOLVED, type GapTime, type GapTimeOptions } from "./_gap_times.ts";
export {
  type CostAtLength,
  type CostedTrials,
  type OptimalTimeOptions,
  type OptimalTimeToSolution,
  optimalTimeToSolution,
} from "./optimal_time_to_solution.ts";
export { type HalvingRate, halvingRate, type SizedValue } from "./halving_rate.ts";
export { spearman } from "./spearman.ts";
export { type SpearmanInterval, spearmanInterval } from "./spearman_interval.ts";
export { FEWEST_STRATA, type StratifiedSpearman, stratifiedSpearman } from "./stratified_spearman.ts";
export { type TimeQuantile, type TimeQuantilesOptions, timeToSolutionQuantiles } from "./time_to_solution_quantiles.ts";
export { type SoftSelectionError, softSelectionError } from "./soft_selection_error.ts";
export {
  type TransverseGap,
  transverseGap,
  type TransverseGapOptions,
  type TransversePoint,
  type TransverseSchedule,
} from "./transverse_gap.ts";
export { type ChainGaps, chainGaps, type ChainGapsOptions } from "./chain_gaps.ts";
export { hittingTimeBound, type MixingTimeBounds, mixingTimeBounds } from "./chain_bounds.ts";
export { exactHittingTime, type HittingTime, type HittingTimeOptions } from "./exact_hitting_time.ts";
export { type ThermalAverage, thermalAverage } from "./thermal_average.ts";
export { exactMixingTime, type MixingTimeOptions } from "./exact_mixing_time.ts";
export { type SweepGap, sweepGap, type SweepGapOptions } from "./sweep_gap.ts";

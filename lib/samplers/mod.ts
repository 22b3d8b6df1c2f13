/**
 * Algorithms that turn a model and a seed into a sample set; one file each.
 *
 * @module
 */
export { betaRange } from "./beta_range.ts";
export { exactEnumeration } from "./exact_enumeration.ts";
export { greedyDescent } from "./greedy_descent.ts";
export {
  largeNeighbourhoodSearch,
  largeNeighbourhoodSearchFrom,
  type LargeNeighbourhoodSearchFromOptions,
  type LargeNeighbourhoodSearchOptions,
  type NeighbourhoodOptions,
} from "./large_neighbourhood_search.ts";
export { mixedInteger, type MixedIntegerOptions } from "./mixed_integer.ts";
export { packed, packedFrom, type PackedFromOptions, type PackedOptions, type PackedSampler } from "./packed.ts";
export { parallelTempering, type ParallelTemperingOptions } from "./parallel_tempering.ts";
export { populationAnnealing, type PopulationAnnealingOptions } from "./population_annealing.ts";
export { portfolio, type PortfolioOptions } from "./portfolio.ts";
export { proveInstance, type ProveInstanceOptions } from "./prove_instance.ts";
export { quantised, quantisedFrom, type QuantisedFromOptions, type QuantisedOptions } from "./quantised.ts";
export { randomSampler } from "./random_sampler.ts";
export { type DataFrameModule, type FrameEntry, toDataFrame, type ToDataFrameOptions } from "./data_frame.ts";
export { decode, type DecodedSample, type Labelling } from "./decode.ts";
export { type Feasibility, feasibility, type FeasibilityCheck, feasibleOnly, lowestFeasible } from "./feasibility.ts";
export { filter, slice, truncate } from "./filter.ts";
export { sampleSetFromBytes, sampleSetToBytes } from "./sample_set_binary.ts";
export { sampleSetFromJson, type SampleSetJson, sampleSetToJson } from "./sample_set_json.ts";
export { aggregate, concatenate, lowest, type Sample } from "./sample_sets.ts";
export { samplerFromOrigin, samplerOnDemand } from "./sampler_from_origin.ts";
export { simulatedAnnealing, type SimulatedAnnealingOptions } from "./simulated_annealing.ts";
export { simulatedQuantumAnnealing, type SimulatedQuantumAnnealingOptions } from "./simulated_quantum_annealing.ts";
export { stopSignal } from "./stop_signal.ts";
export { closeWorkers } from "./_threads.ts";
export { type Improvement, improvements } from "./improvements.ts";
export { tabuSearch, type TabuSearchOptions } from "./tabu_search.ts";
export { treeDecomposition, type TreeDecompositionOptions } from "./tree_decomposition.ts";
export {
  type BifurcationVariant,
  simulatedBifurcation,
  type SimulatedBifurcationOptions,
} from "./simulated_bifurcation.ts";
export { chaoticAmplitudeControl, type ChaoticAmplitudeControlOptions } from "./chaotic_amplitude_control.ts";
export { chaoticFeedbackControl, type ChaoticFeedbackControlOptions } from "./chaotic_feedback_control.ts";
export { coherentIsingMachine, type CoherentIsingMachineOptions } from "./coherent_ising_machine.ts";
export { physicalCim, type PhysicalCimOptions } from "./physical_cim.ts";
export { noisyMeanFieldAnnealing, type NoisyMeanFieldAnnealingOptions } from "./noisy_mean_field_annealing.ts";
export { separatedFeedbackControl, type SeparatedFeedbackControlOptions } from "./separated_feedback_control.ts";
export { simCim, type SimCimOptions } from "./sim_cim.ts";
export type {
  Clocks,
  Ending,
  Progress,
  Provenance,
  SampleAllOptions,
  SampleOptions,
  Sampler,
  SamplerOrigin,
  SampleSet,
  Story,
} from "./types.ts";

/**
 * Attention as energy minimisation: Hamiltonians, solvers for them, readouts and their gradients; and the classical
 * attentions they are compared with.
 *
 * @module
 */
export { attentionQubo } from "./attention_qubo.ts";
export { checkChosen, checkProblem } from "./check_problem.ts";
export {
  allTokens,
  type CountOptions,
  type DensityOptions,
  fixedSelection,
  type FixedSelectionOptions,
  noTokens,
  randomSelection,
  topFieldSelection,
} from "./controls.ts";
export { partitionSelection } from "./partition_selection.ts";
export { noisySelection, roundedSelection } from "./altered_couplings.ts";
export { greedySelection } from "./greedy_selection.ts";
export { attentionEnergies } from "./energies.ts";
export { type HeadStatistics, headStatistics, jaccard } from "./head_statistics.ts";
export { tokenEnergies } from "./token_energies.ts";
export {
  publishedWeights,
  type PublishedWeightsOptions,
  selectedWeights,
  type SelectedWeightsOptions,
} from "./energy_weights.ts";
export { publishedSchedule } from "./published_schedule.ts";
export type { AttentionProblem, AttentionSolver, EnergyWeights, Selection, SolveOptions } from "./types.ts";
export {
  annealedSelection,
  type AnnealedSelectionOptions,
  ANNEALING_TEMPERATURES,
  type PackedHeads,
  type PackedPart,
  type PackedSolve,
  type PackedSolver,
  type TemperatureRange,
} from "./annealed_selection.ts";
export { type AttentionBlock, type BlockShape, type ParameterSpec, sizeOf } from "./block.ts";
export { parameterCount, qamaBlock } from "./qama_block.ts";
export { boltzmannBlock, type BoltzmannOptions } from "./boltzmann_block.ts";
export { boltzmannSelection, type BoltzmannSelectionOptions } from "./boltzmann_selection.ts";
export { enumerateEnergies, EXACT_VARIABLES } from "./enumerate_energies.ts";
export { exactSelection, type ExactSelectionOptions } from "./exact_selection.ts";
export {
  detachedEnergy,
  type GradientEstimator,
  heldSelection,
  type ProblemGradient,
  type SeenReadout,
  type SelectionGradient,
  type SelectionTask,
} from "./gradient_estimator.ts";
export type { TokenGrid } from "./_near_softmax.ts";
export {
  type NearSchedule,
  qamaNear,
  type QamaNearOptions,
  type QamaOptions,
  qamaSelected,
  type QamaSelectedOptions,
  qamaV2,
  type QamaV2Options,
} from "./qama_options.ts";
export { bigbirdBlock, bigbirdKeys, type BigbirdOptions } from "./bigbird_block.ts";
export { linformerBlock, type LinformerOptions } from "./linformer_block.ts";
export { longformerBlock, longformerKeys, type LongformerOptions } from "./longformer_block.ts";
export { poolTokens, type PoolTokensOptions } from "./pool_tokens.ts";
export { performerBlock, performerFeatures, type PerformerOptions } from "./performer_block.ts";
export { reformerBlock, type ReformerOptions } from "./reformer_block.ts";
export { softmaxBlock } from "./softmax_block.ts";
export { uniformBlock } from "./uniform_block.ts";
export { Projection, type Segment } from "./projection.ts";
export { solverFrom, type SolverFromOptions, type WaitingSolver } from "./solver_from.ts";
export { attentionQuboV1 } from "./attention_qubo_v1.ts";
export {
  annealedSoftSelection,
  type AnnealedSoftSelectionOptions,
  type PackedSoft,
  type PackedSoftSolve,
  type PackedSoftSolver,
  SOFT_TEMPERATURES,
  type SoftShape,
} from "./annealed_soft_selection.ts";
export { FIXED_BIT_DENSITY, FIXED_DENSITY } from "./fixed_densities.ts";
export { fixedSoftSelection } from "./fixed_soft_selection.ts";
export { type QamaV1Block, qamaV1Block, type QamaV1Options } from "./qama_v1_block.ts";
export { softEnergies, softWeights } from "./soft_energies.ts";
export type { SoftEnergyWeights, SoftProblem, SoftSelection, SoftSolver } from "./soft_types.ts";
export { type PeerAttentionName, peerBlocks, type PeerSettings } from "./peer_blocks.ts";

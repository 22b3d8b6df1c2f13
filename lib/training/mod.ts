/**
 * Models, optimisation loops, checkpoints.
 *
 * @module
 */
export { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
export { CIRCUIT_NAMES, CIRCUIT_ROWS, type CircuitRow, evolutionOf, isCircuitName } from "./circuit_operators.ts";
export { CircuitModel, type PooledModel } from "./circuit_model.ts";
export { ADAM, epochOrder, EVALUATION_STREAM } from "./conventions.ts";
export { PixelModel, type PixelModelShape } from "./pixel_model.ts";
export { poolPictures, type PoolShape } from "./pool_picture.ts";
export {
  FIXED_BIT_DENSITY,
  FIXED_DENSITY,
  FIXED_IN_TEXTS,
  openOperator,
  OPERATOR_NAMES,
  type OperatorOptions,
  operatorSettings,
  type OperatorSettingsOptions,
} from "./operators.ts";
export {
  ADDED_NAMES,
  BOLTZMANN_ROWS,
  changesInTraining,
  isAddedName,
  NEAR_DENSITY,
  NEAR_ROWS,
  NEAR_SWEEPS,
  NEAR_TRIALS,
  type NearChooser,
  TRIAL_NAMES,
} from "./added_operators.ts";
export { isStudyName, STUDY_DENSITY, STUDY_NAMES, STUDY_ROWS, type StudyRow } from "./study_operators.ts";
export {
  type OpenBlock,
  type ResolvedVitShape,
  resolveVitShape,
  SimpleVit,
  type SimpleVitShape,
} from "./simple_vit.ts";
export { initialWeights, type InitialWeightsOptions } from "./initial_weights.ts";
export { type LoneBlock, type LoneBlockOptions, openLoneBlock } from "./lone_block.ts";
export { type InspectedPart, inspectModel, type InspectOptions } from "./inspect_model.ts";
export { PEER_NAMES } from "./peers.ts";
export { patchPositions, type PictureShape, writePatches } from "./patches.ts";
export type { EncodingReport, FeatureTable, TextData, TextFeatures, TextSplit } from "./text_data.ts";
export { type FeatureHeader, featureHeader, openFeatureTable } from "./feature_table.ts";
export { resolveTextShape, type TextHead, TextModel, type TextModelShape } from "./text_model.ts";
export { type StepTotals, TrainingTeam } from "./team.ts";
export { train } from "./train.ts";
export { type BlockStep, type BlockTest, BlockTrainer, type BlockTrainerOptions } from "./block_trainer.ts";
export { type BlockCheckpoint, trainBlock, type TrainBlockOptions, type TrainedBlock } from "./train_block.ts";
export { isTextData, type TrainingData } from "./training_data.ts";
export type {
  AddedName,
  BoltzmannName,
  CircuitName,
  EpochResult,
  EstimatedName,
  ImageData,
  ImageSplit,
  ModelPlan,
  OperatorName,
  PeerName,
  StudyName,
  TrainClocks,
  TrainOptions,
  TrainProgress,
  TrainResult,
  TrialName,
} from "./types.ts";

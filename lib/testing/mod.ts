/**
 * Conformance suites, oracles, assertions, for us and for others.
 *
 * @module
 */
export { linformerTwin, type LinformerTwinInputs } from "./linformer_twin.ts";
export { maskedAttentionTwin } from "./masked_attention_twin.ts";
export {
  BATCH_NORM_EPSILON,
  batchNormBackwardTwin,
  type BatchNormMode,
  type BatchNormTwin,
  batchNormTwin,
  type BatchNormTwinOutput,
} from "./batch_norm_twin.ts";
export { assertClose, assertTensorClose, type Tolerance } from "./assert_close.ts";
export { samplerConformance, type SamplerConformanceOptions } from "./conformance.ts";
export type { Law } from "./law.ts";
export {
  allStates,
  type BruteForceMinimum,
  bruteForceMinimum,
  modelCouplingTwin,
  modelEnergyTwin,
} from "./model_twins.ts";
export {
  attentionEnergyTwin,
  type AttentionQuboTwin,
  attentionQuboTwin,
  type CouplingsTwin,
  couplingsTwin,
} from "./energy_twin.ts";
export {
  type SoftEnergyTerms,
  softEnergyTwin,
  softQuboTwin,
  type SoftShape,
  softWeightsTwin,
} from "./soft_energy_twin.ts";
export { expectedReadoutTwin, type ExpectedReadoutTwinInputs } from "./expected_readout_twin.ts";
export { givenSelection } from "./given_selection.ts";
export {
  LAYER_NORM_EPSILON,
  layerNormBackwardTwin,
  type LayerNormGradients,
  layerNormTwin,
  type LayerNormWeights,
} from "./layer_norm_twin.ts";
export { reformerTwin, type ReformerTwinHash, type ReformerTwinInputs } from "./reformer_twin.ts";
export { performerTwin } from "./performer_twin.ts";
export { qamaBackwardTwin, type QamaTwinGradients } from "./qama_backward_twin.ts";
export { type BatchNormGradients, qamaV1BackwardTwin, type QamaV1TwinGradients } from "./qama_v1_backward_twin.ts";
export {
  qamaV1ForwardTwin,
  qamaV1ReadoutTwin,
  type QamaV1TwinForward,
  type QamaV1TwinInputs,
  type QamaV1TwinReadout,
  V1_EPSILON,
} from "./qama_v1_twin.ts";
export {
  qamaForwardTwin,
  qamaReadoutTwin,
  type QamaTwinForward,
  type QamaTwinInputs,
  type QamaTwinReadout,
} from "./qama_twin.ts";
export {
  selectedSoftmaxBackwardTwin,
  selectedSoftmaxForwardTwin,
  selectedSoftmaxTwin,
  type SelectedSoftmaxTwinInputs,
  type SelectedSoftmaxTwinReadout,
} from "./selected_softmax_twin.ts";
export {
  softmaxAttentionTwin,
  softmaxBackwardTwin,
  type SoftmaxTwinForward,
  type SoftmaxTwinInputs,
} from "./softmax_twin.ts";
export type { HeadsShape, TwinShape } from "./twin_shape.ts";
export {
  loadVector,
  type SoftmaxVector,
  V2_VECTORS,
  type V2Assignment,
  type V2Minimum,
  type V2Readout,
  type V2Vector,
  type VectorByName,
  type VectorHeader,
  type VectorLayerNorm,
  type VectorTensor,
} from "./vectors.ts";
export {
  V1_VECTORS,
  type V1Assignment,
  type V1Readout,
  type V1SoftSelectionVector,
  type V1Vector,
  type VectorBatchNorm,
} from "./v1_vectors.ts";

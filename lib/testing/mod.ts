/**
 * Conformance suites, oracles, assertions, for us and for others.
 *
 * @module
 */
export { assertClose, assertTensorClose, type Tolerance } from "./assert_close.ts";
export { type Law, samplerConformance, type SamplerConformanceOptions } from "./conformance.ts";
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
export { givenSelection } from "./given_selection.ts";
export {
  LAYER_NORM_EPSILON,
  layerNormBackwardTwin,
  type LayerNormGradients,
  layerNormTwin,
  type LayerNormWeights,
} from "./layer_norm_twin.ts";
export { qamaBackwardTwin, type QamaTwinGradients } from "./qama_backward_twin.ts";
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

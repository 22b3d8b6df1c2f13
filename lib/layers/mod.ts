/**
 * TensorFlow.js layers made of an attention and a gradient estimator.
 *
 * @module
 */
export { ATTENTION_NAMES, attentionByName, type AttentionName } from "./attention_by_name.ts";
export { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";
export { BoltzmannAttention, boltzmannAttention, type BoltzmannAttentionOptions } from "./boltzmann_attention.ts";
export { blackboxInterpolation, type BlackboxInterpolationOptions } from "./blackbox_interpolation.ts";
export { covariance, type CovarianceOptions } from "./covariance_estimator.ts";
export { type EstimatedGradient, estimateGradient, type EstimateGradientOptions } from "./estimate_gradient.ts";
export { type ExpectedReadout, expectedReadout } from "./expected_readout.ts";
export { flipSlopes } from "./flip_slopes.ts";
export { implicitLikelihood, type ImplicitLikelihoodOptions } from "./implicit_likelihood.ts";
export { meanField, type MeanFieldOptions } from "./mean_field.ts";
export { perturbation, type PerturbationOptions } from "./perturbation_estimator.ts";
export { straightThrough, type StraightThroughOptions } from "./straight_through.ts";
export { NoAttention, noAttention } from "./no_attention.ts";
export {
  type EstimatorName,
  type NamedOperator,
  type OperatorPreset,
  QuantumAnnealingAttention,
  quantumAnnealingAttention,
  type QuantumAnnealingAttentionOptions,
  type SolverName,
} from "./quantum_annealing_attention.ts";
export type { PeerAttentionName, PeerSettings, TokenGrid } from "../attention/mod.ts";
export { PeerAttention, peerAttention, type PeerAttentionOptions } from "./peer_attention.ts";
export { SoftmaxAttention, softmaxAttention } from "./softmax_attention.ts";
export {
  SoftSelectionAttention,
  softSelectionAttention,
  type SoftSelectionAttentionOptions,
  type SoftSolverName,
} from "./soft_selection_attention.ts";
export { BaseLayer, type LayerClass, type LayerConfig, type Tensor, type TensorShape } from "./tensorflow_types.ts";
export { type FitCallback, stopFit, type StoppableModel } from "./stop_fit.ts";
export { useWasmBackend } from "./use_wasm_backend.ts";

/**
 * TensorFlow.js layers made of an attention and a gradient estimator.
 *
 * @module
 */
export { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";
export {
  type EstimatorName,
  type OperatorPreset,
  QuantumAnnealingAttention,
  quantumAnnealingAttention,
  type QuantumAnnealingAttentionOptions,
  type SolverName,
} from "./quantum_annealing_attention.ts";
export { SoftmaxAttention, softmaxAttention } from "./softmax_attention.ts";
export { BaseLayer, type LayerClass, type LayerConfig, type Tensor, type TensorShape } from "./tensorflow_types.ts";
export { useWasmBackend } from "./use_wasm_backend.ts";

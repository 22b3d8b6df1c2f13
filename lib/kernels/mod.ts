/**
 * The loops: typed arrays in, typed arrays changed, nothing checked, nothing allocated; TypeScript, and WASM twins that give the same reads.
 *
 * @module
 */
export { featureRoom, featureScratch } from "./feature_sizes.ts";
export { GATHERED_TOKENS, gatheredScratch } from "./gathered_scratch.ts";
export { annealingScratch } from "./head_annealing.ts";
export { heatBathScratch } from "./heat_baths.ts";
export { roundUp4 } from "./round_up_4.ts";
export { softAnnealingScratch } from "./soft_annealing.ts";
export { TiledSoftmax } from "./tiled_softmax.ts";
export { type Amplitudes, type AmplitudesOptions, openAmplitudes } from "./amplitudes.ts";
export type { Arena, Bytes, Doubles, Floats, Words } from "./arena.ts";
export type { HeadAnnealing } from "./head_annealing.ts";
export type { HashedLists, HeadShape, KeyLists, RowLayout } from "./heads.ts";
export type { ClassicalKernels } from "./classical_kernels.ts";
export type { HeadKernels } from "./head_kernels.ts";
export type { Kernels } from "./kernels.ts";
export type { MatrixKernels } from "./matrix_kernels.ts";
export type { RowKernels } from "./row_kernels.ts";
export type { PositionKernels } from "./position_kernels.ts";
export type { HeatBathRun, HeatBaths, HeatBathSlopes } from "./heat_baths.ts";
export type { SoftKernels } from "./soft_kernels.ts";
export type { SoftAnnealing } from "./soft_annealing.ts";
export { type Hypercube, type HypercubeOptions, openHypercube, type UpdateRule } from "./hypercube.ts";
export {
  openTabu,
  openTabuWork,
  type TabuCouplings,
  type TabuEnding,
  type TabuKernel,
  tabuModule,
  type TabuRule,
} from "./tabu.ts";
export { typescriptKernels } from "./typescript_kernels.ts";
export { wasmKernels } from "./wasm_kernels.ts";
export type { WasmKernelsOptions } from "./wasm_kernels.ts";
export {
  type AnnealingKernel,
  type AnnealingProblem,
  integerUnit,
  integerUnitWork,
  type KernelCouplings,
} from "./annealing.ts";
export { typescriptAnnealing } from "./typescript_annealing.ts";
export { wasmAnnealing, wasmAnnealingWork } from "./wasm_annealing.ts";
export { OSCILLATOR_LANES, type Oscillators, type Signs } from "./oscillators.ts";
export { wasmOscillators } from "./wasm_oscillators.ts";
export {
  openReplicas,
  openReplicasWork,
  REPLICA_GROUP,
  type ReplicaOptions,
  type ReplicaPrecision,
  type ReplicaProblem,
  Replicas,
} from "./replicas.ts";

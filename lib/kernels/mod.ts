/**
 * The loops: typed arrays in, typed arrays changed, nothing checked, nothing allocated; TypeScript, and WASM twins that give the same reads.
 *
 * @module
 */
export { annealingScratch, featureRoom, featureScratch, roundUp4, softAnnealingScratch } from "./kernels.ts";
export type {
  Arena,
  Bytes,
  Doubles,
  Floats,
  HashedLists,
  HeadAnnealing,
  HeadShape,
  Kernels,
  KeyLists,
  RowLayout,
  SoftAnnealing,
  Words,
} from "./kernels.ts";
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

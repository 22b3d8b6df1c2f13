/**
 * The QAMA workbench: attention as energy minimisation, from the couplings to the tables; one namespace a room.
 *
 * `import { attention, model } from "qama"`, or a room on its own, `import { qamaV2 } from "qama/attention"`. The whole loads
 * TensorFlow.js, for `layers`; the other rooms on their own load no package. `qama/datasets` stands beside the library.
 *
 * @module
 */
export * as analysis from "./analysis/mod.ts";
export * as attention from "./attention/mod.ts";
export * as circuits from "./circuits/mod.ts";
export * as display from "./display/mod.ts";
export * as experiments from "./experiments/mod.ts";
export * as kernels from "./kernels/mod.ts";
export * as layers from "./layers/mod.ts";
export * as machine from "./machine/mod.ts";
export * as model from "./model/mod.ts";
export * as notebook from "./notebook/mod.ts";
export * as random from "./random/mod.ts";
export * as samplers from "./samplers/mod.ts";
export * as testing from "./testing/mod.ts";
export * as training from "./training/mod.ts";

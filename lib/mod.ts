/**
 * The QAMA workbench: attention as energy minimisation, from the couplings to the tables; one namespace a room.
 *
 * `import { attention, model } from "qama"`, or a room on its own, `import { qamaV2 } from "qama/attention"`. Two things are
 * not here: `qama/layers`, because it loads TensorFlow.js, and `qama/datasets`, which stands beside the library.
 *
 * @module
 */
export * as attention from "./attention/mod.ts";
export * as display from "./display/mod.ts";
export * as experiments from "./experiments/mod.ts";
export * as kernels from "./kernels/mod.ts";
export * as model from "./model/mod.ts";
export * as random from "./random/mod.ts";
export * as samplers from "./samplers/mod.ts";
export * as testing from "./testing/mod.ts";
export * as training from "./training/mod.ts";

/**
 * Fitting a model onto a machine's graph: graphs, chains that stand for variables, and the way back.
 *
 * @module
 */
export { graphOf, hardwareGraph, topologyOf } from "./hardware_graph.ts";
export { kingGraph } from "./king_graph.ts";
export { pegasusGraph } from "./pegasus_graph.ts";
export type { Embedding, HardwareGraph, SourceEdges } from "./types.ts";
export { zephyrGraph } from "./zephyr_graph.ts";

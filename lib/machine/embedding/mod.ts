/**
 * Fitting a model onto a machine's graph: graphs, chains that stand for variables, and the way back.
 *
 * @module
 */
export { type ChainStrength, chainStrengths } from "./chain_strength.ts";
export { checkEmbedding } from "./check_embedding.ts";
export { embedKing, type KingSize, largestKingClique } from "./embed_king.ts";
export { type EmbeddedModel, embedModel, type EmbedModelOptions } from "./embed_model.ts";
export { cliqueEmbedding, largestClique } from "./clique_embedding.ts";
export {
  embedded,
  embeddedFrom,
  type EmbeddedFromOptions,
  type EmbeddedOptions,
  type EmbeddedSampler,
} from "./embedded.ts";
export { EmbeddingError } from "./embedding_error.ts";
export { findEmbedding, type FindEmbeddingOptions } from "./find_embedding.ts";
export { graphOf, hardwareGraph, topologyOf } from "./hardware_graph.ts";
export { kingGraph } from "./king_graph.ts";
export { minorEmbedding, type MinorEmbeddingOptions } from "./minor_embedding.ts";
export { pegasusGraph } from "./pegasus_graph.ts";
export { sourceEdges } from "./source_edges.ts";
export type { Embedding, HardwareGraph, SourceEdges } from "./types.ts";
export { type ChainRepair, unembed, type UnembeddedStates, type UnembedOptions } from "./unembed.ts";
export { zephyrGraph } from "./zephyr_graph.ts";

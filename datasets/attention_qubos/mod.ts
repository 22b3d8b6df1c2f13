/**
 * The attention benchmark set: QUBOs of attention heads with proved optima, as files that other people's solvers read.
 *
 * @module
 */
export { loadAttentionQubos } from "./load_attention_qubos.ts";

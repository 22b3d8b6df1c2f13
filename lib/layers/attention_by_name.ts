import type { AttentionLayer, AttentionLayerOptions } from "./attention_layer.ts";
import { noAttention } from "./no_attention.ts";
import type { PeerAttentionName } from "../attention/mod.ts";
import { peerAttention } from "./peer_attention.ts";
import { type OperatorPreset, quantumAnnealingAttention } from "./quantum_annealing_attention.ts";
import { softmaxAttention } from "./softmax_attention.ts";
import { softSelectionAttention } from "./soft_selection_attention.ts";

/**
 * An attention that {@link attentionByName} knows: `mha` is softmax attention, `none` gives zeros, `qamaV1` and `qamaV2` are the
 * two published revisions, and `...Fixed` the same readouts with one fixed random selection a head, by the layer's seed.
 */
export type AttentionName =
  | "mha"
  | "none"
  | "qamaV1"
  | "qamaV1Fixed"
  | OperatorPreset
  | `${OperatorPreset}Fixed`
  | PeerAttentionName;

const qama = (operator: OperatorPreset, solver?: "fixed") => (options: AttentionLayerOptions) =>
  quantumAnnealingAttention({ ...options, operator, solver });
const peer = (attention: PeerAttentionName) => (options: AttentionLayerOptions) =>
  peerAttention({ ...options, attention });

const LAYERS: Readonly<Record<AttentionName, (options: AttentionLayerOptions) => AttentionLayer>> = {
  mha: softmaxAttention,
  qamaV2: qama("qamaV2"),
  qamaV2Fixed: qama("qamaV2", "fixed"),
  qamaSelected: qama("qamaSelected"),
  qamaSelectedFixed: qama("qamaSelected", "fixed"),
  none: noAttention,
  longformer: peer("longformer"),
  bigbird: peer("bigbird"),
  linformer: peer("linformer"),
  performer: peer("performer"),
  reformer: peer("reformer"),
  qamaV1: softSelectionAttention,
  qamaV1Fixed: (options) => softSelectionAttention({ ...options, solver: "fixed" }),
};

/** The names that {@link attentionByName} knows. */
export const ATTENTION_NAMES: readonly AttentionName[] = Object.keys(LAYERS).filter(isAttentionName);

function isAttentionName(name: string): name is AttentionName {
  return Object.hasOwn(LAYERS, name);
}

/**
 * Makes a layer of any attention by name, `[B, N, D]` to `[B, N, D]`, without the residual: the one door through which a model
 * takes whichever attention its configuration names.
 *
 * Options that only one attention has go through its own function: `quantumAnnealingAttention`, `softSelectionAttention` or
 * `peerAttention`. The fixed selections are as dense as those that are learnt on pictures; `density` changes that.
 *
 * @param name one of {@link ATTENTION_NAMES}
 * @param options what every attention layer takes
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {RangeError} if no attention has that name, or an option is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the attention.
 * Source: that of the attention.
 *
 * @example Any attention in the same place
 * ```ts
 * import { ATTENTION_NAMES, attentionByName } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * for (const name of ATTENTION_NAMES) {
 *   const y = attentionByName(name, { heads: 2, seed: 1 }).apply(tf.ones([1, 3, 4]));
 *   assertEquals(y instanceof tf.Tensor && y.shape, [1, 3, 4]);
 * }
 * ```
 */
export function attentionByName(name: string, options: AttentionLayerOptions): AttentionLayer {
  if (isAttentionName(name)) return LAYERS[name](options);
  throw new RangeError(
    `Cannot make an attention layer: there is no attention ${name}; known are ${ATTENTION_NAMES.join(", ")}`,
  );
}

import type { Kernels } from "../kernels/mod.ts";
import { bigbirdBlock, type BigbirdOptions } from "./bigbird_block.ts";
import type { AttentionBlock, BlockShape } from "./block.ts";
import { linformerBlock, type LinformerOptions } from "./linformer_block.ts";
import { longformerBlock, type LongformerOptions } from "./longformer_block.ts";
import { performerBlock, type PerformerOptions } from "./performer_block.ts";
import { reformerBlock, type ReformerOptions } from "./reformer_block.ts";

/** A classical attention that is cheaper than softmax over all keys, by name. */
export type PeerAttentionName = "longformer" | "bigbird" | "linformer" | "performer" | "reformer";

/** Settings of every peer; each takes its own. */
export type PeerSettings = LongformerOptions & BigbirdOptions & LinformerOptions & PerformerOptions & ReformerOptions;

/**
 * What opens the block of each peer, by name.
 *
 * @example The names, in the order of the tables
 * ```ts
 * import { peerBlocks } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(Object.keys(peerBlocks).join(), "longformer,bigbird,linformer,performer,reformer");
 * ```
 */
export const peerBlocks: Readonly<
  Record<PeerAttentionName, (kernels: Kernels, shape: BlockShape, settings: PeerSettings) => AttentionBlock>
> = {
  longformer: longformerBlock,
  bigbird: bigbirdBlock,
  linformer: linformerBlock,
  performer: performerBlock,
  reformer: reformerBlock,
};

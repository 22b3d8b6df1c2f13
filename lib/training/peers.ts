import { type AttentionBlock, type BlockShape, peerBlocks } from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import type { OperatorName, PeerName } from "./types.ts";

/** The classical peers of softmax attention, in the order of the tables. */
export const PEER_NAMES: readonly PeerName[] = ["longformer", "bigbird", "linformer", "performer", "reformer"];

/** Says whether an operator is a classical peer. */
export function isPeer(name: OperatorName): name is PeerName {
  return PEER_NAMES.some((peer) => peer === name);
}

/** Every number that a peer's name stands for at a number of tokens and a width of heads; `seed` is that of what it draws once. */
export function peerSettings(
  name: PeerName,
  { tokens, width }: { readonly tokens: number; readonly width: number },
  seed: number,
): Record<string, number> {
  switch (name) {
    case "longformer":
      return { window: 16, globalTokens: 0 };
    case "bigbird":
      return { blockSize: 2, windowBlocks: 3, randomBlocks: 3, globalBlocks: 2, seed };
    case "linformer":
      return { projected: Math.ceil(tokens / 4) };
    case "performer":
      return { features: Math.max(1, Math.floor(width * Math.log(width))), seed };
    case "reformer":
      return { rounds: 4, chunk: 16 };
  }
}

/** Opens the block of a peer. */
export function openPeer(name: PeerName, kernels: Kernels, shape: BlockShape, seed: number): AttentionBlock {
  return peerBlocks[name](kernels, shape, peerSettings(name, shape, seed));
}

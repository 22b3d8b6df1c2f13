export { annealHeads } from "./anneal_heads";
export { annealSoft } from "./anneal_soft";
export { divergences, divergencesBackward } from "./divergence";
export { batchedMatmul, matmul } from "./matmul";
export {
  adam,
  columnSums,
  crossEntropy,
  gelu,
  geluBackward,
  largestMagnitude,
  layerNorm,
  layerNormBackward,
  meanRows,
  meanRowsBackward,
  scaleRows,
  scaleRowsBackward,
  softmaxRows,
  softmaxRowsBackward,
} from "./rows";
export { softmaxAttention, softmaxAttentionBackward } from "./softmax_attention";
export { energyReadout, energyReadoutBackward, packHeads, packPairs, selectedSoftmax, selectedSoftmaxBackward } from "./heads";
export { gatheredSoftmax, gatheredSoftmaxBackward } from "./gathered_softmax";
export { listedAttention, listedAttentionBackward } from "./listed_attention";
export { featureAttention, featureAttentionBackward } from "./feature_attention";
export { hashedLists } from "./hashed_lists";
export { heatBaths, heatBathsBackward } from "./heat_baths";

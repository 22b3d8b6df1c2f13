/**
 * Frozen features of a transformer for every token of a text: computed once, kept on disk, read by row.
 *
 * @module
 */

export { extractFeatures, type ExtractOptions, type FeatureProgress } from "./extract_features.ts";
export type { FeatureExtractor, FeatureSource, TokenisedTexts } from "./extractor.ts";
export { loadTextFeatures, type LoadTextFeaturesOptions } from "./load_text_features.ts";
export {
  DEFAULT_TRANSFORMER,
  openTransformer,
  transformerKey,
  type TransformerOptions,
  TRANSFORMERS_PACKAGE,
} from "./open_transformer.ts";

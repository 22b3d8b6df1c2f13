import type { EncodingReport, TextSplit } from "../../lib/training/text_data.ts";
import type { LabelledTexts } from "../text/mod.ts";
import type { FeatureExtractor } from "./extractor.ts";

const CHUNK = 500;

/** The texts under the model's token numbers. */
export async function tokeniseSplit(
  { texts, labels }: LabelledTexts,
  extractor: FeatureExtractor,
  longest: number,
  signal: AbortSignal | undefined,
): Promise<{ split: TextSplit; report: EncodingReport }> {
  const starts = new Int32Array(texts.length + 1);
  const pieces: Int32Array[] = [];
  let truncatedTexts = 0;
  let unknownTokens = 0;
  for (let first = 0; first < texts.length; first += CHUNK) {
    signal?.throwIfAborted();
    const chunk = await extractor.tokenise(texts.slice(first, first + CHUNK), longest);
    truncatedTexts += chunk.truncatedTexts;
    chunk.tokens.forEach((tokens, i) => {
      if (tokens.length < 1 || tokens.length > longest) {
        throw new RangeError(`Cannot extract features: expected 1 to ${longest} tokens a text, got ${tokens.length}`);
      }
      starts[first + i + 1] = starts[first + i] + tokens.length;
      for (const token of tokens) if (token === extractor.unknown) unknownTokens++;
      pieces.push(Int32Array.from(tokens));
    });
  }
  const tokens = new Int32Array(starts[texts.length]);
  pieces.forEach((piece, s) => tokens.set(piece, starts[s]));
  const emptyTexts = texts.filter((text) => !/\S/.test(text)).length;
  return {
    split: { tokens, starts, labels, count: texts.length },
    report: { truncatedTexts, emptyTexts, unknownTokens },
  };
}

import type { TextData } from "./text_data.ts";
import type { TextModelShape } from "./text_model.ts";
import type { ImageData } from "./types.ts";

/** Whether these are texts, not pictures. */
export function isTexts(data: ImageData | TextData): data is TextData {
  return "vocabulary" in data;
}

/** The sizes of a model of these texts: as many tokens as the longest has. */
export function textShapeOf(data: TextData): Pick<TextModelShape, "tokens" | "classes" | "inputs"> {
  let tokens = 1;
  for (const { starts, count } of [data.train, data.test]) {
    for (let s = 0; s < count; s++) tokens = Math.max(tokens, starts[s + 1] - starts[s]);
  }
  const inputs = data.features ? { features: data.features.width } : { vocabulary: data.vocabulary.length };
  return { tokens, classes: data.classes.length, inputs };
}

import type { TextData } from "./text_data.ts";
import type { TextModelShape } from "./text_model.ts";

/** The sizes of a model of these texts: as many tokens as the longest has. */
export function textShapeOf(data: TextData): Pick<TextModelShape, "tokens" | "classes" | "inputs"> {
  let tokens = 1;
  for (const { starts, count } of [data.train, data.test]) {
    for (let s = 0; s < count; s++) tokens = Math.max(tokens, starts[s + 1] - starts[s]);
  }
  const inputs = data.features ? { features: data.features.width } : { vocabulary: data.vocabulary.length };
  return { tokens, classes: data.classes.length, inputs };
}

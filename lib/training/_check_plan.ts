import { checkPictures, checkTexts } from "./_check_training.ts";
import { textShapeOf } from "./_text_shape.ts";
import type { TextData } from "./text_data.ts";
import { isTextData, type TrainingData } from "./training_data.ts";
import type { ImageData, ModelPlan } from "./types.ts";

/** Throws unless the data fit the model of a plan, and the numbers are integers of 1 or more. */
export function checkPlan(
  plan: ModelPlan,
  data: TrainingData,
  numbers: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Cannot open a team: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  const { shape } = plan;
  if (isTextData(data) === "rows" in shape) {
    const [model, given] = isTextData(data) ? ["pictures", "texts"] : ["texts", "pictures"];
    throw new TypeError(`Cannot open a team: the plan is of a model of ${model}, the data are ${given}`);
  }
  if (isTextData(data)) checkTexts("Cannot open a team", data);
  else checkPictures("Cannot open a team", data);
  const wanted: Record<string, unknown> = { ...shape, ..."rows" in shape ? {} : shape.inputs };
  const given: Record<string, number> = isTextData(data) ? textSizes(data) : pictureSizes(data);
  if (Object.entries(given).some(([name, size]) => wanted[name] !== size)) {
    throw new TypeError(
      `Cannot open a team: the plan's shape must have the data's ${Object.keys(given).join(", ")}, ` +
        `${Object.values(given).join(", ")}, got ${Object.keys(given).map((name) => wanted[name]).join(", ")}`,
    );
  }
}

function pictureSizes({ rows, columns, channels, classes }: ImageData) {
  return { rows, columns, channels, classes: classes.length };
}

function textSizes(data: TextData) {
  const { inputs, ...sizes } = textShapeOf(data);
  return { ...sizes, ...inputs };
}

import type { BlockShape } from "./block.ts";

export function checkBlockShape(shape: BlockShape): void {
  const { samples, tokens, heads, width } = shape;
  for (const [name, value] of Object.entries({ samples, tokens, heads, width })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot open the attention block: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
}

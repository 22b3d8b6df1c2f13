import { mix32, Rng } from "../../random/mod.ts";

/** A number from 0 to 2^53 - 1 that stands for a text: a stream of its own for each. */
export function streamOf(text: string): number {
  let high = 0x9e3779b9, low = text.length;
  for (let i = 0; i < text.length; i++) {
    high = mix32(high ^ text.charCodeAt(i));
    low = mix32(low + Math.imul(text.charCodeAt(i), 0x85ebca6b) ^ high);
  }
  return (high >>> 11) * 2 ** 32 + low;
}

/** Draws that belong to a text and a count: whatever else is drawn, they stay the same. */
export function drawsOf(seed: number, text: string, count: number): Rng {
  return new Rng(seed, streamOf(`${text} ${count}`));
}

import type { HeadShape } from "./heads.ts";

/** A shape in the order that the WebAssembly kernels take it. */
export function sizes({ samples, heads, tokens, width }: HeadShape): [number, number, number, number] {
  return [samples, heads, tokens, width];
}

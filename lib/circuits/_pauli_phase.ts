import type { PauliString } from "./pauli.ts";

/** Ones among the bits. */
export function weightOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** `i^|x & z|` times re + i im: what the kernels' `X^x Z^z` is multiplied by to be the string. */
export function withPhase({ x, z }: PauliString, re: number, im: number): [re: number, im: number] {
  const turns = weightOf(x & z) % 4;
  if (turns === 0) return [re, im];
  if (turns === 1) return [-im, re];
  return turns === 2 ? [-re, -im] : [im, -re];
}

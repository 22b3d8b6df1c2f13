import type { Floats } from "../kernels/mod.ts";

/** Adds `from` to `to` and clears it. */
export function take(from: Floats | Float64Array, to: Floats): void {
  for (let i = 0; i < from.length; i++) to[i] += from[i];
  from.fill(0);
}

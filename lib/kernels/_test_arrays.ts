import { Rng } from "../random/mod.ts";
import type { Floats } from "./arena.ts";
import type { Kernels } from "./kernels.ts";
import { typescriptKernels } from "./typescript_kernels.ts";
import { wasmKernels } from "./wasm_kernels.ts";

/** Half a unit in the last place of float32 numbers near 1: what one rounding costs at most, relatively. */
export const ROUNDING = 2 ** -24;

const GUARD = -12345.5;
const MARGIN = 16;

/** Float32 numbers from N(0, 1), stream by stream. */
export function normals(length: number, stream: number): Float32Array {
  const rng = new Rng(40, stream);
  return Float32Array.from({ length }, () => rng.normal());
}

/** Zeros and ones, each one with probability `share`. */
export function bits(length: number, share: number, stream: number): Uint8Array {
  const rng = new Rng(41, stream);
  return Uint8Array.from({ length }, () => rng.uniform() < share ? 1 : 0);
}

/** Both kinds of kernels. */
export function bothKernels(): Kernels[] {
  return [typescriptKernels(), wasmKernels({ bytes: 2 ** 25 })];
}

/**
 * Runs a call on both kinds of kernels, each on its own copy of the values, and returns what it left: `[typescript, wasm]`.
 *
 * Every copy stands between guard values; throws if the call touches one, but for the up to three numbers behind an array
 * that `padded` allows.
 */
export function onBoth(
  values: readonly ArrayLike<number>[],
  call: (kernels: Kernels, arrays: Floats[]) => void,
  padded = false,
): [typescript: Floats[], wasm: Floats[]] {
  const left = bothKernels().map((kernels) => {
    const rooms = values.map((list) => {
      const room = kernels.float32(list.length + 2 * MARGIN).fill(GUARD);
      room.set(list, MARGIN);
      return room;
    });
    const arrays = rooms.map((room) => room.subarray(MARGIN, room.length - MARGIN));
    call(kernels, arrays);
    rooms.forEach((room, which) => {
      const end = room.length - MARGIN + (padded ? 3 & -values[which].length : 0);
      room.forEach((value, i) => {
        if (value === GUARD || i >= MARGIN && i < end) return;
        throw new Error(
          `${kernels.name}: wrote ${value} at ${i - MARGIN} of array ${which}, ${values[which].length} long`,
        );
      });
    });
    return arrays;
  });
  return [left[0], left[1]];
}

import type { Rng } from "../random/mod.ts";

/** Spoils bytes: a bit flipped, a byte set, some cut off, left out, doubled, or swapped. */
export function mutate(bytes: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  const at = rng.uint32() % bytes.length;
  const length = 1 + rng.uint32() % 16;
  const copy = Uint8Array.from(bytes);
  switch (rng.uint32() % 6) {
    case 0:
      copy[at] ^= 1 << (rng.uint32() % 8);
      return copy;
    case 1:
      copy[at] = rng.uint32() & 0xff;
      return copy;
    case 2:
      return copy.slice(0, at);
    case 3:
      return Uint8Array.of(...copy.subarray(0, at), ...copy.subarray(at + length));
    case 4:
      return Uint8Array.of(...copy.subarray(0, at), ...copy.subarray(at, at + length), ...copy.subarray(at));
    default: {
      const other = rng.uint32() % bytes.length;
      [copy[at], copy[other]] = [copy[other], copy[at]];
      return copy;
    }
  }
}

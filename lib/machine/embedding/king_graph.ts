import type { HardwareGraph } from "./types.ts";

const LARGEST = 2 ** 24;

/**
 * Makes the King's graph: a grid, each site coupled to its eight neighbours, as a king moves on a chess board.
 *
 * @param width number of columns
 * @param height number of rows
 * @returns a fresh graph; site (x, y) is qubit `y width + x`
 * @throws {RangeError} if a size is no integer from 1, or there are more than 2^24 sites
 *
 * Cost O(width height).
 * Source: M. Yamaoka et al., A 20k-spin Ising chip to solve combinatorial optimization problems with CMOS annealing (2016),
 * DOI 10.1109/JSSC.2015.2498601, and later chips of that family.
 *
 * @example The middle of three by three has eight neighbours
 * ```ts
 * import { kingGraph } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { rowPtr } = kingGraph(3, 3);
 * assertEquals([rowPtr[5] - rowPtr[4], rowPtr[1]], [8, 3]);
 * ```
 */
export function kingGraph(width: number, height: number): HardwareGraph {
  for (const [name, size] of [["width", width], ["height", height]] as const) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`Cannot make the King's graph: the ${name} must be an integer from 1, got ${size}`);
    }
  }
  if (width * height > LARGEST) {
    throw new RangeError(`Cannot make the King's graph: ${width} x ${height} has more than ${LARGEST} sites`);
  }
  const n = width * height;
  const rowPtr = new Uint32Array(n + 1);
  const columns = new Uint32Array(2 * ((width - 1) * height + width * (height - 1) + 2 * (width - 1) * (height - 1)));
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          if (u !== x || v !== y) columns[at++] = v * width + u;
        }
      }
      rowPtr[y * width + x + 1] = at;
    }
  }
  return Object.freeze({
    name: `king ${width} x ${height}`,
    nodes: new Uint32Array(n).map((_, i) => i),
    rowPtr,
    columns,
  });
}

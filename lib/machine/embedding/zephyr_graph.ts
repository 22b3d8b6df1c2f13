import { hardwareGraph } from "./hardware_graph.ts";
import type { HardwareGraph } from "./types.ts";

const LARGEST = 64;

/**
 * Makes the graph Zephyr Z_m of D-Wave's Advantage2 machines, every qubit working.
 *
 * On a grid of 2 m + 1 by 2 m + 1 tiles each line, vertical (u = 0) or horizontal (u = 1), at tile w, place k and shift j is cut
 * into m qubits: qubit z covers the tiles `2 z + j` and `2 z + j + 1`. Two qubits are coupled where both cover a tile, where
 * one follows the other on a line, and where they overlap side by side on the two shifts of one place.
 *
 * @param m from 1; an Advantage2 machine is Z_12, less some qubits that do not work
 * @param t places of a tile
 * @returns a fresh graph of `4 t m (2 m + 1)` qubits; qubit (u, w, k, j, z) has D-Wave's number
 *   `(((u (2 m + 1) + w) t + k) 2 + j) m + z`
 * @throws {RangeError} if m or t is no integer from 1 to 64
 *
 * Cost O(m^2 t^2).
 * Source: K. Boothby, A. D. King and J. Raymond, Zephyr topology of D-Wave quantum processors (2021), D-Wave technical report
 * 14-1056A.
 *
 * @example The size of an Advantage2 machine
 * ```ts
 * import { zephyrGraph } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { nodes, columns } = zephyrGraph(12);
 * assertEquals([nodes.length, columns.length / 2], [4800, 45864]);
 * ```
 */
export function zephyrGraph(m: number, t = 4): HardwareGraph {
  for (const [name, size] of [["m", m], ["t", t]] as const) {
    if (!Number.isSafeInteger(size) || size < 1 || size > LARGEST) {
      throw new RangeError(
        `Cannot make the Zephyr graph: ${name} must be an integer from 1 to ${LARGEST}, got ${size}`,
      );
    }
  }
  const tiles = 2 * m + 1;
  const qubit = (u: number, w: number, k: number, j: number, z: number) => (((u * tiles + w) * t + k) * 2 + j) * m + z;
  // the qubits of one shift that cover a tile of their line: one or none
  const covering = (u: number, w: number, k: number, j: number, tile: number) => {
    const z = Math.floor((tile - j) / 2);
    return z < 0 || z >= m ? [] : [qubit(u, w, k, j, z)];
  };
  const at = (u: number, w: number, tile: number) =>
    Array.from({ length: t }, (_, k) => [...covering(u, w, k, 0, tile), ...covering(u, w, k, 1, tile)]).flat();
  const edges: [number, number][] = [];
  for (let x = 0; x < tiles; x++) {
    for (let y = 0; y < tiles; y++) {
      for (const a of at(0, x, y)) for (const b of at(1, y, x)) edges.push([a, b]);
    }
  }
  for (let u = 0; u < 2; u++) {
    for (let w = 0; w < tiles; w++) {
      for (let k = 0; k < t; k++) {
        for (let z = 0; z < m; z++) {
          edges.push([qubit(u, w, k, 0, z), qubit(u, w, k, 1, z)]);
          if (z === 0) continue;
          edges.push([qubit(u, w, k, 0, z), qubit(u, w, k, 1, z - 1)]);
          for (let j = 0; j < 2; j++) edges.push([qubit(u, w, k, j, z - 1), qubit(u, w, k, j, z)]);
        }
      }
    }
  }
  return hardwareGraph(
    t === 4 ? `zephyr ${m}` : `zephyr ${m} x ${t}`,
    Array.from({ length: 4 * t * m * tiles }, (_, q) => q),
    edges,
  );
}

import { hardwareGraph } from "./hardware_graph.ts";
import type { HardwareGraph } from "./types.ts";

const LARGEST = 64;
const TILE = 12;
// where the first qubit of a line begins, by the line's place in its tile: of vertical and of horizontal lines
const OFFSETS = [
  [2, 2, 2, 2, 10, 10, 10, 10, 6, 6, 6, 6],
  [6, 6, 6, 6, 2, 2, 2, 2, 10, 10, 10, 10],
];

/**
 * Makes the graph Pegasus P_m of D-Wave's Advantage machines, every qubit working.
 *
 * On a grid of 12 m by 12 m crossings each line, vertical (u = 0) or horizontal (u = 1), at place `12 w + k` is cut into m - 1
 * qubits of length 12, the first of which begins at an offset. Two qubits are coupled where they cross, where one follows
 * the other on a line, and where they lie side by side on lines 2 k and 2 k + 1. Qubits that cross none are left out.
 *
 * @param m from 2; an Advantage machine is P_16, less some qubits that do not work
 * @returns a fresh graph of `8 (3 m - 1) (m - 1)` qubits; qubit (u, w, k, z) has D-Wave's number
 *   `((u m + w) 12 + k) (m - 1) + z`
 * @throws {RangeError} if m is no integer from 2 to 64
 *
 * Cost O(m^2).
 * Source: K. Boothby, P. Bunyk, J. Raymond and A. Roy, Next-generation topology of D-Wave quantum processors (2020),
 * arXiv 2003.00133.
 *
 * @example The size of an Advantage machine
 * ```ts
 * import { pegasusGraph } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { nodes, columns } = pegasusGraph(16);
 * assertEquals([nodes.length, columns.length / 2], [5640, 40484]);
 * ```
 */
export function pegasusGraph(m: number): HardwareGraph {
  if (!Number.isSafeInteger(m) || m < 2 || m > LARGEST) {
    throw new RangeError(`Cannot make the Pegasus graph: m must be an integer from 2 to ${LARGEST}, got ${m}`);
  }
  const qubit = (u: number, w: number, k: number, z: number) => ((u * m + w) * TILE + k) * (m - 1) + z;
  // the qubit of line (u, place) that covers a crossing, -1 if the line does not reach it
  const covering = (u: number, place: number, crossing: number) => {
    const k = place % TILE;
    const z = Math.floor((crossing - OFFSETS[u][k]) / TILE);
    return z < 0 || z >= m - 1 ? -1 : qubit(u, Math.floor(place / TILE), k, z);
  };
  const nodes = new Set<number>();
  const crossings = new Map<number, readonly [number, number]>();
  for (let x = 0; x < TILE * m; x++) {
    for (let y = 0; y < TILE * m; y++) {
      const [a, b] = [covering(0, x, y), covering(1, y, x)];
      if (a < 0 || b < 0) continue;
      nodes.add(a).add(b);
      crossings.set(a * 2 ** 21 + b, [a, b]);
    }
  }
  const edges = [...crossings.values()];
  const join = (a: number, b: number) => {
    if (nodes.has(a) && nodes.has(b)) edges.push([a, b]);
  };
  for (let u = 0; u < 2; u++) {
    for (let w = 0; w < m; w++) {
      for (let k = 0; k < TILE; k++) {
        for (let z = 0; z < m - 1; z++) {
          if (z < m - 2) join(qubit(u, w, k, z), qubit(u, w, k, z + 1));
          if (k % 2 === 0) join(qubit(u, w, k, z), qubit(u, w, k + 1, z));
        }
      }
    }
  }
  return hardwareGraph(`pegasus ${m}`, nodes, edges);
}

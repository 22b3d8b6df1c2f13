import type { Topology } from "../types.ts";
import { kingGraph } from "./king_graph.ts";
import type { HardwareGraph } from "./types.ts";

/**
 * Makes a graph from the qubits and couplers that a machine reports.
 *
 * @param name what it is, for messages and stories
 * @param nodes numbers of the qubits, integers from 0, in any order, each once
 * @param edges pairs of them, each once, in either order
 * @returns a fresh graph, qubits in ascending order
 * @throws {RangeError} if a qubit is no integer from 0 or comes twice, or a coupler joins a qubit to itself, to one that is
 *   not there, or comes twice
 *
 * Cost O(n log n + m log m).
 *
 * @example Qubit 7 has index 2
 * ```ts
 * import { hardwareGraph } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { nodes, rowPtr, columns } = hardwareGraph("three", [7, 0, 3], [[0, 7]]);
 * assertEquals([[...nodes], [...rowPtr], [...columns]], [[0, 3, 7], [0, 1, 1, 2], [2, 0]]);
 * ```
 */
export function hardwareGraph(
  name: string,
  nodes: Iterable<number>,
  edges: Iterable<readonly [number, number]>,
): HardwareGraph {
  const cannot = `Cannot make the graph ${name}`;
  const sorted = [...nodes].sort((a, b) => a - b);
  const index = new Map<number, number>();
  for (const node of sorted) {
    if (!Number.isSafeInteger(node) || node < 0 || node >= 2 ** 32) {
      throw new RangeError(`${cannot}: qubit ${node} is no integer from 0 to 2^32 - 1`);
    }
    if (index.has(node)) throw new RangeError(`${cannot}: qubit ${node} comes twice`);
    index.set(node, index.size);
  }
  const pairs: number[] = [];
  for (const [a, b] of edges) {
    const [i, j] = [index.get(a), index.get(b)];
    if (i === undefined || j === undefined) {
      throw new RangeError(
        `${cannot}: the coupler (${a}, ${b}) needs qubit ${i === undefined ? a : b}, which is not there`,
      );
    }
    if (i === j) throw new RangeError(`${cannot}: the coupler (${a}, ${b}) joins a qubit to itself`);
    pairs.push(i, j);
  }
  return graphOfPairs(cannot, name, Uint32Array.from(sorted), pairs);
}

function graphOfPairs(cannot: string, name: string, nodes: Uint32Array, pairs: readonly number[]): HardwareGraph {
  const n = nodes.length;
  const rowPtr = new Uint32Array(n + 1);
  for (const i of pairs) rowPtr[i + 1]++;
  for (let i = 0; i < n; i++) rowPtr[i + 1] += rowPtr[i];
  const columns = new Uint32Array(pairs.length);
  const next = rowPtr.slice(0, n);
  for (let k = 0; k < pairs.length; k += 2) {
    columns[next[pairs[k]]++] = pairs[k + 1];
    columns[next[pairs[k + 1]]++] = pairs[k];
  }
  for (let i = 0; i < n; i++) {
    const row = columns.subarray(rowPtr[i], rowPtr[i + 1]).sort();
    const twice = row.findIndex((j, k) => k > 0 && row[k - 1] === j);
    if (twice >= 0) throw new RangeError(`${cannot}: the coupler (${nodes[i]}, ${nodes[row[twice]]}) comes twice`);
  }
  return Object.freeze({ name, nodes, rowPtr, columns });
}

/**
 * Gives the graph of a machine's topology.
 *
 * @returns the graph; undefined where every pair can be coupled
 * @throws {RangeError} if the topology is no graph
 *
 * Cost that of the graph.
 *
 * @example A grid of two by two
 * ```ts
 * import { graphOf } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * assertEquals(graphOf({ kind: "king", width: 2, height: 2 })?.columns.length, 12);
 * ```
 */
export function graphOf(topology: Topology): HardwareGraph | undefined {
  if (topology.kind === "complete") return undefined;
  if (topology.kind === "king") return kingGraph(topology.width, topology.height);
  return hardwareGraph(topology.name, topology.nodes, topology.edges);
}

/**
 * Gives the topology that a machine of this graph would report.
 *
 * @returns fresh lists, each coupler once
 *
 * Cost O(n + m).
 *
 * @example There and back
 * ```ts
 * import { graphOf, kingGraph, topologyOf } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * assertEquals(graphOf(topologyOf(kingGraph(3, 2))), kingGraph(3, 2));
 * ```
 */
export function topologyOf({ name, nodes, rowPtr, columns }: HardwareGraph): Topology & { readonly kind: "graph" } {
  const edges: [number, number][] = [];
  nodes.forEach((node, i) => {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) edges.push([node, nodes[columns[k]]]);
  });
  return { kind: "graph", name, nodes: [...nodes], edges };
}

import type { Embedding, SourceEdges } from "./types.ts";

/**
 * Checks that chains are a graph minor: every chain has qubits of the target, no qubit twice, holds together, and every edge
 * has a coupler between its two chains.
 *
 * Knows nothing of how the chains were found.
 *
 * @param edges pairs of variables that are to be coupled
 * @param embedding the chains and their graph
 * @throws {RangeError} for the first rule that is broken, naming variable, qubit or edge
 *
 * Cost O(n + m) for the couplers at the chains.
 *
 * @example A triangle on a path of four qubits cannot be
 * ```ts
 * import { checkEmbedding, hardwareGraph } from "qama/machine";
 * import { assertThrows } from "@std/assert";
 * const target = hardwareGraph("path", [0, 1, 2, 3], [[0, 1], [1, 2], [2, 3]]);
 * const chains = [[0], [1, 2], [3]].map((qubits) => Uint32Array.from(qubits));
 * checkEmbedding([[0, 1], [1, 2]], { target, chains });
 * assertThrows(() => checkEmbedding([[0, 2]], { target, chains }), RangeError, "edge (0, 2)");
 * ```
 */
export function checkEmbedding(edges: SourceEdges, { target, chains }: Embedding): void {
  const { nodes, rowPtr, columns } = target;
  const owner = new Int32Array(nodes.length).fill(-1);
  const wrong = (what: string) => new RangeError(`Cannot use the embedding on ${target.name}: ${what}`);
  chains.forEach((chain, variable) => {
    if (chain.length === 0) throw wrong(`variable ${variable} has no qubit`);
    for (const qubit of chain) {
      if (!(qubit < nodes.length)) {
        throw wrong(`the chain of variable ${variable} has qubit ${qubit} of ${nodes.length}`);
      }
      if (owner[qubit] === variable) throw wrong(`the chain of variable ${variable} has qubit ${nodes[qubit]} twice`);
      if (owner[qubit] >= 0) {
        throw wrong(`variables ${owner[qubit]} and ${variable} share qubit ${nodes[qubit]}`);
      }
      owner[qubit] = variable;
    }
  });
  const seen = new Uint8Array(nodes.length);
  const coupled = chains.map((chain, variable) => {
    const partners = new Set<number>();
    const reached = [chain[0]];
    seen[chain[0]] = 1;
    for (let at = 0; at < reached.length; at++) {
      for (let k = rowPtr[reached[at]]; k < rowPtr[reached[at] + 1]; k++) {
        const neighbour = columns[k];
        if (owner[neighbour] !== variable) partners.add(owner[neighbour]);
        else if (seen[neighbour] === 0) {
          seen[neighbour] = 1;
          reached.push(neighbour);
        }
      }
    }
    if (reached.length === chain.length) return partners;
    throw wrong(
      `the chain of variable ${variable} falls apart: ${reached.length} of ${chain.length} qubits hold together`,
    );
  });
  for (const [i, j] of edges) {
    if (coupled[i] === undefined || coupled[j] === undefined) {
      throw wrong(`edge (${i}, ${j}) has a variable without a chain; there are ${chains.length} chains`);
    }
    if (!coupled[i].has(j)) throw wrong(`edge (${i}, ${j}) has no coupler between its chains`);
  }
}

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkEmbedding,
  cliqueEmbedding,
  hardwareGraph,
  kingGraph,
  largestClique,
  pegasusGraph,
  sourceEdges,
  topologyOf,
  zephyrGraph,
} from "../mod.ts";
import { cliqueModel, randomModel } from "./_test_models.ts";

const longest = (chains: readonly Uint32Array[]) => Math.max(...chains.map((chain) => chain.length));

// D-Wave 14-1056A: Z_m holds a clique of 16 m - 8 in chains of m and m + 1
Deno.test("cliqueEmbedding() has room for the published 16 m - 8 variables on Zephyr, in chains of at most m + 1", () => {
  for (const m of [2, 3, 5, 12]) {
    const target = zephyrGraph(m);
    const n = largestClique(target);
    assertEquals(n, 16 * m - 8);
    const embedding = cliqueEmbedding(n, target);
    checkEmbedding(sourceEdges(cliqueModel(n)), embedding);
    assert(longest(embedding.chains) <= m + 1);
  }
});

Deno.test("cliqueEmbedding() has room for 12 m - 20 variables on Pegasus, in chains of at most m + 1", () => {
  for (const m of [3, 4, 6, 16]) {
    const target = pegasusGraph(m);
    const n = largestClique(target);
    assertEquals(n, 12 * m - 20);
    const embedding = cliqueEmbedding(n, target);
    checkEmbedding(sourceEdges(cliqueModel(n)), embedding);
    assert(longest(embedding.chains) <= m + 1);
  }
});

Deno.test("cliqueEmbedding() gives every size up to the largest, shorter chains to fewer variables and to fewer edges", () => {
  const target = zephyrGraph(3);
  for (let n = 0; n <= largestClique(target); n++) {
    checkEmbedding(sourceEdges(cliqueModel(n)), cliqueEmbedding(n, target));
  }
  const qubits = (chains: readonly Uint32Array[]) => chains.reduce((sum, chain) => sum + chain.length, 0);
  const edges = sourceEdges(randomModel(30, 0.1, 4));
  const sparse = cliqueEmbedding(30, target, edges);
  checkEmbedding(edges, sparse);
  assert(qubits(sparse.chains) < qubits(cliqueEmbedding(30, target).chains));
  assert(longest(cliqueEmbedding(16, zephyrGraph(12)).chains) <= 3);
});

Deno.test("cliqueEmbedding() works around qubits and couplers that do not work", () => {
  const { nodes, edges } = topologyOf(pegasusGraph(6));
  const broken = new Set([100, 333, 500]);
  const target = hardwareGraph(
    "a machine",
    nodes.filter((node) => !broken.has(node)),
    edges.filter(([a, b], k) => !broken.has(a) && !broken.has(b) && k % 997 !== 0),
  );
  const n = largestClique(target);
  assert(n > 30 && n < 52, `${n}`);
  checkEmbedding(sourceEdges(cliqueModel(n)), cliqueEmbedding(n, target));
});

Deno.test("cliqueEmbedding() says how many variables fit", () => {
  assertThrows(() => cliqueEmbedding(173, pegasusGraph(16)), RangeError, "with 5640 qubits has room for 172");
  assertThrows(() => cliqueEmbedding(3, kingGraph(9, 9)), RangeError, "use embedKing for a grid");
  assertEquals(largestClique(kingGraph(9, 9)), 0);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  graphOf,
  type HardwareGraph,
  hardwareGraph,
  kingGraph,
  pegasusGraph,
  topologyOf,
  zephyrGraph,
} from "../mod.ts";

const couplers = ({ columns }: HardwareGraph) => columns.length / 2;

function checkSymmetric({ nodes, rowPtr, columns }: HardwareGraph): void {
  const seen = new Set<string>();
  nodes.forEach((_, i) => {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      assert(columns[k] !== i && columns[k] < nodes.length);
      assert(k === rowPtr[i] || columns[k] > columns[k - 1], "neighbours ascend");
      seen.add(`${i} ${columns[k]}`);
    }
  });
  assert([...seen].every((pair) => seen.has(pair.split(" ").reverse().join(" "))));
}

Deno.test("kingGraph() couples two sites exactly where a king can move", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), (width, height) => {
    const graph = kingGraph(width, height);
    checkSymmetric(graph);
    let moves = 0;
    for (let a = 0; a < width * height; a++) {
      for (let b = 0; b < a; b++) {
        const [dx, dy] = [a % width - b % width, Math.floor(a / width) - Math.floor(b / width)];
        if (Math.max(Math.abs(dx), Math.abs(dy)) !== 1) continue;
        moves++;
        assert(graph.columns.subarray(graph.rowPtr[a], graph.rowPtr[a + 1]).includes(b));
      }
    }
    assertEquals(couplers(graph), moves);
  }));
});

// published counts: arXiv 2003.00133 (qubits; 40,484 couplers of P_16), D-Wave 14-1056A (qubits and couplers)
Deno.test("pegasusGraph() has the published numbers of qubits and neighbours", () => {
  for (const m of [2, 3, 6, 16]) {
    const graph = pegasusGraph(m);
    checkSymmetric(graph);
    assertEquals(graph.nodes.length, 8 * (3 * m - 1) * (m - 1));
    const degrees = graph.nodes.map((_, i) => graph.rowPtr[i + 1] - graph.rowPtr[i]);
    // 12 crossings, one beside, and one or two along the line, of which P_2 has none and P_3 one
    assertEquals(Math.max(...degrees), 12 + 1 + Math.min(2, m - 2));
  }
  assertEquals(couplers(pegasusGraph(16)), 40484);
});

// arXiv 2003.00133: (0, w, k, z) and (1, w', k', z') cross where w' = z + [k' < S0_k] and z' = w - [k < S1_k']
Deno.test("pegasusGraph() couples crossing qubits by the published rule, under D-Wave's numbers", () => {
  const m = 4;
  const number = (u: number, w: number, k: number, z: number) => ((u * m + w) * 12 + k) * (m - 1) + z;
  const S0 = [2, 2, 2, 2, 10, 10, 10, 10, 6, 6, 6, 6];
  const S1 = [6, 6, 6, 6, 2, 2, 2, 2, 10, 10, 10, 10];
  const expected = new Set<string>();
  for (let w = 0; w < m; w++) {
    for (let k = 0; k < 12; k++) {
      for (let z = 0; z < m - 1; z++) {
        for (let other = 0; other < 12; other++) {
          const [v, along] = [z + (other < S0[k] ? 1 : 0), w - (k < S1[other] ? 1 : 0)];
          if (v < m && along >= 0 && along < m - 1) expected.add(`${number(0, w, k, z)} ${number(1, v, other, along)}`);
        }
      }
    }
  }
  const horizontal = number(1, 0, 0, 0);
  const found = topologyOf(pegasusGraph(m)).edges.filter(([a, b]) => a < horizontal && b >= horizontal);
  assertEquals(found.length, expected.size);
  for (const [a, b] of found) assert(expected.has(`${a} ${b}`), `${a} and ${b} do not cross`);
});

Deno.test("zephyrGraph() has the published numbers of qubits and couplers", () => {
  for (const [m, t] of [[1, 4], [2, 4], [3, 2], [5, 1], [12, 4]]) {
    const graph = zephyrGraph(m, t);
    checkSymmetric(graph);
    assertEquals(graph.nodes.length, 4 * t * m * (2 * m + 1));
    assertEquals(couplers(graph), m === 1 ? 2 * t * (8 * t + 3) : 2 * t * ((8 * t + 8) * m ** 2 - 2 * m - 3));
  }
});

Deno.test("topologyOf() and graphOf() are each other's way back", () => {
  for (const graph of [kingGraph(4, 3), pegasusGraph(2), zephyrGraph(1), hardwareGraph("none", [], [])]) {
    assertEquals(graphOf(topologyOf(graph)), graph);
  }
  assertEquals(graphOf({ kind: "king", width: 3, height: 2 }), kingGraph(3, 2));
  assertEquals(graphOf({ kind: "complete" }), undefined);
});

Deno.test("graphs refuse sizes and couplers that are none, naming them", () => {
  assertThrows(() => kingGraph(0, 3), RangeError, "the width must be an integer from 1, got 0");
  assertThrows(() => kingGraph(5000, 5000), RangeError, "16777216 sites");
  assertThrows(() => pegasusGraph(1), RangeError, "m must be an integer from 2 to 64, got 1");
  assertThrows(() => zephyrGraph(2, 0.5), RangeError, "t must be an integer from 1 to 64, got 0.5");
  assertThrows(() => hardwareGraph("g", [0, 1.5], []), RangeError, "qubit 1.5");
  assertThrows(() => hardwareGraph("g", [0, 0], []), RangeError, "qubit 0 comes twice");
  assertThrows(() => hardwareGraph("g", [0, 1], [[0, 2]]), RangeError, "needs qubit 2");
  assertThrows(() => hardwareGraph("g", [0, 1], [[1, 1]]), RangeError, "to itself");
  assertThrows(() => hardwareGraph("g", [0, 4], [[0, 4], [4, 0]]), RangeError, "the coupler (0, 4) comes twice");
});

import { assertThrows } from "@std/assert";
import { checkEmbedding, embedKing, kingGraph, sourceEdges } from "../mod.ts";
import { cliqueModel } from "./_test_models.ts";

const model = cliqueModel(7);
const edges = sourceEdges(model);
const whole = embedKing(model, { width: 8, height: 8 });
const changed = (change: (chains: number[][]) => void) => {
  const chains = whole.chains.map((chain) => [...chain]);
  change(chains);
  return { target: whole.target, chains: chains.map((chain) => Uint32Array.from(chain)) };
};

Deno.test("checkEmbedding() finds every way to break an embedding", () => {
  checkEmbedding(edges, whole);
  const broken: [string, (chains: number[][]) => void][] = [
    ["variable 3 has no qubit", (chains) => chains[3].splice(0)],
    ["variables 2 and 5 share qubit", (chains) => chains[5].push(chains[2][0])],
    ["variable 1 has qubit 64 of 64", (chains) => chains[1].push(64)],
    ["twice", (chains) => chains[4].push(chains[4][0])],
    ["falls apart: 1 of 2 qubits", (chains) => chains[6] = [58, 63]],
    ["has a variable without a chain; there are 6 chains", (chains) => chains.pop()],
  ];
  for (const [message, change] of broken) {
    assertThrows(() => checkEmbedding(edges, changed(change)), RangeError, message);
  }
});

Deno.test("checkEmbedding() misses no coupling: without any one qubit of a trimmed clique some rule is broken", () => {
  whole.chains.forEach((chain, i) =>
    chain.forEach((_, k) =>
      assertThrows(() => checkEmbedding(edges, changed((chains) => chains[i].splice(k, 1))), RangeError)
    )
  );
});

Deno.test("checkEmbedding() takes chains that are one qubit each", () => {
  const target = kingGraph(2, 1);
  const chains = [Uint32Array.of(1), Uint32Array.of(0)];
  checkEmbedding([[0, 1]], { target, chains });
  assertThrows(() => checkEmbedding([[0, 2]], { target, chains }), RangeError, "edge (0, 2)");
});

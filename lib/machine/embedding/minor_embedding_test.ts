import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  checkEmbedding,
  EmbeddingError,
  hardwareGraph,
  kingGraph,
  minorEmbedding,
  pegasusGraph,
  sourceEdges,
} from "../mod.ts";
import { cliqueModel, randomModel } from "./_test_models.ts";

Deno.test("minorEmbedding() embeds random graphs, and the check agrees", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 14 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.nat(),
      async (n, density, seed) => {
        const edges = sourceEdges(randomModel(n, density, seed));
        for (const target of [kingGraph(14, 14), pegasusGraph(4)]) {
          const embedding = await minorEmbedding(edges, target, { variables: n, seed });
          assertEquals(embedding.chains.length, n);
          checkEmbedding(edges, embedding);
        }
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("minorEmbedding() gives the same chains for the same seed", async () => {
  const edges = sourceEdges(cliqueModel(9));
  const find = async (seed: number) => (await minorEmbedding(edges, pegasusGraph(3), { seed })).chains;
  assertEquals(await find(5), await find(5));
});

Deno.test("minorEmbedding() takes a graph that is the machine's own in about a qubit a variable", async () => {
  const target = kingGraph(12, 12);
  const edges: [number, number][] = [];
  for (let i = 0; i < 30; i++) edges.push([i, (i + 1) % 30]);
  const { chains } = await minorEmbedding(edges, target, { seed: 2 });
  checkEmbedding(edges, { target, chains });
  const qubits = chains.reduce((sum, chain) => sum + chain.length, 0);
  assert(qubits <= 36, `a ring of 30 took ${qubits} qubits`);
});

Deno.test("minorEmbedding() that fails says how many qubits it would need, and can be gone on with", async () => {
  const target = pegasusGraph(4);
  const edges = sourceEdges(cliqueModel(20));
  const failed = await assertRejects(
    () => minorEmbedding(edges, target, { seed: 1, numTries: 1, numRounds: 1 }),
    EmbeddingError,
    "264 qubits in 1 tries of 1 rounds; the best would need",
  );
  assert(failed.shared > 0 && failed.chains.length === 20);
  const embedding = await minorEmbedding(edges, target, { seed: 1, initialChains: failed.chains });
  checkEmbedding(edges, embedding);
  // from an embedding it only becomes shorter
  const again = await minorEmbedding(edges, target, { seed: 2, initialChains: embedding.chains });
  checkEmbedding(edges, again);
  const qubits = (chains: readonly Uint32Array[]) => chains.reduce((sum, chain) => sum + chain.length, 0);
  assert(qubits(again.chains) <= qubits(embedding.chains));
});

Deno.test("minorEmbedding() stops when it is told to, with what it has", async () => {
  const edges = sourceEdges(cliqueModel(60));
  const target = pegasusGraph(8);
  const stopped = await assertRejects(
    () => minorEmbedding(edges, target, { signal: AbortSignal.abort() }),
    EmbeddingError,
    "before it was stopped",
  );
  assertEquals(stopped.chains.length, 60);
  await assertRejects(() => minorEmbedding(edges, target, { timeLimitMs: 1 }), EmbeddingError, "within 1 ms");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 0);
  await assertRejects(() => minorEmbedding(edges, target, { signal: controller.signal }), EmbeddingError, "stopped");
  clearTimeout(timer);
});

Deno.test("minorEmbedding() refuses at once what cannot fit", async () => {
  const target = kingGraph(3, 3);
  await assertRejects(() => minorEmbedding([], target, { variables: 10 }), EmbeddingError, "at least 10 qubits");
  // 13 neighbours each on qubits of 8: two a chain
  await assertRejects(() => minorEmbedding(sourceEdges(cliqueModel(14)), target), EmbeddingError, "at least 28 qubits");
  const path = hardwareGraph("path", [0, 1, 2, 3], [[0, 1], [1, 2], [2, 3]]);
  const star = [[0, 1], [0, 2], [0, 3]] as const;
  await assertRejects(() => minorEmbedding(star, path), EmbeddingError, "more than 2 neighbours");
  const apart = hardwareGraph("apart", [0, 1, 2, 3], [[0, 1], [2, 3]]);
  await assertRejects(() => minorEmbedding([[0, 1], [1, 2]], apart, { numTries: 2, numRounds: 5 }), EmbeddingError);
});

Deno.test("minorEmbedding() refuses what is no graph and no option", async () => {
  const target = kingGraph(3, 3);
  await assertRejects(() => minorEmbedding([[0, 0]], target), RangeError, "edge (0, 0)");
  await assertRejects(() => minorEmbedding([[0, 5]], target, { variables: 2 }), RangeError, "no pair of 2 variables");
  await assertRejects(() => minorEmbedding([], target, { variables: -1 }), RangeError, "variables");
  await assertRejects(() => minorEmbedding([[0, 1]], target, { numRounds: 0 }), RangeError, "numRounds");
  await assertRejects(() => minorEmbedding([[0, 1]], target, { timeLimitMs: NaN }), RangeError, "timeLimitMs");
  await assertRejects(() => minorEmbedding([[0, 1]], target, { initialChains: [[0]] }), TypeError, "1 initial chains");
  await assertRejects(
    () => minorEmbedding([[0, 1]], target, { initialChains: [[0], [9]] }),
    RangeError,
    "qubit 9 of 9",
  );
  const wrong: Record<string, unknown> = { tries: 3 };
  await assertRejects(() => minorEmbedding([[0, 1]], target, wrong), TypeError, "tries");
});

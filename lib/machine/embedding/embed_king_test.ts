import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { checkEmbedding, embedKing, largestKingClique, sourceEdges } from "../mod.ts";
import { cliqueModel, randomModel } from "./_test_models.ts";

Deno.test("embedKing() embeds every clique up to the largest, on grids of every shape", () => {
  for (let width = 1; width < 10; width++) {
    for (let height = 1; height < 10; height++) {
      for (let n = 0; n <= largestKingClique({ width, height }); n++) {
        const model = cliqueModel(n);
        checkEmbedding(sourceEdges(model), embedKing(model, { width, height }));
      }
    }
  }
});

Deno.test("embedKing() holds a clique of L + 1 on L x L, in chains of L or less", () => {
  for (const side of [5, 6, 23, 50]) {
    const size = { width: side, height: side };
    assertEquals(largestKingClique(size), side + 1);
    const model = cliqueModel(side + 1);
    const embedding = embedKing(model, size);
    checkEmbedding(sourceEdges(model), embedding);
    assert(Math.max(...embedding.chains.map((chain) => chain.length)) <= side);
  }
});

Deno.test("embedKing() embeds any model that fits, with chains no longer than those of the clique", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 14 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (n, density, seed) => {
        const model = randomModel(n, density, seed);
        const size = { width: 16, height: 13 };
        const embedding = embedKing(model, size);
        checkEmbedding(sourceEdges(model), embedding);
        embedKing(cliqueModel(n), size).chains.forEach((chain, i) =>
          assert(embedding.chains[i].length <= chain.length)
        );
      },
    ),
  );
});

Deno.test("embedKing() needs one qubit a variable where nothing is coupled", () => {
  const { chains } = embedKing(randomModel(9, 0, 1), { width: 8, height: 8 });
  assertEquals(chains.map((chain) => chain.length), Array(9).fill(1));
});

Deno.test("embedKing() says what a model that does not fit would need", () => {
  assertThrows(
    () => embedKing(cliqueModel(40), { width: 20, height: 30 }),
    RangeError,
    "40 variables need a grid of 39 x 39, 1521 sites; 20 x 30 has room for 21",
  );
  assertThrows(() => embedKing(cliqueModel(2), { width: 0, height: 3 }), RangeError, "width");
  assertThrows(() => largestKingClique({ width: 1.5, height: 3 }), RangeError, "1.5 x 3");
});

import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { blockDiagonal } from "./block_diagonal.ts";
import { denseCouplings, factoredCouplings, sparseCouplings } from "./couplings.ts";
import { energy } from "./energy.ts";
import { isingModel, quboModel } from "./models.ts";

const whole = (rng: Rng) => Math.round(8 * rng.uniform()) - 4;

Deno.test("blockDiagonal() has the sum of the energies in every state, offsets included, whatever the forms", () => {
  const rng = new Rng(3, 0);
  const [a, b, c] = [whole(rng), whole(rng), whole(rng)];
  const models = [
    isingModel({ couplings: denseCouplings([[0, a, b], [a, 0, c], [b, c, 0]]), linear: [1, -2, 3], offset: 5 }),
    isingModel({ couplings: factoredCouplings(2, [1, 2], [3, -1]), linear: [0, 1], offset: -1 }),
    isingModel({ couplings: sparseCouplings(0, []), offset: 7 }),
    isingModel({ couplings: sparseCouplings(2, [[0, 1, -3]]), linear: [4, 0] }),
  ];
  const { model, starts, split } = blockDiagonal(models);
  assertEquals([...starts], [0, 3, 5, 5, 7]);
  for (let bits = 0; bits < 2 ** 7; bits++) {
    const state = Int8Array.from({ length: 7 }, (_, i) => (bits >> i) & 1 ? 1 : -1);
    const parts = split(state);
    assertEquals(energy(model, state), models.reduce((sum, part, k) => sum + energy(part, parts[k]), 0));
  }
});

Deno.test("blockDiagonal().split() takes several rows apart, row by row", () => {
  const bits = (n: number) => quboModel({ couplings: sparseCouplings(n, []) });
  const { split } = blockDiagonal([bits(1), bits(2)]);
  assertEquals(split(Int8Array.of(1, 0, 1, 0, 1, 1)), [Int8Array.of(1, 0), Int8Array.of(0, 1, 1, 1)]);
  assertThrows(() => split(new Int8Array(4)), TypeError, "no whole number of states of 3");
});

Deno.test("blockDiagonal() refuses no model, and models of different vartypes", () => {
  const couplings = sparseCouplings(1, []);
  assertThrows(() => blockDiagonal([]), TypeError, "expected one or more");
  const mixed = [isingModel({ couplings }), quboModel({ couplings })];
  assertThrows(() => blockDiagonal(mixed), TypeError, "model 1 of qubo");
});

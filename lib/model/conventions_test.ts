import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { allStates } from "../testing/mod.ts";
import { draw, randomCouplingMatrix } from "../testing/_example_models.ts";
import {
  denseCouplings,
  energy,
  fromHitachi,
  fromIsingQ,
  fromKaiwu,
  fromMaxCut,
  fromSimulatedBifurcation,
  type HitachiTerm,
  isingModel,
  quboFromSymmetric,
  quboFromUpper,
  quboToSymmetric,
  quboToUpper,
  spinsFromKaiwu,
  toHitachi,
  toIsingQ,
  toKaiwu,
  toSimulatedBifurcation,
} from "./mod.ts";

const N = 6;
const OFFSET = 1.25;
const rng = new Rng(11);
const J = randomCouplingMatrix(N, rng, "integer");
const h = Float64Array.from({ length: N }, () => draw(rng, "integer"));
const model = isingModel({ couplings: denseCouplings(J), linear: h, offset: OFFSET });

// sum_ij M_ij z_i z_j over ordered pairs, the diagonal included
function quadratic(M: ArrayLike<number>, z: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) {
    for (let j = 0; j < z.length; j++) sum += M[i * z.length + j] * z[i] * z[j];
  }
  return sum;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);

Deno.test("fromIsingQ() and toIsingQ() keep E = -1/2 sum J s s - sum h s over all states", () => {
  const theirs = toIsingQ(model);
  for (const s of allStates(N, "ising")) {
    assertEquals(energy(fromIsingQ(J, h, OFFSET), s), -quadratic(J, s) / 2 - dot(h, s) + OFFSET);
    assertEquals(-quadratic(theirs.J, s) / 2 - dot(theirs.h, s) + theirs.offset, energy(model, s));
  }
});

Deno.test("fromSimulatedBifurcation() and its inverse keep E = -1/2 sum J s s + sum h s over all states", () => {
  const theirs = toSimulatedBifurcation(model);
  for (const s of allStates(N, "ising")) {
    assertEquals(energy(fromSimulatedBifurcation(J, h, OFFSET), s), -quadratic(J, s) / 2 + dot(h, s) + OFFSET);
    assertEquals(-quadratic(theirs.J, s) / 2 + dot(theirs.h, s) + theirs.offset, energy(model, s));
  }
});

Deno.test("fromKaiwu() keeps E = -sum J s s over all states, with and without the ancilla spin", () => {
  for (const s of allStates(N, "ising")) {
    assertEquals(energy(fromKaiwu(J, { offset: OFFSET }), s), -quadratic(J, s) + OFFSET);
    const reduced = fromKaiwu(J, { ancilla: true, offset: OFFSET });
    assertEquals(energy(reduced, spinsFromKaiwu(s)), -quadratic(J, s) + OFFSET);
  }
});

Deno.test("toKaiwu() keeps the energy over all states, the ancilla up or down", () => {
  const { matrix, size, ancilla, offset } = toKaiwu(model);
  assertEquals([size, ancilla], [N + 1, true]);
  for (const s of allStates(N + 1, "ising")) {
    assertEquals(-quadratic(matrix, s) + offset, energy(model, spinsFromKaiwu(s)));
  }
  const bare = toKaiwu(isingModel({ couplings: denseCouplings(J) }));
  assertEquals([bare.size, bare.ancilla], [N, false]);
  assertEquals(fromKaiwu(matrix, { ancilla, offset }), model);
});

Deno.test("fromHitachi() and toHitachi() keep E = sum p s s over all states, fields as self terms", () => {
  const sites = Array.from({ length: N }, (_, i) => [i % 3, Math.floor(i / 3)] as const);
  const { terms, offset } = toHitachi(model, sites);
  const theirs = (list: readonly HitachiTerm[], s: ArrayLike<number>) =>
    list.reduce((sum, [x0, y0, x1, y1, p]) => {
      const same = x0 === x1 && y0 === y1;
      return sum + p * s[x0 + 3 * y0] * (same ? 1 : s[x1 + 3 * y1]);
    }, 0);
  const back = fromHitachi(terms, offset);
  assertEquals(back.sites, sites);
  for (const s of allStates(N, "ising")) {
    assertEquals(theirs(terms, s) + offset, energy(model, s));
    assertEquals(energy(back.model, s), energy(model, s));
  }
});

Deno.test("quboFromUpper() counts a pair once, quboFromSymmetric() twice, over all states; both go back", () => {
  const symmetric = J.map((value, k) => k % (N + 1) === 0 ? h[k / (N + 1)] : value);
  const upper = symmetric.map((value, k) => k % N >= Math.floor(k / N) ? value : 0);
  for (const x of allStates(N, "qubo")) {
    assertEquals(energy(quboFromSymmetric(symmetric, OFFSET), x), quadratic(symmetric, x) + OFFSET);
    assertEquals(energy(quboFromUpper(upper, OFFSET), x), quadratic(upper, x) + OFFSET);
  }
  assertEquals(quboToSymmetric(quboFromSymmetric(symmetric, OFFSET)), { Q: symmetric, offset: OFFSET });
  assertEquals(quboToUpper(quboFromUpper(upper, OFFSET)), { Q: upper, offset: OFFSET });
});

Deno.test("fromMaxCut() has energy -cut over all states", () => {
  const edges = [[0, 1, 2], [1, 2, -1], [3, 0, 4]] as const;
  const cutModel = fromMaxCut(4, edges);
  for (const s of allStates(4, "ising")) {
    const cut = edges.reduce((sum, [i, j, weight]) => sum + (s[i] !== s[j] ? weight : 0), 0);
    assertEquals(energy(cutModel, s) + cut, 0);
  }
});

Deno.test("the doors refuse what their convention cannot mean", () => {
  assertThrows(() => fromIsingQ([[0, 1], [2, 0]]), RangeError, "symmetric");
  assertThrows(() => fromSimulatedBifurcation([[1]]), RangeError, "diagonal");
  assertThrows(() => fromKaiwu([[0, 1], [0, 0]]), RangeError, "symmetric");
  assertThrows(() => fromKaiwu([[3]]), RangeError, "diagonal");
  assertThrows(() => fromKaiwu([], { ancilla: true }), TypeError, "empty");
  assertThrows(() => spinsFromKaiwu([]), TypeError, "empty");
  assertThrows(() => quboFromUpper([[0, 1], [1, 0]]), RangeError, "quboFromSymmetric");
  assertThrows(() => quboFromSymmetric([[0, 1], [0, 0]]), RangeError, "symmetric");
  assertThrows(() => fromMaxCut(2, [[0, 0, 1]]), RangeError, "to itself");
  assertThrows(() => fromMaxCut(2, [[0, 1, NaN]]), RangeError, "NaN");
  assertThrows(() => fromHitachi([[0, 0, 0, 0, 1], [0, 0, 0, 0, 1]]), RangeError, "twice");
  assertThrows(() => fromHitachi([[0, 0, 0, 0, NaN]]), RangeError, "NaN");
  assertThrows(() => fromHitachi([[0, -1, 0, 0, 1]]), RangeError, "coordinates");
  assertThrows(() => fromHitachi([[0, 0, 0, 1, 1], [0, 1, 0, 0, 1]]), RangeError, "twice");
  assertThrows(() => toHitachi(model, []), TypeError, "0 sites for 6 spins");
  assertThrows(() => toHitachi(model, Array(N).fill([0, 0])), RangeError, "share");
});

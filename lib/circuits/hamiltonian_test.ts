import { assertEquals, assertThrows } from "@std/assert";
import { energy, isingModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { denseHamiltonian, randomHamiltonian } from "./_test_dense.ts";
import { circuit, diagonalEnergies, hamiltonian, isingHamiltonian, pauliString } from "./mod.ts";

Deno.test("isingHamiltonian() gives every basis state the energy of its bits, Ising models and QUBOs, offset included", () => {
  const rng = new Rng(4);
  for (const make of [isingModel, quboModel]) {
    for (const n of [1, 2, 5, 9]) {
      const pairs: [number, number, number][] = [];
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) pairs.push([j, i, rng.normal()]);
      const linear = Float64Array.from({ length: n }, () => rng.normal());
      const model = make({ couplings: sparseCouplings(n, pairs), linear, offset: 3.25 });
      const E = diagonalEnergies(isingHamiltonian(model));
      for (let y = 0; y < 2 ** n; y++) {
        const bits = Array.from({ length: n }, (_, i) => (y >> i) & 1);
        const state = model.vartype === "ising" ? bits.map((bit) => 2 * bit - 1) : bits;
        assertClose(E[y], energy(model, state), { rtol: 1e-12, atol: 1e-12 });
      }
    }
  }
});

Deno.test("diagonalEnergies() is the diagonal of the whole matrix", () => {
  const H = randomHamiltonian(4, 12, new Rng(5), "XYZ");
  const diagonal = diagonalEnergies(H);
  const dense = denseHamiltonian(H);
  assertClose(diagonal, diagonal.map((_, y) => dense[2 * (y * 16 + y)]), { rtol: 0, atol: 1e-13 });
});

Deno.test("hamiltonian() refuses what is not Hermitian, not finite, twice there, or on qubits that are not", () => {
  const make = (coefficient: Parameters<typeof hamiltonian>[1][number][0], string = "Z0") => () =>
    hamiltonian(2, [[1, "X0"], [coefficient, string]]);
  assertEquals(make({ re: 2, im: 0 })().coefficients[1], 2);
  assertThrows(
    make({ re: 2, im: 1e-9 }),
    RangeError,
    "the coefficient of Z0 is 2 + 1e-9 i, so the sum is not Hermitian",
  );
  assertThrows(
    make(undefined as never),
    TypeError,
    "the coefficient of Z0 must be a number, or { re, im }, got undefined",
  );
  assertThrows(make("1" as never), TypeError, 'got "1"');
  assertThrows(make({ re: 2, im: NaN }), RangeError, "not Hermitian");
  assertThrows(make(NaN), RangeError, "the coefficient of Z0 must be a finite number, got NaN");
  assertThrows(make(1, "Z2"), RangeError, "qubit 2 is none of the 2");
  assertThrows(make(1, "X0"), RangeError, "X0 stands twice");
  assertThrows(() => hamiltonian(0, []), RangeError, "qubits must be an integer from 1, got 0");
  assertThrows(() => hamiltonian(30, []), RangeError, "would take 17,179,869,184 bytes");
  const other = hamiltonian(3, [[1, "Z0"]]);
  assertThrows(() => circuit({ qubits: 2, operations: [], observables: [other] }), RangeError, "is of 3 qubits");
});

Deno.test("pauliString() refuses what it cannot read", () => {
  assertEquals(pauliString("I").label, "I");
  assertThrows(() => pauliString("A0"), SyntaxError, '"A0" is no factor; write X, Y or Z and a qubit');
  assertThrows(() => pauliString("X"), SyntaxError);
  assertThrows(() => pauliString("X1 Z1"), RangeError, "two factors act on qubit 1");
  assertThrows(() => pauliString("X31"), RangeError, "qubit 31 is above 29");
});

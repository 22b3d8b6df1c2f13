import { assert, assertThrows } from "@std/assert";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { lanczos, transverseGap } from "../analysis/mod.ts";
import { openHypercube } from "../kernels/mod.ts";
import { fromMaxCut, type IsingModel, isingModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { denseExponential, denseHamiltonian, product } from "./_test_dense.ts";
import {
  annealCircuit,
  diagonalEnergies,
  evolve,
  isingHamiltonian,
  openCircuit,
  plusState,
  qaoaCircuit,
  runCircuit,
  transverseFieldHamiltonian,
} from "./mod.ts";

/** A spin glass with fields, so that one state is lowest. */
function glass(n: number, seed: number): IsingModel {
  const rng = new Rng(seed, n);
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) pairs.push([j, i, rng.normal() / Math.sqrt(n)]);
  return isingModel({
    couplings: sparseCouplings(n, pairs),
    linear: Float64Array.from({ length: n }, () => rng.normal()),
  });
}

/** Eigenvalues of a Hamiltonian that is real in the basis of bits, ascending. */
function levelsOf(H: Parameters<typeof denseHamiltonian>[0]): number[] {
  const dense = denseHamiltonian(H);
  const N = 2 ** H.qubits;
  const rows = Array.from({ length: N }, (_, i) => Array.from({ length: N }, (_, j) => dense[2 * (i * N + j)]));
  const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
  return [...realEigenvalues].sort((a, b) => a - b);
}

Deno.test("transverseFieldHamiltonian() has the levels and the gaps that transverseGap() of the analysis room finds", () => {
  for (const n of [2, 4, 6]) {
    const model = glass(n, 1);
    const { curve, gap } = transverseGap(model, { points: 5 });
    for (const { s, levels } of curve) {
      const own = levelsOf(transverseFieldHamiltonian(model, { transverse: 1 - s, problem: s }));
      assertClose(own.slice(0, 2), levels.slice(0, 2), { rtol: 1e-6, atol: 1e-6 });
      assert(own[1] - own[0] > gap - 1e-6);
    }
  }
});

Deno.test("evolve() turns the ground state of an anneal by the energy that lanczos() of the analysis room gives it", () => {
  const n = 8;
  const model = glass(n, 2);
  const cube = openHypercube({ n, vectors: 44 });
  cube.vectors[0].set(diagonalEnergies(isingHamiltonian(model)));
  const { values } = lanczos(cube, (psi, out) => cube.applyTransverse(0.6, 0.4, cube.vectors[0], psi, out), {
    first: 1,
    basis: 40,
    tolerance: 1e-12,
  });
  const ground = cube.vectors[1];
  const psi = new Float64Array(2 * ground.length);
  ground.forEach((value, y) => psi[2 * y] = value);
  const H = transverseFieldHamiltonian(model, { transverse: 0.6, problem: 0.4 });
  const { state } = evolve(H, psi, { time: 1.5 });
  cube.close();
  for (let y = 0; y < ground.length; y++) {
    assertClose(state[2 * y], ground[y] * Math.cos(1.5 * values[0]), { rtol: 0, atol: 1e-6 });
    assertClose(state[2 * y + 1], -ground[y] * Math.sin(1.5 * values[0]), { rtol: 0, atol: 1e-6 });
  }
});

Deno.test("annealCircuit() finds the lowest energy if the anneal is slow against the square of the gap, and only then", () => {
  const model = glass(6, 3);
  const { gap, matrixElement } = transverseGap(model, { points: 17 });
  const E = diagonalEnergies(isingHamiltonian(model));
  const lowest = E.indexOf(E.reduce((a, b) => Math.min(a, b)));
  const success = (times: number) => {
    const time = times * matrixElement / gap ** 2;
    const psi = runCircuit(annealCircuit(model, { time, steps: Math.ceil(20 * time) }));
    return psi[2 * lowest] ** 2 + psi[2 * lowest + 1] ** 2;
  };
  const [fast, slow] = [success(0.05), success(30)];
  assert(fast < 0.9, `fast ${fast}`);
  assert(slow > 0.999, `slow ${slow}`);
});

Deno.test("annealCircuit() comes as the square of the step to what many Krylov evolutions of short times give", () => {
  const model = glass(4, 4);
  const time = 3;
  const steps = 400;
  let psi = plusState(4);
  for (let k = 0; k < steps; k++) {
    const s = (k + 0.5) / steps;
    psi =
      evolve(transverseFieldHamiltonian(model, { transverse: 1 - s, problem: s }), psi, { time: time / steps }).state;
  }
  const off = (count: number) =>
    Math.hypot(...runCircuit(annealCircuit(model, { time, steps: count })).map((value, i) => value - psi[i]));
  const [a, b] = [off(25), off(50)];
  assert(Math.abs(Math.log2(a / b) - 2) < 0.1, `falls by the power ${Math.log2(a / b)}`);
});

Deno.test("qaoaCircuit() multiplies the exponentials of the energies and of the field, by whole matrices", () => {
  const model = glass(3, 6);
  const [energies, field] = [[0, 1], [-1, 0]].map(([transverse, problem]) =>
    denseHamiltonian(transverseFieldHamiltonian(model, { transverse, problem }))
  );
  const [gamma, beta] = [[0.3, -0.8], [0.5, 0.2]];
  let psi = plusState(3);
  for (const l of [0, 1]) {
    psi = product(denseExponential(energies, gamma[l]), psi);
    psi = product(denseExponential(field, beta[l]), psi);
  }
  const own = runCircuit(qaoaCircuit(model, 2), { parameters: [...gamma, ...beta] });
  assertClose(own, psi, { rtol: 0, atol: 1e-12 });
});

Deno.test("qaoaCircuit() of one layer cuts three of four edges of a ring, as published, by descent along its gradient", () => {
  const n = 8;
  const ring = fromMaxCut(n, Array.from({ length: n }, (_, i) => [i, (i + 1) % n, 1] as const));
  const open = openCircuit(qaoaCircuit(ring, 1));
  const parameters = Float64Array.of(0.2, -0.2);
  let value = 0;
  for (let k = 0; k < 300; k++) {
    const { expectations: outputs, parameters: slope } = open.gradient({ parameters });
    value = outputs[0];
    parameters.forEach((_, i) => parameters[i] -= 0.02 * slope[i]);
  }
  open.close();
  const cut = -value / n;
  assertClose(cut, 0.75, { rtol: 1e-6, atol: 0 });
});

Deno.test("qaoaCircuit() and annealCircuit() refuse what they cannot make", () => {
  const model = glass(2, 5);
  assertThrows(() => qaoaCircuit(model, 0), RangeError, "layers must be an integer from 1, got 0");
  assertThrows(() => annealCircuit(model, { time: NaN, steps: 1 }), RangeError, "time must be a finite number");
  assertThrows(() => annealCircuit(model, { time: 1, steps: 0 }), RangeError, "steps must be an integer from 1");
  const schedule = { transverse: () => Infinity, problem: () => 1 };
  assertThrows(
    () => annealCircuit(model, { time: 1, steps: 1, schedule }),
    RangeError,
    "A(0.5) must be a finite number",
  );
  const large = isingModel({ couplings: sparseCouplings(40, []) });
  assertThrows(() => isingHamiltonian(large), RangeError, "would take 17,592,186,044,416 bytes");
});

import { openAmplitudes } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { diagonalsOf, openDiagonals } from "./_apply.ts";
import { krylovTime } from "./_krylov_time.ts";
import { checkFinite, checkInteger, checkMemory } from "./_limits.ts";
import { addWeighted } from "./_observables.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { checkStates } from "./states.ts";

/** Options of {@link evolve}. */
export interface EvolveOptions {
  /** t; below 0 goes back. */
  readonly time: number;
  /** Norm of the error that is small enough, rounding left out. @default {1e-10} */
  readonly tolerance?: number;
  /** Krylov vectors a step, from 2. @default {20} */
  readonly basis?: number;
  /** The compiled loops, or their readable twins. @default {"wasm"} */
  readonly engine?: "wasm" | "typescript";
}

/** What {@link evolve} gives. */
export interface Evolution {
  /** `exp(-i t H) psi`, `[2^n, 2]`. */
  readonly state: Float64Array;
  /** A bound on the norm of its error, rounding left out. */
  readonly error: number;
  /** Krylov spaces that were made. */
  readonly steps: number;
  /** Products with H. */
  readonly products: number;
}

/**
 * Evolves a state under a Hamiltonian, `exp(-i t H) psi`, in Krylov spaces: exactly, up to a bound that is returned.
 *
 * In the space of `psi, H psi, .., H^(m-1) psi` H is a small real tridiagonal matrix T, and the state is `V exp(-i s T) e_1`. What it
 * leaves of the equation at time s is `beta_m |u_m(s)|`, u the vector of the small problem, so that the error is at most
 * `beta_m integral |u_m| ds`: a step ends where this exceeds its part of the tolerance, and a new space begins.
 *
 * @param H what evolves the state
 * @param psi `[2^n, 2]`, of norm 1
 * @param options see {@link EvolveOptions}
 * @returns the state and a bound on its error
 * @throws {TypeError} if psi is no one state of the qubits of H
 * @throws {RangeError} if psi is not of norm 1 or not finite, time is not finite, the tolerance is below 1e-14 or not above 0, basis is no
 * integer from 2, the steps would be more than a million, or the vectors do not fit into memory
 *
 * Cost `basis + 2` states; a product is a pass for each string with X or Y and one for all others together.
 * Source: Park and Light, Unitary quantum time evolution by iterative Lanczos reduction (1986), DOI 10.1063/1.451548; the bound:
 * Lubich, From Quantum to Classical Molecular Dynamics (2008), section III.2.2, DOI 10.4171/067.
 *
 * @example Half a turn about X
 * ```ts
 * import { basisState, evolve, hamiltonian } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const { state, error } = evolve(hamiltonian(1, [[1, "X0"]]), basisState(1), { time: Math.PI / 2 });
 * assertAlmostEquals(state[3], -1);
 * assertAlmostEquals(error, 0);
 * ```
 */
export function evolve(H: Hamiltonian, psi: Float64Array, options: EvolveOptions): Evolution {
  const cannot = "Cannot evolve a state";
  checkOptionNames(cannot, options, ["time", "tolerance", "basis", "engine"]);
  const { time, tolerance = 1e-10, basis = 20, engine } = options;
  checkFinite(cannot, "time", time);
  if (!(tolerance >= SMALLEST && tolerance < Infinity)) {
    throw new RangeError(`${cannot}: tolerance must be a number from ${SMALLEST}, got ${tolerance}`);
  }
  checkInteger(cannot, "basis", basis, 2);
  const whole = psi.length / (2 * 2 ** H.qubits);
  if (Number.isInteger(whole) && whole > 1) throw new TypeError(`${cannot}: one state is expected, got ${whole}`);
  checkStates(cannot, psi, H.qubits);

  const { needed, tables } = diagonalsOf({ operations: [], observables: [H] });
  const largest = Math.min(basis, 2 ** H.qubits);
  checkMemory(cannot, `${largest + 2} states of ${H.qubits} qubits`, 16 * 2 ** H.qubits * (largest + 2));
  const amplitudes = openAmplitudes({ n: H.qubits, registers: largest + 2, tables, engine });
  try {
    const diagonals = openDiagonals(amplitudes, needed);
    const V = amplitudes.registers;
    const scratch = V[largest + 1];
    const pair = new Float64Array(2);
    const norm = (v: Float64Array) => {
      amplitudes.elements(0, 0, v, v, pair);
      return Math.sqrt(pair[0]);
    };
    const scale = (v: Float64Array, by: number) => {
      for (let i = 0; i < v.length; i++) v[i] *= by;
    };
    // H V_(m-1) without what lies along V_0 .. V_(m-1), twice: once leaves rounding in
    const expand = (m: number) => {
      const w = V[m];
      w.fill(0);
      addWeighted(amplitudes, diagonals, [H], [1], V[m - 1], scratch, w);
      let along = 0;
      for (let pass = 0; pass < 2; pass++) {
        for (let j = m - 1; j >= 0; j--) {
          amplitudes.elements(0, 0, V[j], w, pair);
          if (j === m - 1) along += pair[0];
          amplitudes.addPauli(0, 0, Float64Array.of(-pair[0], -pair[1]), V[j], w);
        }
      }
      return along;
    };

    V[0].set(psi);
    const length = norm(V[0]);
    const [alpha, beta] = [new Float64Array(largest), new Float64Array(largest)];
    const whole = Math.abs(time);
    let [gone, error, steps, products] = [0, 0, 0, 0];
    while (gone < whole) {
      scale(V[0], 1 / norm(V[0]));
      let [m, size] = [0, 0];
      while (m < largest) {
        alpha[m] = expand(m + 1);
        products++;
        beta[m] = norm(V[m + 1]);
        size = Math.max(size, Math.abs(alpha[m]) + beta[m]);
        m++;
        // what is left is rounding: the space is closed under H
        if (beta[m - 1] <= CLOSED * size) beta[m - 1] = 0;
        if (beta[m - 1] === 0) break;
        scale(V[m], 1 / beta[m - 1]);
      }
      if (m === 2 ** H.qubits) beta[m - 1] = 0;
      const part = krylovTime(alpha, beta, m, whole - gone, Math.sign(time), tolerance / whole);
      // written so that a step of no length is refused
      if (!(whole <= MOST_STEPS * part.gone)) {
        throw new RangeError(
          `${cannot}: ${basis} Krylov vectors carry it for ${part.gone} of ${whole} with a tolerance of ${tolerance}, and at most ` +
            `${MOST_STEPS} such steps are made; raise basis or tolerance`,
        );
      }
      scratch.fill(0);
      for (let j = 0; j < m; j++) amplitudes.addPauli(0, 0, part.u.subarray(2 * j, 2 * j + 2), V[j], scratch);
      V[0].set(scratch);
      gone = part.gone === whole - gone ? whole : gone + part.gone;
      error += part.error;
      steps++;
    }
    const state = V[0].slice();
    scale(state, length / norm(V[0]));
    return { state, error, steps, products };
  } finally {
    amplitudes.close();
  }
}

/** Smallest tolerance: below it rounding is larger. */
const SMALLEST = 1e-14;
/** Steps at most, if all were as long as one that was made. */
const MOST_STEPS = 1e6;
/** A vector that is shorter, in units of H, is rounding. */
const CLOSED = 1e-14;

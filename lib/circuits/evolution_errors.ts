import { circuit } from "./circuit.ts";
import { evolve } from "./evolve.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { runCircuit } from "./open_circuit.ts";
import { type TrotterOrder, trotterSteps } from "./trotter_steps.ts";

/** How far a product formula is from the exact evolution. */
export interface EvolutionError {
  /** 1, 2 or 4. */
  readonly order: TrotterOrder;
  /** Steps that the time was divided into. */
  readonly steps: number;
  /** Rotations of the circuit. */
  readonly rotations: number;
  /** Norm of the difference of the states. */
  readonly error: number;
}

/**
 * Measures the errors of product formulas of every order against the evolution in Krylov spaces.
 *
 * @param H what evolves the state
 * @param psi `[2^n, 2]`, of norm 1
 * @param options time, and the steps to try
 * @returns a row for each order and number of steps, and the bound on the error of what they are compared with
 * @throws {RangeError} as `evolve` and `trotterSteps` do
 * @throws {TypeError} if psi is no one state of the qubits of H
 *
 * Cost one evolution, and a run for each row.
 * Source: Childs et al., Theory of Trotter error with commutator scaling (2021), DOI 10.1103/PhysRevX.11.011020.
 *
 * @example Twice as many steps of order 2 leave a quarter of the error
 * ```ts
 * import { basisState, evolutionErrors, hamiltonian } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const H = hamiltonian(1, [[1, "X0"], [1, "Z0"]]);
 * const { rows } = evolutionErrors(H, basisState(1), { time: 1, steps: [20, 40] });
 * const [a, b] = rows.filter(({ order }) => order === 2);
 * assertAlmostEquals(a.error / b.error, 4, 0.01);
 * ```
 */
export function evolutionErrors(
  H: Hamiltonian,
  psi: Float64Array,
  { time, steps }: { readonly time: number; readonly steps: readonly number[] },
): { readonly rows: EvolutionError[]; readonly exactWithin: number } {
  const exact = evolve(H, psi, { time, tolerance: 1e-13 });
  const rows = ([1, 2, 4] as const).flatMap((order) =>
    steps.map((count) => {
      const operations = trotterSteps(H, { time, steps: count, order });
      const state = runCircuit(circuit({ qubits: H.qubits, operations }), { states: psi });
      let squares = 0;
      for (let i = 0; i < state.length; i++) squares += (state[i] - exact.state[i]) ** 2;
      return { order, steps: count, rotations: operations.length, error: Math.sqrt(squares) };
    })
  );
  return { rows, exactWithin: exact.error };
}

import type { Amplitudes } from "../kernels/mod.ts";
import { withPhase } from "./_pauli_phase.ts";
import type { Diagonals } from "./_apply.ts";
import type { Hamiltonian } from "./hamiltonian.ts";

/** True if the strings without X and Y are so many that one pass over their energies is less work. */
export function hasDiagonal(H: Hamiltonian): boolean {
  return H.strings.filter(({ x }) => x === 0).length > 1;
}

/** Writes `<psi_b|H_k|psi_b>` into `results`, `[B, K]`; `scratch` is of the size of psi. */
export function measure(
  amplitudes: Amplitudes,
  diagonals: Diagonals,
  observables: readonly Hamiltonian[],
  psi: Float64Array,
  scratch: Float64Array,
  results: Float64Array,
): void {
  const elements = new Float64Array(psi.length / amplitudes.size);
  const K = observables.length;
  results.fill(0);
  observables.forEach((H, k) => {
    const gather = (value: (re: number, im: number) => number) => {
      for (let b = 0; 2 * b < elements.length; b++) {
        results[b * K + k] += value(elements[2 * b], elements[2 * b + 1]);
      }
    };
    const diagonal = hasDiagonal(H);
    if (diagonal) {
      amplitudes.weigh(diagonals.of(H), psi, scratch);
      amplitudes.elements(0, 0, psi, scratch, elements);
      gather((re) => re);
    }
    H.strings.forEach((string, j) => {
      if (string.x === 0 && diagonal) return;
      amplitudes.elements(string.x, string.z, psi, psi, elements);
      gather((re, im) => H.coefficients[j] * withPhase(string, re, im)[0]);
    });
  });
}

/** `out_b += sum_k weights_bk H_k psi_b`, weights `[B, K]`; `scratch` is of the size of psi. */
export function addWeighted(
  amplitudes: Amplitudes,
  diagonals: Diagonals,
  observables: readonly Hamiltonian[],
  weights: ArrayLike<number>,
  psi: Float64Array,
  scratch: Float64Array,
  out: Float64Array,
): void {
  const count = psi.length / (2 * amplitudes.size);
  const K = observables.length;
  observables.forEach((H, k) => {
    const by = (re: number, im: number) => {
      const coefficients = new Float64Array(2 * count);
      for (let b = 0; b < count; b++) {
        coefficients[2 * b] = re * weights[b * K + k];
        coefficients[2 * b + 1] = im * weights[b * K + k];
      }
      return coefficients;
    };
    const diagonal = hasDiagonal(H);
    if (diagonal) {
      amplitudes.weigh(diagonals.of(H), psi, scratch);
      amplitudes.addPauli(0, 0, by(1, 0), scratch, out);
    }
    H.strings.forEach((string, j) => {
      if (string.x === 0 && diagonal) return;
      amplitudes.addPauli(string.x, string.z, by(...withPhase(string, H.coefficients[j], 0)), psi, out);
    });
  });
}

import type { Amplitudes } from "./amplitudes.ts";

// states whose sums are made before they are added, as the compiled loops do
const BLOCK = 1024;

/** The loops over amplitudes, written plainly; sums are made in the order of the compiled ones. */
export function amplitudesTwin(n: number): Pick<
  Amplitudes,
  "gate" | "cz" | "rotate" | "multiply" | "addPauli" | "weigh" | "elements"
> {
  const size = 2 ** n;
  const signOf = (y: number, z: number) => {
    let odd = 0;
    for (let bits = y & z; bits !== 0; bits &= bits - 1) odd ^= 1;
    return odd ? -1 : 1;
  };
  /** Calls `body` for each state: where it starts, and where its coefficients do, of which there are `each`. */
  const states = (psi: Float64Array, given: number, each: number, body: (at: number, from: number) => void) => {
    for (let k = 0; k < psi.length / (2 * size); k++) body(2 * size * k, given === each ? 0 : each * k);
  };
  return {
    gate(qubit, matrices, psi) {
      const half = 1 << qubit;
      states(psi, matrices.length, 8, (at, from) => {
        const [r00, i00, r01, i01, r10, i10, r11, i11] = matrices.subarray(from, from + 8);
        for (let y = 0; y < size; y++) {
          if (y & half) continue;
          const [p, q] = [at + 2 * y, at + 2 * (y + half)];
          const [ar, ai, br, bi] = [psi[p], psi[p + 1], psi[q], psi[q + 1]];
          psi[p] = (r00 * ar - i00 * ai) + (r01 * br - i01 * bi);
          psi[p + 1] = (r00 * ai + i00 * ar) + (r01 * bi + i01 * br);
          psi[q] = (r10 * ar - i10 * ai) + (r11 * br - i11 * bi);
          psi[q + 1] = (r10 * ai + i10 * ar) + (r11 * bi + i11 * br);
        }
      });
    },
    cz(a, b, psi) {
      const both = (1 << a) | (1 << b);
      for (let i = 0; i < psi.length; i += 2) {
        if (((i >> 1) & both) !== both) continue;
        psi[i] = -psi[i];
        psi[i + 1] = -psi[i + 1];
      }
    },
    rotate(x, z, factors, psi) {
      states(psi, factors.length, 3, (at, from) => {
        const [c, re, im] = factors.subarray(from, from + 3);
        for (let y = 0; y < size; y++) {
          const other = y ^ x;
          if (other < y) continue;
          const [p, q] = [at + 2 * y, at + 2 * other];
          const [ar, ai, br, bi] = [psi[p], psi[p + 1], psi[q], psi[q + 1]];
          const [sign, signOther] = [signOf(y, z), signOf(other, z)];
          psi[p] = c * ar + signOther * (re * br - im * bi);
          psi[p + 1] = c * ai + signOther * (re * bi + im * br);
          if (other === y) continue;
          psi[q] = c * br + sign * (re * ar - im * ai);
          psi[q + 1] = c * bi + sign * (re * ai + im * ar);
        }
      });
    },
    multiply(diagonal, conjugate, psi) {
      const by = conjugate ? -1 : 1;
      for (let i = 0; i < psi.length; i += 2) {
        const at = i % (2 * size);
        const [re, im] = [diagonal[at], by * diagonal[at + 1]];
        const [ar, ai] = [psi[i], psi[i + 1]];
        psi[i] = re * ar - im * ai;
        psi[i + 1] = re * ai + im * ar;
      }
    },
    addPauli(x, z, coefficients, psi, out) {
      states(psi, coefficients.length, 2, (at, from) => {
        const [re, im] = coefficients.subarray(from, from + 2);
        for (let y = 0; y < size; y++) {
          const [p, q] = [at + 2 * y, at + 2 * (y ^ x)];
          const sign = signOf(y ^ x, z);
          out[p] += sign * (re * psi[q] - im * psi[q + 1]);
          out[p + 1] += sign * (re * psi[q + 1] + im * psi[q]);
        }
      });
    },
    weigh(E, psi, out) {
      for (let i = 0; i < psi.length; i++) out[i] = E[(i % (2 * size)) >> 1] * psi[i];
    },
    elements(x, z, phi, psi, results) {
      states(psi, 0, 2, (at, from) => {
        let [re, im] = [0, 0];
        for (let start = 0; start < size; start += BLOCK) {
          // [state's parity][lane]
          const sums = [[0, 0, 0, 0], [0, 0, 0, 0]];
          for (let y = start; y < Math.min(size, start + BLOCK); y++) {
            const [p, q] = [at + 2 * y, at + 2 * (y ^ x)];
            const sign = signOf(y ^ x, z);
            const own = sums[y & 1];
            own[0] += sign * phi[p] * psi[q];
            own[1] += sign * phi[p + 1] * psi[q + 1];
            own[2] += sign * phi[p] * psi[q + 1];
            own[3] += sign * phi[p + 1] * psi[q];
          }
          const [rr, ii, ri, ir] = sums[0].map((value, lane) => value + sums[1][lane]);
          re += rr + ii;
          im += ri - ir;
        }
        results[from] = re;
        results[from + 1] = im;
      });
    },
  };
}

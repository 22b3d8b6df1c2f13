import type { Hypercube, UpdateRule } from "./hypercube.ts";

// states whose sums are made before they are added, as the compiled loops do
const DOT_BLOCK = 1024;
const FORM_BLOCK = 512;

/** The loops over the states of n spins, written plainly; sums are made in the order of the compiled ones. */
export function hypercubeTwin(n: number, even: boolean, vectors: readonly Float64Array[]): Hypercube {
  const bits = even ? n - 1 : n;
  const size = 2 ** bits;
  // where a flip of spin i leads: bit i turned, or, of the last spin where it is always up, all bits turned
  const flipped = (x: number, spin: number) => spin < bits ? x ^ (1 << spin) : size - 1 - x;
  const spins = Array.from({ length: n }, (_, i) => i);
  const r2 = (rule: UpdateRule, a: number, b: number) =>
    rule === "metropolis" ? Math.max(a, b) * Math.max(a, b) : a * a + b * b;
  return {
    engine: "typescript",
    n,
    size,
    vectors,
    applyTransverse(transverse, problem, E, psi, out) {
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (const i of spins) sum += psi[flipped(x, i)];
        out[x] = problem * E[x] * psi[x] - transverse * sum;
      }
    },
    applyGenerator(rule, scale, g, psi, out) {
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (const i of spins) {
          const y = flipped(x, i);
          sum += g[y] * ((g[y] * psi[x] - g[x] * psi[y]) / r2(rule, g[x], g[y]));
        }
        out[x] = scale * sum;
      }
    },
    dirichletForm(rule, scale, g, psi) {
      let total = 0;
      for (let from = 0; from < size; from += FORM_BLOCK) {
        const sums = [0, 0];
        for (let x = from; x < Math.min(size, from + FORM_BLOCK); x++) {
          let own = 0;
          for (const i of spins) {
            const y = flipped(x, i);
            const d = g[y] * psi[x] - g[x] * psi[y];
            own += d * d / r2(rule, g[x], g[y]);
          }
          sums[x & 1] += own;
        }
        total += sums[0] + sums[1];
      }
      return scale * (total / 2);
    },
    sweep(order, rule, g, psi, taken) {
      if (size === 1) return 0;
      let lost = 0;
      for (const i of order === "lastFirst" ? spins.toReversed() : spins) {
        const paired = i > 0 && i < bits;
        const sums = [0, 0];
        for (let x = 0; x < size; x++) {
          const y = flipped(x, i);
          if (y < x) continue;
          const d = g[y] * psi[x] - g[x] * psi[y];
          const square = r2(rule, g[x], g[y]);
          const t = d / square;
          psi[x] -= g[y] * t;
          psi[y] += g[x] * t;
          if (taken) {
            taken[x] += g[y] * t;
            taken[y] -= g[x] * t;
          }
          const smaller = Math.min(g[x], g[y]);
          sums[paired ? x & 1 : 0] += rule === "metropolis" ? d * t * (1 - smaller * smaller / square) : d * t;
        }
        lost += sums[0] + sums[1];
      }
      return lost;
    },
    dots(first, count, w, coefficients) {
      for (let k = 0; k < count; k++) {
        const v = vectors[first + k];
        let sum = 0;
        for (let from = 0; from < size; from += DOT_BLOCK) {
          const lanes = [0, 0, 0, 0];
          for (let x = from; x < Math.min(size, from + DOT_BLOCK); x++) lanes[x & 3] += v[x] * w[x];
          sum += (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
        }
        coefficients[k] = sum;
      }
    },
    add(first, count, coefficients, w) {
      for (let k = 0; k < count; k++) {
        const v = vectors[first + k];
        for (let x = 0; x < size; x++) w[x] += coefficients[k] * v[x];
      }
    },
    rotate(first, count, kept, Y) {
      const own = new Float64Array(count);
      for (let x = 0; x < size; x++) {
        for (let j = 0; j < count; j++) own[j] = vectors[first + j][x];
        for (let k = 0; k < kept; k++) {
          let sum = 0;
          for (let j = 0; j < count; j++) sum += own[j] * Y[j * kept + k];
          vectors[first + k][x] = sum;
        }
      }
    },
    close() {},
  };
}

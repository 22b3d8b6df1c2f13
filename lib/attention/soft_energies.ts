import type { SoftProblem } from "./soft_types.ts";

/** Bits a token may have. */
export const MOST_BITS = 16;

/**
 * Reads soft weights from bits: `w = sum_b 2^b x_b / (2^q - 1)`, the least significant bit first.
 *
 * @param chosen x, `[.., q]`, 0 or 1
 * @param bits q
 * @returns weights from 0 to 1, fresh
 *
 * Cost O(length of x).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1.
 *
 * @example The upper of two bits weighs two thirds
 * ```ts
 * import { softWeights } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...softWeights([0, 1, 1, 1], 2)], [2 / 3, 1]);
 * ```
 */
export function softWeights(chosen: ArrayLike<number>, bits: number): Float64Array {
  const weights = new Float64Array(chosen.length / bits);
  const top = 2 ** bits - 1;
  for (let i = 0; i < weights.length; i++) {
    let level = 0;
    for (let b = bits - 1; b >= 0; b--) level = 2 * level + chosen[i * bits + b];
    weights[i] = level / top;
  }
  return weights;
}

/**
 * Computes the energy of soft selections, in float64, as it is written in {@link SoftProblem}.
 *
 * With `c_ib` the number of heads that set bit b of token i, the pairs of heads that share it are `c (c - 1) / 2`.
 *
 * @param problem B problems
 * @param chosen x, `[B, H, N, q]`, 0 or 1
 * @returns E(x), `[B]`, fresh
 * @throws {TypeError} if an array does not fit the sizes
 * @throws {RangeError} if a size, a weight or a bit is none, or a number is not finite
 *
 * Cost O(B H N (N + q)).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1; the term of the distances is our reading.
 *
 * @example One token at full weight: its own coupling and its field
 * ```ts
 * import { softEnergies } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const weights = { quadratic: 1, linear: 1, penalty: 2, longRange: 0 };
 * const arrays = { couplings: Float32Array.of(3), fields: Float32Array.of(4) };
 * const problem = { batch: 1, heads: 1, tokens: 1, bits: 2, weights, ...arrays };
 * assertEquals(softEnergies(problem, Uint8Array.of(1, 1))[0], -7);
 * ```
 */
export function softEnergies(problem: SoftProblem, chosen: Uint8Array): Float64Array {
  checkSoftProblem(problem);
  checkSoftChosen(problem, chosen);
  return softEnergiesOf(problem, chosen);
}

/** The energies of a problem and bits that were checked before. */
export function softEnergiesOf(problem: SoftProblem, chosen: Uint8Array): Float64Array {
  const { batch: B, heads: H, tokens: N, bits: q, couplings, fields, weights } = problem;
  const w = softWeights(chosen, q);
  const energies = new Float64Array(B);
  const reach = N > 1 ? weights.longRange / (N - 1) : 0;
  const pair = H > 1 ? weights.penalty / (H * (H - 1)) : 0;
  const counts = new Float64Array(N * q);
  for (let b = 0; b < B; b++) {
    let energy = 0;
    counts.fill(0);
    for (let t = 0; t < H; t++) {
      const head = (b * H + t) * N;
      for (let i = 0; i < N; i++) {
        if (w[head + i] === 0) continue;
        const row = (head + i) * N;
        let pull = weights.linear * fields[head + i];
        for (let j = 0; j < N; j++) {
          pull += (weights.quadratic * couplings[row + j] + reach * Math.abs(i - j)) * w[head + j];
        }
        energy -= w[head + i] * pull;
      }
      for (let r = 0; r < N * q; r++) counts[r] += chosen[head * q + r];
    }
    for (let r = 0; r < N * q; r++) energy += pair * counts[r] * (counts[r] - 1);
    energies[b] = energy;
  }
  return energies;
}

/** Throws unless a problem is whole: sizes, arrays of the right type and length, finite numbers. */
export function checkSoftProblem({ batch, heads, tokens, bits, couplings, fields, weights }: SoftProblem): void {
  const cannot = "Cannot use the soft selection problem";
  for (const [name, size] of Object.entries({ batch, heads, tokens, bits })) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${cannot}: ${name} must be a positive integer, got ${size}`);
    }
  }
  if (bits > MOST_BITS) throw new RangeError(`${cannot}: bits must be at most ${MOST_BITS}, got ${bits}`);
  const { quadratic, linear, penalty, longRange } = weights;
  for (const [name, weight] of Object.entries({ quadratic, linear, penalty, longRange })) {
    if (!Number.isFinite(weight)) {
      throw new RangeError(`${cannot}: the ${name} weight must be a finite number, got ${weight}`);
    }
  }
  const places = batch * heads * tokens;
  const arrays = { couplings: [couplings, places * tokens], fields: [fields, places] } as const;
  for (const [name, [values, length]] of Object.entries(arrays)) {
    if (!(values instanceof Float32Array) || values.length !== length) {
      throw new TypeError(`${cannot}: ${name} must be a Float32Array of ${length} entries, got ${values?.length}`);
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new RangeError(`${cannot}: ${name}[${wrong}] must be finite, got ${values[wrong]}`);
  }
}

/** Throws unless there is a 0 or a 1 for each bit. */
export function checkSoftChosen(
  { batch, heads, tokens, bits }: Omit<SoftProblem, "weights" | "couplings" | "fields">,
  chosen: Uint8Array,
): void {
  const length = batch * heads * tokens * bits;
  if (!(chosen instanceof Uint8Array) || chosen.length !== length) {
    throw new TypeError(
      `Cannot use the soft selection: chosen must be a Uint8Array of ${length} bits, got ${chosen?.length}`,
    );
  }
  const wrong = chosen.findIndex((x) => x > 1);
  if (wrong >= 0) {
    throw new RangeError(`Cannot use the soft selection: chosen[${wrong}] must be 0 or 1, got ${chosen[wrong]}`);
  }
}

import { type Couplings, finished, inBlocks, type IsingModel, type QuboModel, type Work } from "../model/mod.ts";
import { isingOf } from "./_ising_arrays.ts";
import { levelled, levellingFactor } from "./_levelling.ts";

const LOW_SHARE = 0.05;
const HOT_ACCEPTANCE = 1 / 8;
const COLD_ACCEPTANCE = 0.01;
const COLD_EXPONENT = 16;
const DUST = 1e-12;
const SAMPLED_PARTNERS = 8;
// beyond, squares are not what they should be
const LARGE = 2 ** 400;
const LARGEST_BETA = 1e300;

/**
 * Chooses the inverse temperatures between which a model is annealed, from its largest and its smallest move.
 *
 * A flip of spin i changes the energy by `2 |h_i + sum_j J_ij s_j|`: in a random state typically by
 * `D_i = 2 sqrt(h_i^2 + sum_j J_ij^2)`. The largest D_i is accepted with probability 1/8 at the hot end: hotter, everything
 * moves and nothing is gained. The cold end is the hotter of two: where the smallest move, twice the smaller of the 5 %
 * quantiles of the nonzero `|J_ij|` and `|h_i|`, is accepted with probability 1/100, and where the 5 % quantile of the nonzero
 * D_i is accepted with probability e^-16: with many couplings a spin there freezes long before single couplings count.
 * Quantiles (rounded down to a quarter of a binary order), for the smallest of many random numbers says nothing. A QUBO
 * is looked at as the Ising model of the same energies, so the range does not depend on the vartype. Factored couplings are
 * sampled, 8 partners a spin.
 *
 * @returns `[hot, cold]`, in 1/energy, both positive, hot <= cold; `[1, 1]` if every state has the same energy
 *
 * Cost O(n^2) dense, O(n + m) sparse, O(n d^2) factored.
 *
 * @example One spin in a field of 1 moves by 2
 * ```ts
 * import { betaRange } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const [hot, cold] = betaRange(isingModel({ couplings: sparseCouplings(1, []), linear: [1] }));
 * assertAlmostEquals(hot, Math.log(8) / 2);
 * assertAlmostEquals(cold, Math.log(100) / 2);
 * ```
 */
export function betaRange(model: IsingModel | QuboModel): [hot: number, cold: number] {
  return finished(betaRangeWork(model));
}

/** As {@link betaRange}, in slices. */
export function* betaRangeWork(model: IsingModel | QuboModel): Work<[hot: number, cold: number]> {
  const ising = yield* isingOf(model);
  const { couplings, linear } = ising;
  const moves = yield* rowSquares(couplings);
  let largest = 0;
  for (let i = 0; i < model.n; i++) {
    moves[i] = 2 * Math.sqrt(moves[i] + linear[i] ** 2);
    largest = Math.max(largest, moves[i]);
  }
  const factor = largest > 1 / LARGE && largest < LARGE ? 1 : yield* levellingFactor(ising);
  if (factor !== 1) {
    const [hot, cold] = yield* betaRangeWork(yield* levelled(ising, factor));
    return [Math.min(LARGEST_BETA, hot * factor), Math.min(LARGEST_BETA, cold * factor)];
  }
  if (largest === 0) return [1, 1];
  const smallest = 2 * Math.min(
    yield* lowQuantile(magnitudes(couplings), largest),
    yield* lowQuantile(linear, largest),
  );
  const hot = -Math.log(HOT_ACCEPTANCE) / largest;
  const cold = Math.min(-Math.log(COLD_ACCEPTANCE) / smallest, COLD_EXPONENT / (yield* lowQuantile(moves, largest)));
  return [hot, Math.max(hot, cold)];
}

// sum_j J_ij^2 for every i
function* rowSquares(couplings: Couplings): Work<Float64Array> {
  const n = couplings.n;
  const squares = new Float64Array(n);
  if (couplings.form === "factored") return factoredSquares(couplings);
  const values = couplings.values;
  yield* inBlocks(n, values.length / Math.max(1, n), (from, to) => {
    for (let i = from; i < to; i++) {
      const start = couplings.form === "dense" ? i * n : couplings.rowPtr[i];
      const end = couplings.form === "dense" ? start + n : couplings.rowPtr[i + 1];
      let sum = 0;
      for (let k = start; k < end; k++) sum += values[k] * values[k];
      squares[i] = sum;
    }
  });
  return squares;
}

// sum_j ((a_i . b_j + b_i . a_j) / 2)^2 through the d x d products of the factors, less the diagonal
function factoredSquares({ n, width, left, right }: Extract<Couplings, { form: "factored" }>): Float64Array {
  const gram = (f: Float64Array, g: Float64Array) => {
    const product = new Float64Array(width * width);
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < width; a++) {
        for (let b = 0; b < width; b++) product[a * width + b] += f[i * width + a] * g[i * width + b];
      }
    }
    return product;
  };
  const [bb, ba, aa] = [gram(right, right), gram(right, left), gram(left, left)];
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    let own = 0;
    for (let a = 0; a < width; a++) {
      const [la, ra] = [left[i * width + a], right[i * width + a]];
      own += la * ra;
      for (let b = 0; b < width; b++) {
        const [lb, rb] = [left[i * width + b], right[i * width + b]];
        const k = a * width + b;
        sum += (la * bb[k] * lb + 2 * la * ba[k] * rb + ra * aa[k] * rb) / 4;
      }
    }
    squares[i] = Math.max(0, sum - own * own);
  }
  return squares;
}

function magnitudes(couplings: Couplings): Float64Array {
  if (couplings.form !== "factored") return couplings.values;
  const { n, width, left, right } = couplings;
  const partners = Math.min(SAMPLED_PARTNERS, n - 1);
  const values = new Float64Array(n * Math.max(0, partners));
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < partners; p++) {
      const j = (i + 1 + Math.floor(p * (n - 1) / partners)) % n;
      let sum = 0;
      for (let a = 0; a < width; a++) {
        sum += (left[i * width + a] * right[j * width + a] + left[j * width + a] * right[i * width + a]) / 2;
      }
      values[i * partners + p] = sum;
    }
  }
  return values;
}

/**
 * The value below which 5 % of the nonzero magnitudes lie, rounded down; Infinity if there are none. Counts by the leading
 * bits (exponent and two of the mantissa) instead of sorting; what is below 1e-12 of the largest move is rounding.
 */
function* lowQuantile(values: Float64Array, largest: number): Work<number> {
  const counts = new Uint32Array(1 << 13);
  const dust = DUST * largest;
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let total = 0;
  yield* inBlocks(values.length, 1, (from, to) => {
    let own = 0;
    for (let k = from; k < to; k++) {
      if (Math.abs(values[k]) <= dust) continue;
      // without the sign
      counts[(halves[2 * k + 1] & 0x7fffffff) >>> 18]++;
      own++;
    }
    total += own;
  });
  const view = new DataView(new ArrayBuffer(8));
  if (total === 0) return Infinity;
  let below = 0;
  let bin = 0;
  while (below + counts[bin] <= LOW_SHARE * total) below += counts[bin++];
  view.setUint32(0, bin << 18);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { control } from "./_control.ts";
import { pairProduct } from "./_pair_product.ts";
import { annealedSelection } from "./annealed_selection.ts";
import type { AttentionProblem, AttentionSolver } from "./types.ts";

/**
 * Makes a solver that gets every problem wrong: Gaussian noise is added to the couplings before they are annealed.
 *
 * Head by head, `J'_ij = J_ij + noise r g_ij`, g symmetric standard normal, r the root mean square of the head's couplings;
 * fields and penalties are as they are. The selection is judged, and its energy given, by the problem as it was asked. Problem b
 * draws its noise from stream `firstStream + b` of `options.seed`.
 *
 * @param options.noise deviation of the noise over the root mean square of the couplings, 0 or more
 * @param options.seed seed of the noise. @default {1}
 * @throws {RangeError} if the noise is not finite or below 0, or the seed no integer of 0 or more
 *
 * Cost O(B H N^2 (d + N)) a call and the annealing.
 *
 * @example One token has no coupling to spoil
 * ```ts
 * import { noisySelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const one = new Float32Array([1]);
 * const problem = { batch: 1, heads: 1, tokens: 1, width: 1, queries: one, keys: one, fields: one };
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * assertEquals(noisySelection({ noise: 1 }).solve({ ...problem, weights }, { seed: 1 }).energies[0], -1);
 * ```
 */
export function noisySelection(options: { readonly noise: number; readonly seed?: number }): AttentionSolver {
  checkOptionNames("Cannot add noise to the couplings", options, ["noise", "seed"]);
  const { noise, seed = 1 } = options;
  if (!(noise >= 0 && Number.isFinite(noise))) {
    throw new RangeError(`Cannot add noise to the couplings: noise must be a number of 0 or more, got ${noise}`);
  }
  new Rng(seed);
  return altered("noisy", (couplings, fields, { tokens: N }, stream) => {
    const rng = new Rng(seed, stream);
    for (let head = 0; head < fields.length; head += N) {
      const J = couplings.subarray(head * N, (head + N) * N);
      let squares = 0;
      for (const value of J) squares += value * value;
      const scale = noise * Math.sqrt(squares / Math.max(1, N * (N - 1)));
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < i; j++) J[i * N + j] = J[j * N + i] += scale * rng.normal();
      }
    }
  });
}

/**
 * Makes a solver of problems whose coefficients were rounded to few bits, as for a machine of so many.
 *
 * The coefficients are those of the QUBO of `attentionQubo`, fields and penalties included, rounded to whole multiples of
 * `max |coefficient| / (2^(bits-1) - 1)`, one step a problem. The selection is judged, and its energy given, by the problem as it was
 * asked.
 *
 * @param options.bits signed bits of a coefficient, 2 to 24
 * @throws {RangeError} if bits is no integer from 2 to 24
 *
 * Cost O(B H N^2 (d + N)) a call and the annealing.
 *
 * @example One token's field is the only coefficient: it is kept
 * ```ts
 * import { roundedSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const one = new Float32Array([1]);
 * const problem = { batch: 1, heads: 1, tokens: 1, width: 1, queries: one, keys: one, fields: one };
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * assertEquals(roundedSelection({ bits: 2 }).solve({ ...problem, weights }, { seed: 1 }).energies[0], -1);
 * ```
 */
export function roundedSelection(options: { readonly bits: number }): AttentionSolver {
  checkOptionNames("Cannot round the couplings", options, ["bits"]);
  const { bits } = options;
  if (!Number.isSafeInteger(bits) || bits < 2 || bits > 24) {
    throw new RangeError(`Cannot round the couplings: bits must be an integer from 2 to 24, got ${bits}`);
  }
  return altered("rounded", (couplings, fields, { tokens: N, weights }) => {
    const { k, weight: lambda } = weights.cardinality ?? { k: 0, weight: 0 };
    // what a pair inside a head, and a variable alone, have in the QUBO
    const pair = (J: number) => 2 * (lambda - weights.coupling * J);
    const alone = (h: number) => lambda * (1 - 2 * k) - weights.field * h;
    const shared = 2 * weights.overlap;
    let top = fields.length > N ? Math.abs(shared) : 0;
    for (let at = 0; at < couplings.length; at++) {
      if (at % N !== Math.floor(at / N) % N) top = Math.max(top, Math.abs(pair(couplings[at])));
    }
    for (const h of fields) top = Math.max(top, Math.abs(alone(h)));
    const step = top / (2 ** (bits - 1) - 1) || 1;
    const whole = (value: number) => step * Math.sign(value) * Math.round(Math.abs(value) / step);
    if (weights.coupling !== 0) {
      for (let at = 0; at < couplings.length; at++) {
        couplings[at] = (lambda - whole(pair(couplings[at])) / 2) / weights.coupling;
      }
    }
    if (weights.field !== 0) {
      for (let i = 0; i < fields.length; i++) {
        fields[i] = (lambda * (1 - 2 * k) - whole(alone(fields[i]))) / weights.field;
      }
    }
    return { overlap: whole(shared) / 2 };
  });
}

/** Changes the couplings `[H, N, N]` and fields `[H, N]` of one problem in place; may give another head penalty. */
type Alter = (
  couplings: Float32Array,
  fields: Float32Array,
  problem: AttentionProblem,
  stream: number,
) => { readonly overlap: number } | void;

function altered(name: string, alter: Alter): AttentionSolver {
  const annealer = annealedSelection({ form: "dense" });
  return control(name, (problem, chosen, options) => {
    const { batch, heads: H, tokens: N } = problem;
    const { firstStream = 0 } = options;
    // token i asks by the i-th unit vector, so that its answer is a coupling
    const queries = new Float32Array(H * N * N);
    for (let i = 0; i < H * N; i++) queries[i * N + i % N] = Math.sqrt(N);
    for (let b = 0; b < batch; b++) {
      const keys = couplingsOf(problem, b);
      const fields = problem.fields.slice(b * H * N, (b + 1) * H * N);
      const weights = { ...problem.weights, ...alter(keys, fields, problem, firstStream + b) };
      const wrong = { ...problem, batch: 1, width: N, queries, keys, fields, weights };
      chosen.set(annealer.solve(wrong, { ...options, firstStream: firstStream + b }).chosen, b * H * N);
    }
  });
}

/** J of problem b, `[H, N, N]`, zero diagonal. */
function couplingsOf(problem: AttentionProblem, b: number): Float32Array {
  const { heads: H, tokens: N, width: d } = problem;
  const couplings = new Float32Array(H * N * N);
  for (let t = 0; t < H; t++) {
    const first = (b * H + t) * N, at = t * N * N;
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < i; j++) {
        const J = pairProduct(problem, first + i, first + j) / (2 * Math.sqrt(d));
        couplings[at + i * N + j] = couplings[at + j * N + i] = J;
      }
    }
  }
  return couplings;
}

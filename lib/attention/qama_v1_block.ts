import type { Bytes, Floats, Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { annealedSoftSelection } from "./annealed_soft_selection.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { rowsOf } from "./_samples.ts";
import { NORMS, V1Core } from "./_v1_core.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";
import { Projection } from "./projection.ts";
import { MOST_BITS } from "./soft_energies.ts";
import type { SoftSolver } from "./soft_types.ts";

/** Options of {@link qamaV1Block}. */
export interface QamaV1Options {
  /** q, bits of a soft weight, 1 to 16. @default {4} */
  readonly q?: number;
  /** Weight of the couplings. @default {1} */
  readonly cQuadratic?: number;
  /** Weight of the fields. @default {1} */
  readonly cLinear?: number;
  /** Penalty on a bit that two heads set, over all pairs of heads. @default {2} */
  readonly penalty?: number;
  /**
   * Reward for the distance of chosen tokens, `-longRange sum_{i != j} |i - j| / (N - 1) w_i w_j` a head, in the energy that
   * is minimised and nowhere in the readout; negative: a penalty. The paper names a long-range constraint that its program
   * does not have: this is our reading of it. @default {0}
   */
  readonly longRange?: number;
  /** Who chooses. @default {annealedSoftSelection()} */
  readonly solver?: SoftSolver;
  /** Sweeps asked of the solver; absent: its own default. */
  readonly sweeps?: number;
}

/** The block of {@link qamaV1Block}: `chosen` is the upper half of the weights, `w > 1/2`. */
export interface QamaV1Block extends AttentionBlock {
  /** q, bits of a soft weight. */
  readonly q: number;
  /** 1 where the soft weight of the last forward pass is above one half, `[S, H, N]`. */
  readonly chosen: Bytes;
  /** x of the last forward pass, `[S, H, N, q]`, the least significant bit first. */
  readonly bits: Bytes;
  /** w of the last forward pass, `[S, H, N]`. */
  readonly softWeights: Floats;
}

/**
 * Opens revision 1 of the operator as a fused block: norm, projection, divergences, annealing of soft weights, readout with
 * three batch norms, and all gradients.
 *
 * `J = bnJ(JSD(softmax q_i, softmax k_j))` off the diagonal and raw on it, `h = bnh(sum_a s_ia)` with the entropy terms s of
 * the values' shares; the solver minimises the energy of `SoftProblem` over q bits a token; with
 * `eps_i = -cQuadratic w_i sum_j J_ij w_j - cLinear h_i w_i` the output is `bnOut(-eps_i s_ia / h_i)`, heads side by side.
 * Layer norm and `[q | k | v] = LN(x) Wqkv^T` in front are the slot's, as in `softmaxBlock`: revision 1 itself takes heads.
 *
 * Batch norms take the statistics of one call while training, so in a trainer those of a micro-batch ("ghost batch norm",
 * Hoffer, Hubara and Soudry 2017, arXiv 1705.08741), and samples of a call are not independent; `setTraining(false)` takes
 * the kept ones. `backward` leaves, where gradients of the running parameters go, the call's mean and unbiased variance
 * times its samples: a trainer divides by the samples of its batch and keeps `0.9 w + 0.1 g`. With lengths, statistics run
 * over the tokens that are there. A field nearer to 0 than 1e-6 is divided by as if it were 1e-6 away; the definition divides
 * by 0.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options weights of the energy and solver
 * @returns a block; parameters `gain`, `shift` `[D]`, `Wqkv` `[3 D, D]`, `gammaJ`, `betaJ`, `gammaH`, `betaH`, `gammaOut`,
 *   `betaOut` `[H]`, and, running, `meanJ`, `varJ`, `meanH`, `varH`, `meanOut`, `varOut` `[H]`
 * @throws {RangeError} if a size is not an integer of 1 or more, or an option is out of range
 * @throws {TypeError} if an option is unknown, or the solver is none
 *
 * Cost O(N D^2 + N^2 D + sweeps N H q) a sample, N^2 D two logarithms each, and twice that backward; memory 3 H N^2 floats.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1. Differs in: batch norm over micro-batches, the guard of the division.
 *
 * @example Fifteen levels of a weight
 * ```ts
 * import { qamaV1Block } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const kernels = typescriptKernels();
 * const block = qamaV1Block(kernels, { samples: 1, tokens: 4, heads: 2, width: 4 });
 * assertEquals([block.q, block.bits.length], [4, 1 * 2 * 4 * 4]);
 * ```
 */
export function qamaV1Block(kernels: Kernels, shape: BlockShape, options: QamaV1Options = {}): QamaV1Block {
  checkBlockShape(shape);
  checkQamaV1Options(options);
  return new V1Block(kernels, shape, options);
}

class V1Block implements QamaV1Block {
  readonly name = "qamaV1";
  readonly parameters: readonly ParameterSpec[];
  readonly #projection: Projection;
  readonly #core: V1Core;
  readonly #shape: BlockShape;

  constructor(kernels: Kernels, shape: BlockShape, options: QamaV1Options) {
    const { q = 4, cQuadratic = 1, cLinear = 1, penalty = 2, longRange = 0, sweeps } = options;
    const { solver = annealedSoftSelection() } = options;
    const D = shape.heads * shape.width;
    const weights = { quadratic: cQuadratic, linear: cLinear, penalty, longRange };
    this.#shape = shape;
    this.#projection = new Projection(kernels, shape.samples * shape.tokens, D, 3 * D);
    this.#core = new V1Core(kernels, shape, { q, weights, solver, sweeps });
    this.parameters = parametersOf(shape);
  }

  get q(): number {
    return this.#core.q;
  }

  get chosen(): Bytes {
    return this.#core.chosen;
  }

  get bits(): Bytes {
    return this.#core.bits;
  }

  get softWeights(): Floats {
    return this.#core.softWeights;
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    const named = (arrays: readonly Floats[]) =>
      Object.fromEntries(this.parameters.map(({ name }, i) => [name, arrays[i]]));
    const w = named(weights), g = named(gradients);
    const normsOf = (from: Record<string, Floats>) => (name: string) => ({
      gamma: from[`gamma${name}`],
      beta: from[`beta${name}`],
      mean: from[`mean${name}`],
      variance: from[`var${name}`],
    });
    const norm = { gain: w.gain, dgain: g.gain, shift: w.shift, dshift: g.shift };
    this.#projection.bind([{ out: this.#projection.columns, weight: w.Wqkv, dweight: g.Wqkv, ...norm }]);
    this.#core.bind(normsOf(w), normsOf(g));
  }

  refresh(): void {
    this.#projection.refresh();
    this.#core.refresh();
  }

  setTraining(training: boolean): void {
    this.#core.training = training;
  }

  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void {
    this.#projection.forward(rowsOf(samples, this.#shape.tokens, lengths), x, this.#core.rows);
    this.#core.forward(samples, y, seed, firstStream, lengths);
  }

  backward(samples: number, dy: Floats, dx: Floats): void {
    const rows = this.#core.backward(samples, dy);
    this.#projection.backward(rows, this.#core.drows, dx);
  }

  collect(): void {
    this.#projection.collect();
    this.#core.collect();
  }
}

function parametersOf({ heads, width }: BlockShape): ParameterSpec[] {
  const D = heads * width;
  const affine = (name: string): ParameterSpec[] => [
    { name: `gamma${name}`, shape: [heads], initial: { constant: 1 } },
    { name: `beta${name}`, shape: [heads], initial: { constant: 0 } },
  ];
  const kept = (name: string): ParameterSpec[] => [
    { name: `mean${name}`, shape: [heads], initial: { constant: 0 }, running: true },
    { name: `var${name}`, shape: [heads], initial: { constant: 1 }, running: true },
  ];
  return [
    { name: "gain", shape: [D], initial: { constant: 1 } },
    { name: "shift", shape: [D], initial: { constant: 0 } },
    { name: "Wqkv", shape: [3 * D, D], initial: { uniform: 1 / Math.sqrt(D) } },
    ...NORMS.flatMap(affine),
    ...NORMS.flatMap(kept),
  ];
}

const OPTION_NAMES = ["q", "cQuadratic", "cLinear", "penalty", "longRange", "solver", "sweeps"];

function checkQamaV1Options(options: QamaV1Options): void {
  const cannot = "Cannot open qamaV1";
  checkOptionNames(cannot, options, OPTION_NAMES);
  const { q = 4, cQuadratic = 1, cLinear = 1, penalty = 2, longRange = 0, solver, sweeps } = options;
  if (!Number.isInteger(q) || q < 1 || q > MOST_BITS) {
    throw new RangeError(`${cannot}: q must be an integer from 1 to ${MOST_BITS}, got ${q}`);
  }
  for (const [name, weight] of Object.entries({ cQuadratic, cLinear, penalty, longRange })) {
    if (!Number.isFinite(weight)) throw new RangeError(`${cannot}: ${name} must be a finite number, got ${weight}`);
  }
  if (solver !== undefined && typeof solver?.solve !== "function") {
    throw new TypeError(`${cannot}: solver must have a solve(), as annealedSoftSelection() has`);
  }
  if (sweeps !== undefined && !(Number.isSafeInteger(sweeps) && sweeps >= 0)) {
    throw new RangeError(`${cannot}: sweeps must be an integer of 0 or more, got ${sweeps}`);
  }
}

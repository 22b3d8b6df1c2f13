import { OSCILLATOR_LANES } from "../kernels/mod.ts";
import { checkOptionNames, inBlocks, type Work } from "../model/mod.ts";
import { checkCount, checkRange, checkSizes } from "./_check_numbers.ts";
import type { IsingArrays } from "./_ising_arrays.ts";
import { noise, type OscillatorProblem } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";
import { chooseScale } from "./_oscillator_scale.ts";
import { oscillatorSampler } from "./_oscillator_sampler.ts";
import type { Sampler } from "./types.ts";

const LANES = OSCILLATOR_LANES;
const CANNOT = "Cannot anneal the mean field";

/** How {@link noisyMeanFieldAnnealing} works. */
export interface NoisyMeanFieldAnnealingOptions {
  /** Steps of a read. @default {1000} */
  readonly numSteps?: number;
  /** Inverse temperature of the first and the last step, in units of one over a spin's own local field; between them its inverse falls by equal steps. @default {[0.7, 10]} */
  readonly beta?: readonly [first: number, last: number];
  /** alpha, how much of the new mean a step takes. @default {0.15} */
  readonly share?: number;
  /** sigma, standard deviation of the noise of a local field, in units of it. @default {0.15} */
  readonly noise?: number;
  /** Steps between two looks at the energy of sign(x). @default {10} */
  readonly energyEvery?: number;
}

/**
 * Makes noisy mean-field annealing (NMFA): mean-field equations iterated while the temperature falls, with noise in the fields.
 *
 * `phi_i = (sum_j J_ij x_j + h_i) / sqrt(h_i^2 + sum_j J_ij^2) + sigma N_i`, `x_i = (1 - alpha) x_i - alpha tanh(beta phi_i)` a step, all
 * spins at once; N_i is a standard normal number. J, h are of our energy `sum J s s + sum h s`, which is minimised.
 *
 * x_i stands for the mean of a spin, from -1 to 1, so that fields enter as they are: the equations are those of the mean field of
 * the whole energy, and at low temperature those of a local minimum. Each spin has its own unit of temperature.
 * The lowest signs seen, the initial ones among them, descend to a local minimum. 16 reads go side by side in float32; energies
 * and the descent are float64. Initial means are the initial spins at full size.
 *
 * Bad at: hard glasses with time to spare: more steps help it less than they help annealing.
 *
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(numSteps n^2) dense, O(numSteps (n + m)) sparse for 16 reads, and at most `1 / energyEvery` of it for the energies.
 * Source: King, Bernoudy, King, Berkley and Lanting, Emulating the coherent Ising machine with a mean-field algorithm (2018),
 * arXiv:1806.08422. Differs in: initial means, final descent.
 *
 * @example Two spins that want to differ, one of them down
 * ```ts
 * import { noisyMeanFieldAnnealing } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await noisyMeanFieldAnnealing({ numSteps: 100 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function noisyMeanFieldAnnealing(options: NoisyMeanFieldAnnealingOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["numSteps", "beta", "share", "noise", "energyEvery"]);
  const settings = {
    numSteps: options.numSteps ?? 1000,
    beta: options.beta ?? [0.7, 10] as const,
    share: options.share ?? 0.15,
    noise: options.noise ?? 0.15,
    energyEvery: options.energyEvery ?? 10,
  };
  checkCount(CANNOT, "numSteps", settings.numSteps);
  checkCount(CANNOT, "energyEvery", settings.energyEvery);
  checkSizes(CANNOT, { share: settings.share });
  checkSizes(CANNOT, { noise: settings.noise }, "zero");
  checkRange(CANNOT, "beta", settings.beta);
  if (!(settings.beta[0] > 0 && settings.beta[1] > 0) || settings.share > 1) {
    throw new RangeError(
      `${CANNOT}: betas must be above 0 and share at most 1, got [${settings.beta.join(", ")}] and ${settings.share}`,
    );
  }
  return oscillatorSampler({ module: import.meta.url, name: "noisyMeanFieldAnnealing", options }, function* (arrays) {
    const norms = yield* rowNorms(arrays);
    return {
      options: { ...settings, beta: [...settings.beta] },
      numSteps: settings.numSteps,
      lookEvery: settings.energyEvery,
      discrete: false,
      motion: (problem) => relaxed(problem, settings, norms),
    };
  });
}

interface Settings {
  readonly numSteps: number;
  readonly beta: readonly [number, number];
  readonly share: number;
  readonly noise: number;
}

function relaxed(problem: OscillatorProblem, settings: Settings, norms: Float64Array): Motion {
  const { n, loops, X, F, h } = problem;
  const { numSteps, share, noise: sigma, beta: [first, last] } = settings;
  const { N, phase, begin, begun } = noise(problem);
  const one = loops.float32(LANES).fill(1);
  const inverse = loops.float32(n);
  for (let i = 0; i < n; i++) inverse[i] = 1 / norms[i];
  let beta = first;
  return {
    state: [X],
    phases: [
      ...(sigma > 0 ? [phase] : []),
      {
        rowNs: 25,
        rows: (from, to) => loops.relax(from, to, X, F, h, one, N, inverse, share, beta, beta * sigma),
      },
    ],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) X[k] = spins[i];
      begin(lane, rng);
    },
    begun,
    prepare(t) {
      beta = numSteps === 1 ? last : 1 / (1 / first + (1 / last - 1 / first) * t / (numSteps - 1));
    },
  };
}

function* rowNorms(arrays: IsingArrays): Work<Float64Array> {
  const { scale } = yield* chooseScale(arrays);
  const norms = new Float64Array(arrays.n);
  yield* inBlocks(arrays.n, arrays.couplings.values.length / Math.max(1, arrays.n), (from, to) => {
    for (let i = from; i < to; i++) norms[i] = rowNorm(arrays, i, scale);
  });
  return norms;
}

// the root of h_i^2 + sum_j J_ij^2, scaled; 1 for a spin that nothing pulls at
function rowNorm({ n, h, couplings }: IsingArrays, i: number, scale: number): number {
  const [from, to] = couplings.form === "dense" ? [i * n, (i + 1) * n] : [couplings.rowPtr[i], couplings.rowPtr[i + 1]];
  let sum = (h[i] * scale) ** 2;
  for (let k = from; k < to; k++) sum += (couplings.values[k] * scale) ** 2;
  return sum > 0 ? Math.sqrt(sum) : 1;
}

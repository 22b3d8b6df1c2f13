import { OSCILLATOR_LANES } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkCount, checkRange, checkSizes } from "./_check_numbers.ts";
import { couplingSize } from "./_coupling_size.ts";
import { meanAmplitudes, noise, type OscillatorProblem } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";
import { oscillatorSampler } from "./_oscillator_sampler.ts";
import type { Sampler } from "./types.ts";

const LANES = OSCILLATOR_LANES;
const CANNOT = "Cannot run SimCIM";
const COUPLING = 0.2;
const STABLE = 0.7;
const START = 0.01;

/** How {@link simCim} works. */
export interface SimCimOptions {
  /** Steps of a read. @default {1000} */
  readonly numSteps?: number;
  /** nu, gain less loss, of the first and the last step, in units of 2 zeta: at -1 the first amplitudes of a random model grow. @default {[-1.2, 0]} */
  readonly pump?: readonly [first: number, last: number];
  /** zeta, the coupling of a step, in units of one over the local field of a random state. @default {0.2, less where the model is stiff} */
  readonly coupling?: number;
  /** sigma, standard deviation of the noise of a step. @default {0.03} */
  readonly noise?: number;
  /** Steps between two looks at the energy of sign(x). @default {10} */
  readonly energyEvery?: number;
}

/**
 * Makes SimCIM, an annealer by a simplified coherent Ising machine: linear amplitudes that stop at walls.
 *
 * `x_i = clip(x_i + nu x_i - zeta (sum_j J_ij x_j + m h_i) / F + sigma N_i)` a step, clipped to -1 .. 1, while nu grows by equal
 * steps. `F = sqrt((|J|_F^2 + |h|^2) / (n - 1))` makes zeta a pure number, N_i is a standard normal number, m the mean of |x|
 * over the read: fields weigh against the couplings as in the energy, exactly so once the amplitudes have reached their
 * walls. J, h are of our energy `sum J s s + sum h s`, which is minimised.
 *
 * The lowest signs seen, the initial ones among them, descend to a local minimum. 16 reads go side by side in float32;
 * energies and the descent are float64.
 *
 * Bad at: what gradient descent from one centre is bad at: reads of a model with a strong field differ little.
 *
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(numSteps n^2) dense, O(numSteps (n + m)) sparse for 16 reads, and at most `1 / energyEvery` of it for the energies.
 * Source: Tiunov, Ulanov and Lvovsky, Annealing by simulating the coherent Ising machine (2019), DOI 10.1364/OE.27.010288.
 * Differs in: pump by equal steps, not by a hyperbolic tangent; fields; final descent.
 *
 * @example Two spins that want to differ, one of them down
 * ```ts
 * import { simCim } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await simCim({ numSteps: 100 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function simCim(options: SimCimOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["numSteps", "pump", "coupling", "noise", "energyEvery"]);
  const settings = {
    numSteps: options.numSteps ?? 1000,
    pump: options.pump ?? [-1.2, 0] as const,
    noise: options.noise ?? 0.03,
    energyEvery: options.energyEvery ?? 10,
  };
  checkCount(CANNOT, "numSteps", settings.numSteps);
  checkCount(CANNOT, "energyEvery", settings.energyEvery);
  checkSizes(CANNOT, { coupling: options.coupling });
  checkSizes(CANNOT, { noise: settings.noise }, "zero");
  checkRange(CANNOT, "pump", settings.pump);
  return oscillatorSampler({ module: import.meta.url, name: "simCim", options }, function* (arrays) {
    const { field, ease } = yield* couplingSize(arrays);
    const coupling = options.coupling ?? Math.min(COUPLING, STABLE * ease);
    return {
      options: { ...settings, coupling, pump: [...settings.pump] },
      numSteps: settings.numSteps,
      lookEvery: settings.energyEvery,
      discrete: false,
      motion: (problem) => clipped(problem, { ...settings, coupling }, coupling / field / problem.scale),
    };
  });
}

interface Settings {
  readonly numSteps: number;
  readonly pump: readonly [number, number];
  readonly coupling: number;
  readonly noise: number;
}

function clipped(problem: OscillatorProblem, settings: Settings, push: number): Motion {
  const { n, loops, X, F, h, hasFields } = problem;
  const { numSteps, coupling, noise: size, pump: [first, last] } = settings;
  const { N, phase, begin, begun } = noise(problem);
  const A = loops.float32(LANES).fill(1);
  let gain = 0;
  return {
    state: [X],
    phases: [
      ...(size > 0 ? [phase] : []),
      ...(hasFields ? [meanAmplitudes(problem, A)] : []),
      { rowNs: 15, rows: (from, to) => loops.feed(from, to, X, F, h, A, N, gain, 0, push, size, 1) },
    ],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) X[k] = START * spins[i] * (1 - rng.uniform());
      begin(lane, rng);
    },
    begun,
    prepare(t) {
      gain = 2 * coupling * (numSteps === 1 ? last : first + (last - first) * t / (numSteps - 1));
    },
  };
}

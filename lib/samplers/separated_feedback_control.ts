import { OSCILLATOR_LANES } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { amplitudeAtRest } from "./_amplitude_at_rest.ts";
import { checkCount, checkRange, checkSizes } from "./_check_numbers.ts";
import { couplingSize } from "./_coupling_size.ts";
import type { OscillatorProblem } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";
import { oscillatorSampler } from "./_oscillator_sampler.ts";
import type { Sampler } from "./types.ts";

const LANES = OSCILLATOR_LANES;
const CANNOT = "Cannot separate the feedback";
const DT = 0.4;
const START = 1;

/** How {@link separatedFeedbackControl} works. Pairs are values of the first and the last step; between them steps are equal. */
export interface SeparatedFeedbackControlOptions {
  /** Steps of a read. @default {1000} */
  readonly numSteps?: number;
  /** Time of a step, in photon lifetimes. @default {0.4, less where the model is stiff} */
  readonly dt?: number;
  /** p, gain in thresholds of an oscillator alone. @default {[-1, 1]} */
  readonly pump?: readonly [first: number, last: number];
  /** xi, the scale of the feedback, in units of one over the local field of a random state. @default {2} */
  readonly coupling?: number;
  /** c, how steep the feedback saturates. @default {[1, 3]} */
  readonly steepness?: readonly [first: number, last: number];
  /** k, what a feedback that is not yet balanced adds. @default {0.2} */
  readonly lean?: number;
  /** beta, the rate at which e follows the feedback. @default {[0.3, 0]} */
  readonly rate?: readonly [first: number, last: number];
  /** Steps between two looks at the energy of sign(x). @default {4} */
  readonly energyEvery?: number;
}

/**
 * Makes a coherent Ising machine with separated feedback control (SFC): the feedback saturates, and what it has changed by of
 * late is added to it, so that the amplitudes keep moving.
 *
 * `z_i = xi (sum_j J_ij x_j + r h_i) / F`, `dx_i/dt = (p - 1) x_i - x_i^3 - tanh(c z_i) - k (z_i - e_i)`, `de_i/dt = beta (z_i - e_i)`, by Euler
 * steps of dt while p and c grow and beta falls. `F = sqrt((|J|_F^2 + |h|^2) / (n - 1))` makes xi a pure number. J, h are of
 * our energy `sum J s s + sum h s`, which is minimised.
 *
 * Fields: a saturated feedback drives every |x| to r, the root of `r^3 + (1 - p) r = 1`, and a field counts r times: where all
 * are saturated, z is in proportion to the local fields of the energy. Where a feedback is small against 1 / c the
 * amplitude stays below r, and fields weigh somewhat more than couplings. The lowest signs seen on the way, the initial
 * ones among them, are kept and descend to a local minimum. 16 reads go side by side in float32; energies and the descent
 * are float64. There is no noise.
 *
 * Bad at: models with many small local fields, whose amplitudes stay unequal.
 *
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(numSteps n^2) dense, O(numSteps (n + m)) sparse for 16 reads, and at most `1 / energyEvery` of it for the energies.
 * Source: Reifenstein, Kako, Khoyratee, Leleu and Yamamoto, Coherent Ising machines with optical error correction circuits (2021),
 * DOI 10.1002/qute.202100077. Differs in: fields, units of energy, final descent.
 *
 * @example Two spins that want to differ, one of them down
 * ```ts
 * import { separatedFeedbackControl } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await separatedFeedbackControl({ numSteps: 100 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function separatedFeedbackControl(options: SeparatedFeedbackControlOptions = {}): Sampler {
  const known = ["numSteps", "dt", "pump", "coupling", "steepness", "lean", "rate", "energyEvery"];
  checkOptionNames(CANNOT, options, known);
  const settings = {
    numSteps: options.numSteps ?? 1000,
    pump: options.pump ?? [-1, 1] as const,
    coupling: options.coupling ?? 2,
    steepness: options.steepness ?? [1, 3] as const,
    lean: options.lean ?? 0.2,
    rate: options.rate ?? [0.3, 0] as const,
    energyEvery: options.energyEvery ?? 4,
  };
  checkCount(CANNOT, "numSteps", settings.numSteps);
  checkCount(CANNOT, "energyEvery", settings.energyEvery);
  checkSizes(CANNOT, { dt: options.dt, coupling: settings.coupling });
  checkSizes(CANNOT, { lean: settings.lean }, "zero");
  for (const name of ["pump", "steepness", "rate"] as const) checkRange(CANNOT, name, settings[name]);
  return oscillatorSampler({ module: import.meta.url, name: "separatedFeedbackControl", options }, function* (arrays) {
    const { field, ease } = yield* couplingSize(arrays);
    const dt = options.dt ?? DT * ease;
    const { pump, steepness, rate } = settings;
    return {
      options: { ...settings, dt, pump: [...pump], steepness: [...steepness], rate: [...rate] },
      numSteps: settings.numSteps,
      lookEvery: settings.energyEvery,
      discrete: false,
      motion: (problem) => separated(problem, { ...settings, dt }, settings.coupling / field / problem.scale),
    };
  });
}

interface Settings {
  readonly numSteps: number;
  readonly dt: number;
  readonly pump: readonly [number, number];
  readonly steepness: readonly [number, number];
  readonly lean: number;
  readonly rate: readonly [number, number];
}

function separated(problem: OscillatorProblem, settings: Settings, scale: number): Motion {
  const { n, loops, X, F, h } = problem;
  const { numSteps, dt } = settings;
  const E = loops.float32(n * LANES);
  const A = loops.float32(LANES);
  const lean = settings.lean * dt;
  let [gain, steep, rate] = [0, 0, 0];
  return {
    state: [X, E],
    phases: [{
      rowNs: 25,
      rows: (from, to) => loops.separate(from, to, X, E, F, h, A, gain, dt, dt, scale, steep, lean, rate),
    }],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) {
        X[k] = START * spins[i] * (1 - rng.uniform());
        E[k] = 0;
      }
    },
    prepare(t) {
      const at = ([first, last]: readonly [number, number]) =>
        numSteps === 1 ? last : first + (last - first) * t / (numSteps - 1);
      const pump = at(settings.pump);
      gain = (pump - 1) * dt;
      steep = at(settings.steepness);
      rate = at(settings.rate) * dt;
      A.fill(amplitudeAtRest(pump, 1));
    },
  };
}

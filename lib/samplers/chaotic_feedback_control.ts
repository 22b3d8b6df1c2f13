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
const CANNOT = "Cannot control the feedback";
const DT = 0.2;
const START = 1;
const MOST = 32;

/** How {@link chaoticFeedbackControl} works. */
export interface ChaoticFeedbackControlOptions {
  /** Steps of a read. @default {1000} */
  readonly numSteps?: number;
  /** Time of a step, in photon lifetimes. @default {0.2, less where the model is stiff} */
  readonly dt?: number;
  /** p of the first and the last step, in thresholds of an oscillator alone; it grows by equal steps. @default {[-1, 1]} */
  readonly pump?: readonly [first: number, last: number];
  /** xi, the scale of the feedback, in units of one over the local field of a random state. @default {1} */
  readonly coupling?: number;
  /** alpha, the target of z^2. @default {1} */
  readonly target?: number;
  /** beta, the rate of the correction. @default {0.2} */
  readonly rate?: number;
  /** Steps between two looks at the energy of sign(x). @default {4} */
  readonly energyEvery?: number;
}

/**
 * Makes a coherent Ising machine with chaotic feedback control (CFC): as in `chaoticAmplitudeControl` every oscillator has its
 * own gain, which here drives its feedback, not its amplitude, towards one size for all.
 *
 * `z_i = e_i xi (sum_j J_ij x_j + r h_i) / F`, `dx_i/dt = (p - 1) x_i - x_i^3 - z_i`, `de_i/dt = -beta (z_i^2 - alpha) e_i`, e_i from 0
 * to 32, by Euler steps of dt while p grows. `F = sqrt((|J|_F^2 + |h|^2) / (n - 1))` makes xi a pure number. J, h are of our
 * energy `sum J s s + sum h s`, which is minimised.
 *
 * Fields are exact: where every z^2 is alpha, every |x| is r, the root of `r^3 + (1 - p) r = sqrt(alpha)`, and a field counts r
 * times: at rest the feedback is in proportion to the local fields of the energy, and only its local minima can be
 * at rest. The lowest signs seen on the way, the initial ones among them, are kept and descend to a local minimum. 16
 * reads go side by side in float32; energies and the descent are float64. There is no noise.
 *
 * Bad at: large sparse models, whose oscillators settle one by one while the rest wanders; spins whose local field is 0 in good
 * states, for no gain makes their feedback reach the target.
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
 * import { chaoticFeedbackControl } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await chaoticFeedbackControl({ numSteps: 100 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function chaoticFeedbackControl(options: ChaoticFeedbackControlOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["numSteps", "dt", "pump", "coupling", "target", "rate", "energyEvery"]);
  const settings = {
    numSteps: options.numSteps ?? 1000,
    pump: options.pump ?? [-1, 1] as const,
    coupling: options.coupling ?? 1,
    target: options.target ?? 1,
    rate: options.rate ?? 0.2,
    energyEvery: options.energyEvery ?? 4,
  };
  checkCount(CANNOT, "numSteps", settings.numSteps);
  checkCount(CANNOT, "energyEvery", settings.energyEvery);
  checkSizes(CANNOT, { dt: options.dt, coupling: settings.coupling, target: settings.target, rate: settings.rate });
  checkRange(CANNOT, "pump", settings.pump);
  return oscillatorSampler({ module: import.meta.url, name: "chaoticFeedbackControl", options }, function* (arrays) {
    const { field, ease } = yield* couplingSize(arrays);
    const dt = options.dt ?? DT * ease;
    return {
      options: { ...settings, dt, pump: [...settings.pump] },
      numSteps: settings.numSteps,
      lookEvery: settings.energyEvery,
      discrete: false,
      motion: (problem) => controlled(problem, { ...settings, dt }, settings.coupling / field / problem.scale),
    };
  });
}

interface Settings {
  readonly numSteps: number;
  readonly dt: number;
  readonly pump: readonly [number, number];
  readonly target: number;
  readonly rate: number;
}

function controlled(problem: OscillatorProblem, settings: Settings, coupling: number): Motion {
  const { n, loops, X, F, h } = problem;
  const { numSteps, dt, pump: [first, last] } = settings;
  const E = loops.float32(n * LANES);
  const A = loops.float32(LANES);
  const rate = loops.float32(LANES).fill(settings.rate * dt);
  const target = loops.float32(LANES).fill(settings.target);
  const [push, weight] = [coupling * dt, coupling * coupling];
  let gain = 0;
  return {
    state: [X, E],
    phases: [{
      rowNs: 18,
      rows: (from, to) => loops.control(from, to, X, E, F, h, A, rate, target, gain, dt, push, MOST, true, weight),
    }],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) {
        X[k] = START * spins[i] * (1 - rng.uniform());
        E[k] = 1;
      }
    },
    prepare(t) {
      const pump = numSteps === 1 ? last : first + (last - first) * t / (numSteps - 1);
      gain = (pump - 1) * dt;
      A.fill(amplitudeAtRest(pump, Math.sqrt(settings.target)));
    },
  };
}

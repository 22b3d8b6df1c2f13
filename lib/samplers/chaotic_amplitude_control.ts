import { type Doubles, OSCILLATOR_LANES } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkCount, checkRange, checkSizes } from "./_check_numbers.ts";
import { couplingSize } from "./_coupling_size.ts";
import type { OscillatorProblem } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";
import { oscillatorSampler } from "./_oscillator_sampler.ts";
import type { Sampler } from "./types.ts";

const LANES = OSCILLATOR_LANES;
const CANNOT = "Cannot control amplitudes";
const DT = 0.1;
const START = 1;
const MOST = 32;

/** How {@link chaoticAmplitudeControl} works. */
export interface ChaoticAmplitudeControlOptions {
  /** Steps of a read. @default {1000} */
  readonly numSteps?: number;
  /** Time of a step, in photon lifetimes. @default {0.1, less where the model is stiff} */
  readonly dt?: number;
  /** p, gain in thresholds of an oscillator alone. @default {-0.2} */
  readonly pump?: number;
  /** epsilon, the strength of the feedback, in units of one over the local field of a random state. @default {3} */
  readonly coupling?: number;
  /** Target of x^2 at the lowest energy seen so far, and how much it rises above it. @default {[0.7, 1.2]} */
  readonly target?: readonly [base: number, rise: number];
  /** delta: how fast the target rises with the energy above the lowest, in units of one over the local field of a random state. @default {1} */
  readonly sensitivity?: number;
  /** gamma: how fast the rate of the correction grows, per unit of time squared. @default {0.01} */
  readonly rateGrowth?: number;
  /** tau: time without a lower energy after which the rate starts from 0 again, in photon lifetimes. @default {50} */
  readonly patience?: number;
  /** Steps between two looks at the energy of sign(x), which the target follows. @default {2} */
  readonly energyEvery?: number;
}

/**
 * Makes a coherent Ising machine with chaotic amplitude control (CAC): every oscillator has its own feedback gain, which
 * drives its amplitude towards one target for all.
 *
 * `dx_i/dt = (p - 1) x_i - x_i^3 - epsilon e_i (sum_j J_ij x_j + sqrt(a) h_i) / F`, `de_i/dt = -b (x_i^2 - a) e_i`, e_i from 0 to
 * 32, by Euler steps of dt. b grows by gamma dt a step, from 0, and starts again after tau without a lower energy;
 * `a = base + rise tanh(delta (E - E_lowest) / F)` is followed by each read for itself. `F = sqrt((|J|_F^2 + |h|^2) / (n - 1))` makes
 * the parameters pure numbers. J, h are of our energy `sum J s s + sum h s`, which is minimised.
 *
 * Fields are exact: the control holds every |x| at sqrt(a), and a field counts sqrt(a) times, so that at rest the feedback is
 * sqrt(a) times the local field of the energy, and the states at rest are those without unequal amplitudes: its local minima.
 * Away from rest the motion is chaotic, and leaves every one of them but does not know the lowest: the lowest
 * signs seen, the initial ones among them, are kept and descend to a local minimum. 16 reads go side by side in float32;
 * energies and the descent are float64. There is no noise: reads differ by their initial amplitudes.
 *
 * Bad at: short reads, in which the control has not yet settled; fields far stronger than the couplings, which hold the
 * correction gains at their bounds.
 *
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(numSteps n^2) dense, O(numSteps (n + m)) sparse for 16 reads, and at most `1 / energyEvery` of it for the energies.
 * Source: Leleu, Yamamoto, McMahon and Aihara, Destabilization of local minima in analog spin systems by correction of amplitude
 * heterogeneity (2019), DOI 10.1103/PhysRevLett.122.040607; Leleu et al. (2021), DOI 10.1038/s42005-021-00768-0 (target and rate);
 * Inui et al. (2022), DOI 10.1038/s42005-022-00927-x (fields by the target). Differs in: units of energy, final descent.
 *
 * @example Two spins that want to differ, one of them down
 * ```ts
 * import { chaoticAmplitudeControl } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await chaoticAmplitudeControl({ numSteps: 100 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function chaoticAmplitudeControl(options: ChaoticAmplitudeControlOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, [
    ...["numSteps", "dt", "pump", "coupling", "target", "sensitivity", "rateGrowth", "patience", "energyEvery"],
  ]);
  const settings = {
    numSteps: options.numSteps ?? 1000,
    pump: options.pump ?? -0.2,
    coupling: options.coupling ?? 3,
    target: options.target ?? [0.7, 1.2] as const,
    sensitivity: options.sensitivity ?? 1,
    rateGrowth: options.rateGrowth ?? 0.01,
    patience: options.patience ?? 50,
    energyEvery: options.energyEvery ?? 2,
  };
  checkCount(CANNOT, "numSteps", settings.numSteps);
  checkCount(CANNOT, "energyEvery", settings.energyEvery);
  checkSizes(CANNOT, { dt: options.dt, coupling: settings.coupling, patience: settings.patience });
  checkSizes(CANNOT, { sensitivity: settings.sensitivity, rateGrowth: settings.rateGrowth }, "zero");
  checkRange(CANNOT, "target", settings.target);
  checkRange(CANNOT, "pump", [0, settings.pump]);
  const [base, rise] = settings.target;
  if (!(base > 0 && rise >= 0)) {
    throw new RangeError(
      `${CANNOT}: target must be [base, rise] with base above 0 and rise from 0, got [${base}, ${rise}]`,
    );
  }
  return oscillatorSampler({ module: import.meta.url, name: "chaoticAmplitudeControl", options }, function* (arrays) {
    const { field, ease } = yield* couplingSize(arrays);
    const dt = options.dt ?? DT * ease;
    return {
      options: { ...settings, dt, target: [...settings.target] },
      numSteps: settings.numSteps,
      lookEvery: settings.energyEvery,
      discrete: false,
      motion: (problem) => controlled(problem, { ...settings, dt }, field * problem.scale),
    };
  });
}

interface Settings extends Required<ChaoticAmplitudeControlOptions> {}

function controlled(problem: OscillatorProblem, settings: Settings, field: number): Motion {
  const { n, loops, X, F, h } = problem;
  const { dt, pump, sensitivity, patience, target: [base, rise] } = settings;
  const E = loops.float32(n * LANES);
  const [A, rate, target] = [loops.float32(LANES), loops.float32(LANES), loops.float32(LANES)];
  const [rates, waited] = [new Float64Array(LANES), new Float64Array(LANES)];
  const [gain, push] = [(pump - 1) * dt, settings.coupling / field * dt];
  return {
    state: [X, E],
    phases: [{
      rowNs: 18,
      rows: (from, to) => loops.control(from, to, X, E, F, h, A, rate, target, gain, dt, push, MOST, false, 0),
    }],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) {
        X[k] = START * spins[i] * (1 - rng.uniform());
        E[k] = 1;
      }
    },
    begun() {
      rates.fill(0);
      waited.fill(0);
      target.fill(base);
      A.fill(Math.sqrt(base));
    },
    prepare() {
      for (let l = 0; l < LANES; l++) {
        rates[l] += settings.rateGrowth * dt;
        waited[l] += dt;
        if (waited[l] > patience) rates[l] = waited[l] = 0;
        rate[l] = rates[l] * dt;
      }
    },
    look(twice: Doubles, best: Doubles) {
      for (let l = 0; l < LANES; l++) {
        const above = twice[l] - best[l];
        if (above < 0) waited[l] = 0;
        target[l] = base + rise * Math.tanh(sensitivity * Math.max(0, above) / (2 * field));
        A[l] = Math.sqrt(target[l]);
      }
    },
  };
}

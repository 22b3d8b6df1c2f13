import { OSCILLATOR_LANES } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkCount, checkRange, checkSizes } from "./_check_numbers.ts";
import { couplingSize } from "./_coupling_size.ts";
import { meanAmplitudes, noise, type OscillatorProblem } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";
import { oscillatorSampler } from "./_oscillator_sampler.ts";
import type { Sampler } from "./types.ts";

const LANES = OSCILLATOR_LANES;
const CANNOT = "Cannot run the coherent Ising machine";
const DT = 0.2;
const START = 0.01;
const NO_WALL = 3e38;

/** How {@link coherentIsingMachine} works. */
export interface CoherentIsingMachineOptions {
  /** Steps of a read. @default {1000} */
  readonly numSteps?: number;
  /** Time of a step, in photon lifetimes. @default {0.2, less where the model is stiff} */
  readonly dt?: number;
  /** Pump p of the first and the last step, in thresholds of an oscillator alone; it grows by equal steps. @default {[-1, 1]} */
  readonly pump?: readonly [first: number, last: number];
  /** epsilon, the strength of the feedback, in units of one over the local field of a random state. @default {1} */
  readonly coupling?: number;
  /** sigma, the vacuum noise: standard deviation of the kicks a unit of time adds up to. @default {0.1} */
  readonly noise?: number;
  /** Standard deviation of the noise of one measurement. @default {0.1} */
  readonly measurementNoise?: number;
  /** Steps between two looks at the energy of sign(x). @default {10} */
  readonly energyEvery?: number;
}

/**
 * Makes a coherent Ising machine with measurement and feedback, in the mean field: n optical parametric oscillators whose pump
 * is raised through the threshold.
 *
 * With x_i the in-phase amplitude of an oscillator and `xm_i = x_i + measurementNoise N_i` what is measured of it,
 * `dx_i/dt = (p - 1 - x_i^2) x_i - epsilon (sum_j J_ij xm_j + m h_i) / F`, and a kick `sigma sqrt(dt) N_i` a step, by Euler steps
 * of dt. N_i is one standard normal number a step: the vacuum that disturbs the measurement is the one that disturbs the
 * amplitude. `F = sqrt((|J|_F^2 + |h|^2) / (n - 1))` makes epsilon a pure number. J, h are of our energy
 * `sum J s s + sum h s`, which is minimised.
 *
 * A field counts m times, the mean of |x| over the oscillators of the read: pulses have no natural unit that a field could
 * be measured against, and with m it weighs against the couplings as it does in the energy. Amplitudes differ, so the machine
 * itself is not exact, with or without fields: that is what `chaoticAmplitudeControl` corrects. Energies are always those of
 * signs. The lowest signs seen, the initial ones among them, descend to a local minimum. 16 reads go side by side in
 * float32; energies and the descent are float64.
 *
 * Bad at: frustrated models, on which unequal amplitudes map to the wrong ground state; large n with little time.
 *
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(numSteps n^2) dense, O(numSteps (n + m)) sparse for 16 reads, and at most `1 / energyEvery` of it for the energies.
 * Source: Wang et al., Coherent Ising machine based on degenerate optical parametric oscillators (2013), DOI
 * 10.1103/PhysRevA.88.063853 (amplitudes); McMahon et al. (2016), DOI 10.1126/science.aah5178 (feedback); Sakaguchi et al.
 * (2016), DOI 10.3390/e18100365 (fields by the mean amplitude). Differs in: no quadrature component, constant noise.
 *
 * @example Two spins that want to differ, one of them down
 * ```ts
 * import { coherentIsingMachine } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await coherentIsingMachine({ numSteps: 100 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function coherentIsingMachine(options: CoherentIsingMachineOptions = {}): Sampler {
  const known = ["numSteps", "dt", "pump", "coupling", "noise", "measurementNoise", "energyEvery"];
  checkOptionNames(CANNOT, options, known);
  const settings = {
    numSteps: options.numSteps ?? 1000,
    pump: options.pump ?? [-1, 1] as const,
    coupling: options.coupling ?? 1,
    noise: options.noise ?? 0.1,
    measurementNoise: options.measurementNoise ?? 0.1,
    energyEvery: options.energyEvery ?? 10,
  };
  checkCount(CANNOT, "numSteps", settings.numSteps);
  checkCount(CANNOT, "energyEvery", settings.energyEvery);
  checkSizes(CANNOT, { dt: options.dt, coupling: settings.coupling });
  checkSizes(CANNOT, { noise: settings.noise, measurementNoise: settings.measurementNoise }, "zero");
  checkRange(CANNOT, "pump", settings.pump);
  return oscillatorSampler({ module: import.meta.url, name: "coherentIsingMachine", options }, function* (arrays) {
    const { field, ease } = yield* couplingSize(arrays);
    const dt = options.dt ?? DT * ease;
    return {
      options: { ...settings, dt, pump: [...settings.pump] },
      numSteps: settings.numSteps,
      lookEvery: settings.energyEvery,
      discrete: false,
      motion: (problem) => pumped(problem, { ...settings, dt }, settings.coupling / field / problem.scale),
    };
  });
}

interface Settings {
  readonly numSteps: number;
  readonly dt: number;
  readonly pump: readonly [number, number];
  readonly noise: number;
  readonly measurementNoise: number;
}

function pumped(problem: OscillatorProblem, settings: Settings, coupling: number): Motion {
  const { n, loops, X, F, h, hasFields } = problem;
  const { numSteps, dt, measurementNoise, pump: [first, last] } = settings;
  const size = settings.noise * Math.sqrt(dt);
  const noisy = size > 0 || measurementNoise > 0;
  const { N, phase, begin, begun } = noise(problem);
  const A = loops.float32(LANES).fill(1);
  const measured = measurementNoise > 0 ? loops.float32(n * LANES) : X;
  let gain = 0;
  return {
    state: [X],
    before: [
      ...(noisy ? [phase] : []),
      ...(measured === X ? [] : [{
        rowNs: 5,
        rows: (from: number, to: number) => loops.addNoise(from, to, X, N, measurementNoise, measured),
      }]),
    ],
    source: measured,
    phases: [
      ...(hasFields ? [meanAmplitudes(problem, A)] : []),
      {
        rowNs: 15,
        rows: (from, to) => loops.feed(from, to, X, F, h, A, N, gain, dt, coupling * dt, size, NO_WALL),
      },
    ],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) X[k] = START * spins[i] * (1 - rng.uniform());
      begin(lane, rng);
    },
    begun,
    prepare(t) {
      const pump = numSteps === 1 ? last : first + (last - first) * t / (numSteps - 1);
      gain = (pump - 1) * dt;
    },
  };
}

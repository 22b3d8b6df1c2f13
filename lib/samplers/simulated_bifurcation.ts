import { OSCILLATOR_LANES } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkCount, checkSizes } from "./_check_numbers.ts";
import { couplingSize } from "./_coupling_size.ts";
import { meanAmplitudes, type OscillatorProblem } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";
import { oscillatorSampler } from "./_oscillator_sampler.ts";
import type { Sampler } from "./types.ts";

const LANES = OSCILLATOR_LANES;
const CANNOT = "Cannot bifurcate";
const START = 0.1;
const MAX_DT = 1.1;
const MAX_ANGLE = 1.6;
const EASY = 0.36;
const NO_WALL = 3e38;

/** Which equations {@link simulatedBifurcation} follows. */
export type BifurcationVariant = "adiabatic" | "ballistic" | "discrete" | "heatedBallistic" | "heatedDiscrete";

const VARIANTS: readonly string[] = ["adiabatic", "ballistic", "discrete", "heatedBallistic", "heatedDiscrete"];

/** How {@link simulatedBifurcation} works. */
export interface SimulatedBifurcationOptions {
  /**
   * Which equations.
   *
   * @default {"discrete"; "heatedBallistic" where couplings of mostly one sign make the model stiff}
   */
  readonly variant?: BifurcationVariant;
  /** Steps, while a goes from 0 to a0. @default {500} */
  readonly numSteps?: number;
  /** Time of a step, in units in which a0 is a frequency. @default {1.1, less where the model is stiff: 1.6 over its fastest frequency} */
  readonly dt?: number;
  /** a0, the detuning: what a grows to. @default {1} */
  readonly a0?: number;
  /** c0, in 1/energy. @default {`0.5 sqrt(n - 1) / sqrt(|J|_F^2 + |h|^2)`} */
  readonly c0?: number;
  /** Heating rate of the heated variants, per unit of time. @default {0.1} */
  readonly gamma?: number;
  /** Steps between two looks at the energy of sign(x); the discrete variants look at every step. @default {10} */
  readonly energyEvery?: number;
}

/**
 * Makes a simulated bifurcation machine: n classical oscillators whose one well splits in two while they are coupled.
 *
 * With `a` growing from 0 to a0 in equal steps and `f_i` the local field,
 * `dy_i/dt = -(a0 - a) x_i - c0 f_i`, `dx_i/dt = a0 y_i`, by symplectic Euler steps of dt.
 *
 * | variant | f_i | beside that |
 * |---|---|---|
 * | `ballistic` (bSB) | `sum_j J_ij x_j + m h_i` | where `|x_i| > 1`: x_i = sign(x_i), y_i = 0 |
 * | `discrete` (dSB) | `sum_j J_ij sign(x_j) + h_i` | the same walls |
 * | `adiabatic` (aSB) | `sum_j J_ij x_j + m h_i` | no walls, `- x_i^3` in dy_i/dt |
 * | `heatedBallistic`, `heatedDiscrete` | as without heat | y_i gains gamma dt times what it was before the step, at a wall too |
 *
 * J, h are of our energy `sum J s s + sum h s`, which is minimised: the signs of the sources turn round. Fields need no
 * extra spin. m is the mean of |x| over the oscillators of the read, so that a field weighs against the couplings as it does in
 * the energy, whatever the amplitude; dSB, which compares signs, takes fields as they are. Walls and m make every
 * state in which the amplitudes come to rest a local minimum of the energy, fields included.
 *
 * The lowest signs seen on the way are kept, the initial ones among them, and descend to a local minimum. Initial amplitudes
 * are a tenth of the initial spins times a uniform number: a push, which the motion may leave. 16 reads go side by side,
 * in float32, so that one read costs as much as 16; energies and the descent are float64.
 *
 * Bad at: models with one large positive eigenvalue (dense Max-Cut with weights of one sign), on which the discrete variant
 * chatters; strong fields on few variables and couplings of very different sizes, which a common c0 does not suit; ballistic
 * and adiabatic reads differ little from each other: more reads help less than for annealing.
 *
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if `variant` is no name of a variant, or an option is unknown
 *
 * Cost O(numSteps n^2) dense, O(numSteps (n + m)) sparse for 16 reads. Products with signs, all that the discrete variants need,
 * count bits where a dense matrix has two values off the diagonal (n = 2,000: 0.11 ns a coupling for 16 reads), and are of 16-bit
 * integers where couplings are small multiples of 1, 1/2 or 1/4; the others are float32. Memory at most 6 n^2 bytes dense.
 * Source: Goto, Tatsumura and Dixon (2019), DOI 10.1126/sciadv.aav2372 (aSB); Goto et al. (2021), DOI
 * 10.1126/sciadv.abe7953 (bSB, dSB, c0); Kanao and Goto (2022), DOI 10.1038/s42005-022-00929-9 (heated). Differs in: fields
 * for bSB and aSB, automatic dt, final descent.
 *
 * @example Two spins that want to differ, one of them down
 * ```ts
 * import { simulatedBifurcation } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states } = await simulatedBifurcation({ numSteps: 50 }).sample(model, { seed: 1 });
 * assertEquals([...states], [-1, 1]);
 * ```
 */
export function simulatedBifurcation(options: SimulatedBifurcationOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["variant", "numSteps", "dt", "a0", "c0", "gamma", "energyEvery"]);
  const { numSteps = 500, a0 = 1, energyEvery = 10 } = options;
  if (options.variant !== undefined && !VARIANTS.includes(options.variant)) {
    throw new TypeError(`${CANNOT}: variant must be one of ${VARIANTS.join(", ")}, got ${options.variant}`);
  }
  checkCount(CANNOT, "numSteps", numSteps);
  checkCount(CANNOT, "energyEvery", energyEvery);
  checkSizes(CANNOT, { dt: options.dt, a0, c0: options.c0 });
  checkSizes(CANNOT, { gamma: options.gamma }, "zero");
  return oscillatorSampler({ module: import.meta.url, name: "simulatedBifurcation", options }, function* (arrays) {
    const { field, stiffness, ease } = yield* couplingSize(arrays);
    const variant = options.variant ?? (ease < EASY ? "heatedBallistic" : "discrete");
    const discrete = variant === "discrete" || variant === "heatedDiscrete";
    const c0 = options.c0 ?? 0.5 / field;
    const dt = options.dt ?? Math.min(MAX_DT, MAX_ANGLE / Math.sqrt(a0 * (a0 + c0 * stiffness)));
    const gamma = variant.startsWith("heated") ? options.gamma ?? 0.1 : 0;
    const settings: Settings = { variant, numSteps, dt, a0, c0, gamma };
    return {
      options: { ...settings, energyEvery: discrete ? 1 : energyEvery },
      numSteps,
      lookEvery: energyEvery,
      discrete,
      motion: (problem) => bifurcation(problem, settings, discrete),
    };
  });
}

interface Settings {
  readonly variant: BifurcationVariant;
  readonly numSteps: number;
  readonly dt: number;
  readonly a0: number;
  readonly c0: number;
  readonly gamma: number;
}

function bifurcation(problem: OscillatorProblem, settings: Settings, discrete: boolean): Motion {
  const { n, loops, X, F, h, scale, hasFields } = problem;
  const { variant, numSteps, dt, a0, gamma } = settings;
  const [cubic, wall] = variant === "adiabatic" ? [dt, NO_WALL] : [0, 1];
  const [heat, push, drift] = [gamma * dt, settings.c0 / scale * dt, a0 * dt];
  const Y = loops.float32(n * LANES);
  const A = loops.float32(LANES).fill(1);
  let pull = 0;
  return {
    state: [X, Y],
    phases: [
      ...(hasFields && !discrete ? [meanAmplitudes(problem, A)] : []),
      {
        rowNs: 15,
        rows: (from, to) => loops.bifurcate(from, to, X, Y, F, h, A, heat, pull, cubic, push, drift, wall),
      },
    ],
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) {
        // never 0, so that the signs are those of the spins
        X[k] = START * spins[i] * (1 - rng.uniform());
        Y[k] = START * (2 * rng.uniform() - 1);
      }
    },
    prepare(t) {
      pull = dt * a0 * (1 - (numSteps === 1 ? 1 : t / (numSteps - 1)));
    },
  };
}

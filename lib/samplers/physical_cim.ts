import { checkOptionNames } from "../model/mod.ts";
import { checkCount, checkName, checkRange, checkSizes } from "./_check_numbers.ts";
import { couplingSize } from "./_coupling_size.ts";
import type { IsingArrays } from "./_ising_arrays.ts";
import { resolveOptions } from "./_options.ts";
import { type OscillatorPlan, oscillatorReader } from "./_oscillator_reader.ts";
import { heldArrays, pulses } from "./_physical_cim.ts";
import { runReads } from "./_run_reads.ts";
import type { Sampler } from "./types.ts";
import type { Work } from "../model/mod.ts";

const CANNOT = "Cannot run the physical CIM";
const DT = 0.2;

/** Machines whose time axis is known: round trips of a run, and microseconds of a round trip. */
const PRESETS = {
  "5ms": { numRoundTrips: 1000, roundTripUs: 5 },
  "1.6ms": { numRoundTrips: 1000, roundTripUs: 1.6 },
} as const;

/** How {@link physicalCim} works. */
export interface PhysicalCimOptions {
  /**
   * The time axis: `"5ms"`, a kilometre of fibre, 2,048 pulses, 1,000 round trips of 5 us; `"1.6ms"`, 320 m, 160 pulses, 1,000
   * round trips of 1.6 us.
   *
   * @default {"5ms"}
   */
  readonly preset?: "5ms" | "1.6ms";
  /** Round trips of a run. @default {the preset's} */
  readonly numRoundTrips?: number;
  /** Duration of a round trip in us. @default {the preset's} */
  readonly roundTripUs?: number;
  /** Bits of couplings and fields, sign included: they are multiples of `max / (2^(bits-1) - 1)`. @default {none: as they are} */
  readonly bits?: number;
  /** Photon lifetimes of a round trip. @default {0.2, less where the model is stiff} */
  readonly dt?: number;
  /** Pump p of the first and the last round trip, in thresholds of a pulse alone; it grows by equal steps. @default {[0, 1]} */
  readonly pump?: readonly [first: number, last: number];
  /** epsilon, the strength of the feedback, in units of one over the local field of a random state. @default {1} */
  readonly coupling?: number;
  /** sigma, the vacuum noise: standard deviation of the kicks a photon lifetime adds up to. @default {0.1} */
  readonly noise?: number;
  /** Standard deviation of the noise that the loop (detector, converter) adds to one measurement. @default {0.1} */
  readonly measurementNoise?: number;
  /** What the detector clips measured amplitudes at, in amplitudes of a pulse alone at twice the threshold. @default {2} */
  readonly saturation?: number;
}

/**
 * Makes a coherent Ising machine as it stands in a laboratory: n pulses in a fibre, measured and fed back once a round trip, and
 * the signs of the last round trip as the answer.
 *
 * A round trip of dt photon lifetimes takes pulse i from x to
 * `x + dt ((p - 1 - x^2) x - epsilon (sum_j J_ij xm_j + m h_i) / F) + sigma sqrt(dt) N`, with the measured
 * `xm_j = clip(x_j + measurementNoise N', saturation)`, m the mean of |x|, `F = sqrt((|J|_F^2 + |h|^2) / (n - 1))`, N and N' independent
 * standard normal numbers, and J, h rounded to `bits`. J, h are of our energy `sum J s s + sum h s`, which is minimised.
 *
 * Beside `coherentIsingMachine`, which is an algorithm: nothing remembers lower signs of earlier round trips, nothing descends at the
 * end, couplings are coarse, and time is the machine's: the findings tell `machineMs` (reads one after another), `runMs`, `roundTrips`,
 * and with `bits` how many couplings rounding has left, `couplingsKept` of `couplings`. Energies are of the model as it was given, in float64.
 *
 * What not to believe: the mean field has no quantum state, the noise is the same at every pump, the fibre does not drift. The
 * default strengths are round numbers, fitted to no machine; only the time axis is a published one.
 *
 * Bad at: weak couplings beside strong ones (rounding), models with fields (amplitudes differ), frustration.
 *
 * @returns a sampler; it starts from the vacuum and refuses initial states
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(numRoundTrips n^2) dense, O(numRoundTrips (n + m)) sparse for 16 reads.
 * Source: McMahon et al., A fully programmable 100-spin coherent Ising machine with all-to-all connections (2016), DOI
 * 10.1126/science.aah5178 (1.6 us); Inagaki et al., A coherent Ising machine for 2000-node optimization problems (2016), DOI
 * 10.1126/science.aah4243 (5 us, 1,000 round trips); Sakaguchi et al. (2016), DOI 10.3390/e18100365 (fields by the mean amplitude).
 * Differs in: constant noise, no quadrature component; loss and gain spread over the round trip.
 *
 * @example Two spins that want to differ, one of them down, in 5 ms
 * ```ts
 * import { physicalCim } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { states, story } = await physicalCim().sample(model, { seed: 1 });
 * assertEquals([...states, story.findings.machineMs], [-1, 1, 5]);
 * ```
 */
export function physicalCim(options: PhysicalCimOptions = {}): Sampler {
  const known = [
    ...["preset", "numRoundTrips", "roundTripUs", "bits", "dt", "pump", "coupling", "noise", "measurementNoise"],
    "saturation",
  ];
  checkOptionNames(CANNOT, options, known);
  const { preset = "5ms", bits } = options;
  checkName(CANNOT, "preset", preset, Object.keys(PRESETS));
  const settings = {
    numRoundTrips: options.numRoundTrips ?? PRESETS[preset].numRoundTrips,
    roundTripUs: options.roundTripUs ?? PRESETS[preset].roundTripUs,
    pump: options.pump ?? [0, 1] as const,
    coupling: options.coupling ?? 1,
    noise: options.noise ?? 0.1,
    measurementNoise: options.measurementNoise ?? 0.1,
    saturation: options.saturation ?? 2,
  };
  checkCount(CANNOT, "numRoundTrips", settings.numRoundTrips);
  if (bits !== undefined) checkCount(CANNOT, "bits", bits, 2, 53);
  checkSizes(CANNOT, { dt: options.dt, roundTripUs: settings.roundTripUs, coupling: settings.coupling });
  checkSizes(CANNOT, { saturation: settings.saturation });
  checkSizes(CANNOT, { noise: settings.noise, measurementNoise: settings.measurementNoise }, "zero");
  checkRange(CANNOT, "pump", settings.pump);
  const runMs = settings.numRoundTrips * settings.roundTripUs / 1000;
  const origin = { module: import.meta.url, name: "physicalCim", options };
  return {
    name: "physicalCim",
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions("physicalCim", model, sampleOptions, false);
      function* plan(arrays: IsingArrays): Work<OscillatorPlan> {
        const rounded = bits === undefined ? undefined : yield* heldArrays(arrays, bits);
        const held = rounded?.held ?? arrays;
        const { field, ease } = yield* couplingSize(held);
        const dt = options.dt ?? DT * ease;
        return {
          options: { preset, ...settings, bits: bits ?? null, dt, pump: [...settings.pump] },
          numSteps: settings.numRoundTrips,
          lookEvery: settings.numRoundTrips,
          discrete: false,
          acting: held,
          raw: true,
          ...(rounded && { findings: { couplings: rounded.all, couplingsKept: rounded.kept } }),
          motion: (problem) => pulses(problem, { ...settings, dt }, settings.coupling / field / problem.scale),
        };
      }
      const set = await runReads({
        ...{ sampler: "physicalCim", origin, model, options: resolved, descends: false },
        prepare: (target) => oscillatorReader(model, target, plan),
      });
      const { findings, completedReads } = set.story;
      const time = { runMs, machineMs: runMs * completedReads, roundTrips: settings.numRoundTrips * completedReads };
      return { ...set, story: { ...set.story, findings: { ...findings, ...time } } };
    },
  };
}

import { type Floats, OSCILLATOR_LANES } from "../kernels/mod.ts";
import { inBlocks, type Work } from "../model/mod.ts";
import { mix32, Rng } from "../random/mod.ts";
import { largestOf } from "./_coupling_size.ts";
import type { IsingArrays } from "./_ising_arrays.ts";
import { meanAmplitudes, noise, type OscillatorProblem, type Phase } from "./_oscillator_problem.ts";
import type { Motion } from "./_oscillator_reader.ts";

const LANES = OSCILLATOR_LANES;
const NO_WALL = 3e38;

/** What moves the pulses of a machine, in photon lifetimes and thresholds. */
export interface PulseSettings {
  readonly numRoundTrips: number;
  readonly dt: number;
  readonly pump: readonly [number, number];
  readonly noise: number;
  readonly measurementNoise: number;
  readonly saturation: number;
}

/** Couplings and fields as signed integers of `bits` bits, in units of the largest; and how many of the couplings are left. */
export function* heldArrays(arrays: IsingArrays, bits: number): Work<{ held: IsingArrays; kept: number; all: number }> {
  const { h, couplings } = arrays;
  let largest = largestOf(h, 0, h.length);
  yield* inBlocks(couplings.values.length, 1, (from, to) => {
    largest = Math.max(largest, largestOf(couplings.values, from, to));
  });
  const step = largest / (2 ** (bits - 1) - 1);
  const rounded = (value: number) => step === 0 ? 0 : Math.round(value / step) * step + 0;
  const values = new Float64Array(couplings.values.length);
  let kept = 0, all = 0;
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to; k++) {
      values[k] = rounded(couplings.values[k]);
      if (values[k] !== 0) kept++;
      if (couplings.values[k] !== 0) all++;
    }
  });
  const held = { ...arrays, h: h.map(rounded), couplings: { ...couplings, values } };
  return { held, kept: kept / 2, all: all / 2 };
}

/** Pulses that a pump amplifies, a detector measures and a modulator kicks, once a round trip. */
export function pulses(problem: OscillatorProblem, settings: PulseSettings, coupling: number): Motion {
  const { n, loops, X, F, h, hasFields } = problem;
  const { numRoundTrips, dt, measurementNoise, saturation, pump: [first, last] } = settings;
  const size = settings.noise * Math.sqrt(dt);
  const vacuum = noise(problem);
  const detector = noise(problem);
  const A = loops.float32(LANES).fill(1);
  const measured = loops.float32(n * LANES);
  let gain = 0;
  const measure: Phase = {
    rowNs: 20,
    rows(from, to) {
      loops.addNoise(from, to, X, detector.N, measurementNoise, measured);
      if (saturation < NO_WALL) clip(measured, from * LANES, to * LANES, saturation);
    },
  };
  return {
    state: [X],
    before: [vacuum.phase, ...(measurementNoise > 0 ? [detector.phase] : []), measure],
    source: measured,
    phases: [
      ...(hasFields ? [meanAmplitudes(problem, A)] : []),
      {
        rowNs: 15,
        rows: (from, to) => loops.feed(from, to, X, F, h, A, vacuum.N, gain, dt, coupling * dt, size, NO_WALL),
      },
    ],
    // an empty cavity: the vacuum alone, of either sign
    begin(lane, { spins, rng }) {
      for (let i = 0, k = lane; i < n; i++, k += LANES) X[k] = size * spins[i] * (1 - rng.uniform());
      vacuum.begin(lane, rng);
      detector.begin(lane, branch(rng));
    },
    begun(reads) {
      vacuum.begun(reads);
      detector.begun(reads);
    },
    prepare(t) {
      const p = numRoundTrips === 1 ? last : first + (last - first) * t / (numRoundTrips - 1);
      gain = (p - 1) * dt;
    },
  };
}

function clip(values: Floats, from: number, to: number, limit: number): void {
  for (let k = from; k < to; k++) values[k] = Math.max(-limit, Math.min(limit, values[k]));
}

// a second stream, made from where the first one stands
function branch(rng: Rng): Rng {
  const other = new Rng(0);
  other.state = rng.state.map((word, w) => mix32(word ^ Math.imul(w + 1, 0x9e3779b9)));
  return other;
}

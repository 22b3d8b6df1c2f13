import type { AnnealingKernel } from "../kernels/mod.ts";
import type { Model } from "../model/mod.ts";
import { mix32, Rng } from "../random/mod.ts";
import { annealerOf } from "./_annealer.ts";
import { isingOf } from "./_ising_arrays.ts";

const PILOT_BETAS = 48;
const PILOT_SWEEPS = 12;
const PILOT_READS = 4;
const FIRST_PILOT_STREAM = 2 ** 52;
const UNIFORM_SHARE = 0.2;

/** Inverse temperature of sweep t. */
export type BetaOfSweep = (t: number) => number;

/** From hot to cold by a constant factor a sweep. */
export function geometric([hot, cold]: readonly [number, number], numSweeps: number): BetaOfSweep {
  const slope = numSweeps === 1 ? 0 : Math.log(cold / hot) / (numSweeps - 1);
  return numSweeps === 1 ? () => cold : (t) => hot * Math.exp(slope * t);
}

/** From hot to cold by a constant step a sweep. */
export function linear([hot, cold]: readonly [number, number], numSweeps: number): BetaOfSweep {
  const step = numSweeps === 1 ? 0 : (cold - hot) / (numSweeps - 1);
  return numSweeps === 1 ? () => cold : (t) => hot + step * t;
}

/** From cold to `reheat` in the first half of the sweeps and back to cold in the second, by constant factors. */
export function reverse(reheat: number, cold: number, numSweeps: number): BetaOfSweep {
  const half = Math.ceil(numSweeps / 2);
  const up = geometric([cold, reheat], half);
  const down = geometric([reheat, cold], Math.max(1, numSweeps - half));
  return (t) => t < half ? up(t) : down(t - half);
}

/**
 * From hot to cold at constant thermodynamic speed: d beta / dt is proportional to 1 / sigma_E(beta), measured by a few short
 * anneals that use streams of the seed which no read uses; a fifth of the sweeps is spread geometrically all the same. Yields
 * after every `spinsPerSlice` spins.
 */
export function* adaptive(
  model: Model,
  [hot, cold]: readonly [number, number],
  numSweeps: number,
  seed: number,
  spinsPerSlice: number,
): Generator<undefined, BetaOfSweep> {
  const ladder = geometric([hot, cold], PILOT_BETAS);
  const betas = Float64Array.from({ length: PILOT_BETAS }, (_, k) => ladder(k));
  const spread = yield* energySpread(model, betas, seed, spinsPerSlice);
  // share of the sweeps spent below each beta, by the trapezoidal rule
  const spent = new Float64Array(PILOT_BETAS);
  for (let k = 1; k < PILOT_BETAS; k++) {
    spent[k] = spent[k - 1] + (spread[k] + spread[k - 1]) * (betas[k] - betas[k - 1]) / 2;
  }
  const total = spent[PILOT_BETAS - 1];
  for (let k = 0; k < PILOT_BETAS; k++) {
    const even = k / (PILOT_BETAS - 1);
    spent[k] = total > 0 ? UNIFORM_SHARE * even + (1 - UNIFORM_SHARE) * spent[k] / total : even;
  }
  return (t) => {
    const share = numSweeps === 1 ? 1 : t / (numSweeps - 1);
    let k = 1;
    while (k < PILOT_BETAS - 1 && spent[k] < share) k++;
    const within = Math.min(1, Math.max(0, (share - spent[k - 1]) / (spent[k] - spent[k - 1])));
    return betas[k - 1] * (betas[k] / betas[k - 1]) ** within;
  };
}

// standard deviation of the energy at each beta, over the second half of its sweeps and over reads
function* energySpread(
  model: Model,
  betas: Float64Array,
  seed: number,
  spinsPerSlice: number,
): Generator<undefined, Float64Array> {
  const { kernel } = yield* annealerOf(model, yield* isingOf(model));
  try {
    return yield* pilotSpread(kernel, model, betas, seed, spinsPerSlice);
  } finally {
    kernel.close();
  }
}

function* pilotSpread(
  kernel: AnnealingKernel,
  model: Model,
  betas: Float64Array,
  seed: number,
  spinsPerSlice: number,
): Generator<undefined, Float64Array> {
  function* sliced(work: (from: number, to: number) => unknown): Generator<undefined, void> {
    for (let from = 0; from < kernel.padded; from += spinsPerSlice) {
      work(from, Math.min(kernel.padded, from + spinsPerSlice));
      yield;
    }
  }
  const variances = new Float64Array(betas.length);
  const spins = new Int8Array(model.n);
  for (let read = 0; read < PILOT_READS; read++) {
    const rng = new Rng(seed, FIRST_PILOT_STREAM + read);
    for (let i = 0; i < model.n; i++) spins[i] = rng.uint32() >= 0x80000000 ? 1 : -1;
    kernel.start(spins, drawWords(rng));
    yield* sliced((from, to) => kernel.fields(from, to));
    for (let k = 0; k < betas.length; k++) {
      const beta = Float32Array.of(betas[k]);
      let [count, sum, squares] = [0, 0, 0];
      let base = 0;
      for (let sweep = 0; sweep < PILOT_SWEEPS; sweep++) {
        yield* sliced((from, to) => kernel.anneal(from, to, beta, 1, false, Infinity));
        if (sweep < PILOT_SWEEPS / 2) {
          base = kernel.gained;
          continue;
        }
        const value = kernel.gained - base;
        count++;
        sum += value;
        squares += value * value;
      }
      variances[k] += Math.max(0, squares / count - (sum / count) ** 2) / PILOT_READS;
    }
  }
  return variances.map(Math.sqrt);
}

/** Sixteen words of state for the four streams of a kernel, from the stream of a read. */
export function drawWords(rng: Rng): Uint32Array {
  const words = new Uint32Array(16);
  for (let k = 0; k < 16; k++) words[k] = mix32(rng.uint32() + k);
  return words;
}

import { assert, assertEquals } from "@std/assert";
import { denseCouplings, type IsingModel, isingModel, type Model, quboFromIsing } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { bruteForceMinimum, modelCouplingTwin, modelEnergyTwin } from "../testing/mod.ts";
import type { Sampler } from "./types.ts";

const DATA = Deno.env.get("QAMA_DATA_DIR") ?? new URL("../../../shared/data", import.meta.url).pathname;

/** A glass of n spins: normal couplings, normal fields of `size` times a typical local field, an offset. */
export function glass(n: number, seed: number, size: number): IsingModel {
  const rng = new Rng(seed);
  const J = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) J[i * n + j] = J[j * n + i] = rng.normal();
  const linear = Float64Array.from({ length: n }, () => size * Math.sqrt(n) * rng.normal());
  return isingModel({ couplings: denseCouplings(J), linear, offset: 3.25 });
}

/** Fails unless the sampler finds the proved optimum of glasses without, with weak and with strong fields, in both vartypes. */
export async function assertFindsOptima(sampler: Sampler, numReads: number, seeds = [1, 2, 3]): Promise<void> {
  for (const size of [0, 0.3, 1, 10]) {
    for (const seed of seeds) {
      const ising = glass(11, seed, size);
      for (const model of [ising, quboFromIsing(ising)]) {
        const { energy } = bruteForceMinimum(model);
        const found = Math.min(...(await sampler.sample(model, { seed: 1, numReads })).energies);
        assert(
          Math.abs(found - energy) < 1e-9,
          `${model.vartype}, fields ${size}, seed ${seed}: ${found} for ${energy}`,
        );
      }
    }
  }
}

/** Fails unless the sampler reaches the listed ground energy of the published SK instances of these sizes. */
export async function assertReachesGrounds(sampler: Sampler, sizes: number[], numReads: number): Promise<void> {
  let list: string;
  try {
    list = await Deno.readTextFile(`${DATA}/ising/ground_energies.csv`);
  } catch {
    console.log(`skipped: no published instances in ${DATA}/ising`);
    return;
  }
  for (const line of list.trim().split("\n").slice(1)) {
    const [name, n, , ground] = line.split(",");
    if (!name.startsWith("sk-") || !sizes.includes(Number(n))) continue;
    const model = readInstance(await Deno.readTextFile(`${DATA}/ising/${name}`));
    const { energies, ending } = await sampler.sample(model, { seed: 1, numReads, target: Number(ground) });
    assertEquals([Math.min(...energies), ending], [Number(ground), "target-reached"], name);
  }
}

function readInstance(text: string): IsingModel {
  const [[n], ...entries] = text.trim().split("\n").map((line) => line.split(" ").map(Number));
  const J = new Float64Array(n * n);
  for (const [i, j, value] of entries) J[(i - 1) * n + j - 1] = J[(j - 1) * n + i - 1] = value;
  return isingModel({ couplings: denseCouplings(J), linear: new Float64Array(n) });
}

/** The equations of a kind of oscillator, in float64 and one read at a time. */
export interface NaiveMotion {
  /** `[n]`, changed by `step`. */
  readonly x: Float64Array;
  /** Makes step t. */
  step(t: number): void;
  /** Is told the energy of sign(x) before every step, and the lowest before it. */
  look?(energy: number, lowest: number): void;
}

/** What equations need to know of the model and of the read. */
export interface NaiveRead {
  readonly n: number;
  readonly spins: Int8Array;
  readonly rng: Rng;
  readonly h: Float64Array;
  /** F, the size of a local field. */
  readonly size: number;
  /** J z. */
  product(z: ArrayLike<number>): Float64Array;
  /** Standard normal numbers for all spins: two of them share two draws. */
  normals(): Float64Array;
}

/** The states that naive reads of an Ising model end in, which look at every step and descend from the best signs. */
export function naiveStates(
  model: IsingModel,
  numReads: number,
  numSteps: number,
  begin: (read: NaiveRead) => NaiveMotion,
): Int8Array {
  const n = model.n;
  const states = new Int8Array(numReads * n);
  const row = (i: number) => Array.from({ length: n }, (_, j) => modelCouplingTwin(model.couplings, i, j));
  const J = Array.from({ length: n }, (_, i) => row(i));
  const product = (z: ArrayLike<number>) => Float64Array.from(J, (row) => row.reduce((sum, v, j) => sum + v * z[j], 0));
  const squares = J.flat().reduce((sum, v) => sum + v * v, 0) + model.linear.reduce((sum, v) => sum + v * v, 0);
  for (let k = 0; k < numReads; k++) {
    const rng = new Rng(1, k);
    const spins = Int8Array.from({ length: n }, () => rng.uint32() >= 0x80000000 ? 1 : -1);
    const normals = () => naiveNormals(n, rng);
    const motion = begin({ n, spins, rng, h: model.linear, size: Math.sqrt(squares / (n - 1)), product, normals });
    let lowest = Infinity;
    let best = spins;
    for (let t = 0; t <= numSteps; t++) {
      const signs = Int8Array.from(motion.x, (x) => x < 0 ? -1 : 1);
      const energy = modelEnergyTwin(model, signs);
      motion.look?.(energy, lowest);
      if (energy < lowest) [lowest, best] = [energy, signs];
      if (t < numSteps) motion.step(t);
    }
    for (let i = 0, clean = 0; clean < n; i = (i + 1) % n, clean++) {
      const field = product(best)[i] + model.linear[i];
      if (best[i] * field <= 1e-9) continue;
      best[i] = -best[i];
      clean = -1;
    }
    states.set(best, k * n);
  }
  return states;
}

/** Standard normal numbers for n spins, as the loops draw them: two share two draws. */
export function naiveNormals(n: number, rng: Rng): Float64Array {
  const out = new Float64Array(n + 1);
  for (let i = 0; i < n; i += 2) {
    const r = Math.sqrt(-2 * Math.log(((rng.uint32() >>> 8) + 1) / 2 ** 24));
    const angle = 2 * Math.PI * rng.uniform();
    out[i] = r * Math.cos(angle);
    out[i + 1] = r * Math.sin(angle);
  }
  return out.subarray(0, n);
}

/** Initial amplitudes as the samplers draw them. */
export function drawnAmplitudes({ spins, rng }: NaiveRead, start: number): Float64Array {
  return Float64Array.from(spins, (s) => start * s * (1 - rng.uniform()));
}

/** A value that goes from `first` at t = 0 to `last` at the last step. */
export function ramp(first: number, last: number, t: number, numSteps: number): number {
  return first + (last - first) * t / (numSteps - 1);
}

/** Mean magnitude. */
export function meanMagnitude(x: Float64Array): number {
  return x.reduce((sum, v) => sum + Math.abs(v), 0) / x.length;
}

/** Fails unless the sampler ends in the states of the naive equations on a glass with fields, and reads do not all agree. */
export async function assertFollows(
  sampler: Sampler,
  numSteps: number,
  begin: (read: NaiveRead) => NaiveMotion,
): Promise<void> {
  const model = glass(40, 9, 0.2);
  const { states } = await sampler.sample(model, { seed: 1, numReads: 20 });
  assertEquals(states, naiveStates(model, 20, numSteps, begin));
  const distinct = new Set(Array.from({ length: 20 }, (_, k) => states.slice(k * 40, (k + 1) * 40).join()));
  assert(distinct.size > 4, `only ${distinct.size} different states: the test would not see much`);
}

/** A model of the same states with energies times `by`. */
export function scaledModel(model: IsingModel, by: number): Model {
  const couplings = model.couplings.form === "dense" ? model.couplings.values.map((v) => v * by) : new Float64Array(0);
  return isingModel({ couplings: denseCouplings(couplings), linear: model.linear.map((v) => v * by) });
}

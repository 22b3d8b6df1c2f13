import { checkOptionNames, finished, type Work } from "../model/mod.ts";
import { returnInstance, takeInstance } from "./_instances.ts";
import { GROUP, type ReplicaArrays, replicaLayout, type ReplicaPrecision, scaleProblem } from "./_replica_arrays.ts";
import { type ReplicaLoops, typescriptLoops } from "./_replica_loops.ts";
import { replicaModule, wasmLoops } from "./_replica_wasm.ts";
import type { KernelCouplings } from "./annealing.ts";

export type { ReplicaPrecision };

/** Lanes of a group: what one call of a loop works on. */
export const REPLICA_GROUP: number = GROUP;

const LARGEST_SCALE = 1e30;
const MAX_LANES = 1 << 20;
// smaller gains may be rounding: float32 fields in units of the largest coefficient
const DESCENT_SLACK = 1e-6;

/** What replicas are copies of: `E(s) = sum_{i<j} J_ij s_i s_j + sum_i h_i s_i`, in energies of the caller. */
export interface ReplicaProblem {
  /** n, the number of spins. */
  readonly n: number;
  /** h, `[n]`. */
  readonly h: Float64Array;
  /** J. */
  readonly couplings: KernelCouplings;
}

/** Options of {@link openReplicas}. */
export interface ReplicaOptions {
  /** Replicas, a multiple of 8. */
  readonly lanes: number;
  /** The compiled loops, or their readable twins, which give the same bits. @default {"wasm"} */
  readonly engine?: "wasm" | "typescript";
  /** How spins and fields are held. @default {"int16" if the coefficients are small multiples of one number, else "float32"} */
  readonly precision?: ReplicaPrecision;
}

/**
 * Many copies of one problem in one memory, a lane each, swept 8 at a time; the base of replica exchange, population annealing
 * and path integrals.
 *
 * Every lane has a state, its local fields, a beta and a stream of its own: what a lane does in `sweep` depends on no other.
 * Draws have 31 bits: moves with `beta dE > 21.5` are not made. Acceptance is decided by `-s f <= t / (2 beta)`,
 * `t = -ln u` by a polynomial (relative error 1e-6).
 */
export class Replicas {
  /** Form, precision and engine, as "sparse int16 wasm". */
  readonly name: string;
  /** n, the number of spins. */
  readonly n: number;
  /** Number of lanes. */
  readonly lanes: number;
  /** Lanes / 8. */
  readonly groups: number;
  /** True if fields and energies are exact; if not, `refresh` takes away the rounding that builds up over flips. */
  readonly exact: boolean;
  /** Energies without the offset, as of the last `measure` of each group, `[lanes]`. */
  readonly energies: Float64Array;
  /** Spins after which a sweep may be cut in two: 256. */
  readonly block = 256;
  readonly #arrays: ReplicaArrays;
  readonly #loops: ReplicaLoops;
  readonly #close: () => void;
  readonly #step: number;

  /** Use {@link openReplicas}. */
  constructor(arrays: ReplicaArrays, engine: string, loops: ReplicaLoops, close: () => void) {
    this.name = `${arrays.form} ${arrays.precision} ${engine}`;
    this.n = arrays.n;
    this.lanes = arrays.lanes;
    this.groups = arrays.lanes / GROUP;
    this.exact = arrays.precision === "int16";
    this.energies = new Float64Array(arrays.lanes);
    this.#arrays = arrays;
    this.#loops = loops;
    this.#close = close;
    this.#step = arrays.form === "dense" ? 1 : GROUP;
  }

  #start(lane: number): number {
    const { form, n, stride } = this.#arrays;
    return form === "dense" ? lane * stride : (lane >> 3) * GROUP * n + (lane & 7);
  }

  /** Sets the stream of a lane: four words of xoshiro128** state. */
  seed(lane: number, words: Uint32Array): void {
    const at = (lane >> 2) * 16 + (lane & 3);
    for (let w = 0; w < 4; w++) this.#arrays.words[at + 4 * w] = words[w];
  }

  /** Sets the inverse temperature of a lane, in 1/energy, from 0. */
  setBeta(lane: number, beta: number): void {
    this.#arrays.scale[lane] = Math.min(LARGEST_SCALE, 1 / (2 * beta * this.#arrays.unit));
  }

  /** Writes a state, `[n]` of -1 and +1, into a lane; its fields are stale until `refresh`. */
  load(lane: number, spins: ArrayLike<number>): void {
    const at = this.#start(lane);
    for (let i = 0; i < this.n; i++) this.#arrays.spins[at + i * this.#step] = spins[i];
  }

  /** Reads the state of a lane. */
  read(lane: number, spins: Int8Array): void {
    const at = this.#start(lane);
    for (let i = 0; i < this.n; i++) spins[i] = this.#arrays.spins[at + i * this.#step];
  }

  /** Spin i of a lane. */
  spin(lane: number, i: number): number {
    return this.#arrays.spins[this.#start(lane) + i * this.#step];
  }

  /** Change of a lane's energy if its spin i flips. */
  flipCost(lane: number, i: number): number {
    const at = this.#start(lane) + i * this.#step;
    return -2 * this.#arrays.unit * this.#arrays.spins[at] * this.#arrays.fields[at];
  }

  /** Flips spin i of one lane. */
  flip(lane: number, i: number): void {
    const { form, stride, doubled, rowPtr, entries, spins, fields } = this.#arrays;
    const base = this.#start(lane);
    const at = base + i * this.#step;
    const s = spins[at];
    spins[at] = -s;
    if (form === "dense") {
      const row = i * stride;
      for (let j = 0; j < stride; j++) fields[base + j] -= s * doubled[row + j];
      return;
    }
    const end = 2 * rowPtr[i + 1];
    for (let k = 2 * rowPtr[i]; k < end; k += 2) fields[base + entries[k] * GROUP] -= s * doubled[k + 1];
  }

  /** Copies state, fields and energy of a lane onto another; the stream of the other goes on. */
  copy(from: number, to: number): void {
    const { spins, fields } = this.#arrays;
    this.energies[to] = this.energies[from];
    const [source, target, step] = [this.#start(from), this.#start(to), this.#step];
    if (step === 1) {
      spins.copyWithin(target, source, source + this.n);
      fields.copyWithin(target, source, source + this.n);
      return;
    }
    const end = this.n * step;
    for (let k = 0; k < end; k += step) {
      spins[target + k] = spins[source + k];
      fields[target + k] = fields[source + k];
    }
  }

  /** Computes the fields of a group from its spins; in parts `from .. to - 1` of the spins, in order from 0 to n. */
  refresh(group: number, from = 0, to: number = this.n): void {
    this.#loops.fields(group, from, to);
  }

  /** Computes the energies of a group from its fields. */
  measure(group: number): void {
    this.#loops.energies(group);
    const half = this.#arrays.unit / 2;
    for (let l = group * GROUP; l < (group + 1) * GROUP; l++) this.energies[l] = this.#arrays.sums[l] * half;
  }

  /** One Metropolis sweep over spins `from .. to - 1` of a group, each lane at its beta; `from` is a multiple of 256. */
  sweep(group: number, from: number, to: number): void {
    this.#loops.sweep(group, from, to);
  }

  /**
   * One sweep in which every spin also feels itself in the lanes before and after, a ring over all lanes: the weight of a
   * state is `exp(-sum_l beta_l E_l + coupling sum_l sum_i s_i^l s_i^(l+1))`.
   */
  sweepRing(group: number, from: number, to: number, coupling: number): void {
    this.#loops.slices(group, from, to, 2 * coupling);
  }

  /** Flips, in order, every spin of `from .. to - 1` whose flip lowers the energy; returns whether any did. */
  descend(group: number, from: number, to: number): boolean {
    return this.#loops.descend(group, from, to, this.exact ? -1 : -DESCENT_SLACK);
  }

  /** Keeps spins and fields of one group, in place of what was kept before. */
  save(group: number): void {
    const { spins, fields, savedSpins, savedFields, stride } = this.#arrays;
    const size = stride * GROUP;
    savedSpins.set(spins.subarray(group * size, (group + 1) * size));
    savedFields.set(fields.subarray(group * size, (group + 1) * size));
  }

  /** Puts back what `save` kept. */
  restore(group: number): void {
    const { spins, fields, savedSpins, savedFields, stride } = this.#arrays;
    spins.set(savedSpins, group * stride * GROUP);
    fields.set(savedFields, group * stride * GROUP);
  }

  /** Gives the memory back; the replicas must not be used any more. */
  close(): void {
    this.#close();
  }
}

/**
 * Opens replicas of a problem.
 *
 * @param problem checked by the caller: finite, J symmetric with zero diagonal
 * @param options.lanes replicas, a multiple of 8
 * @returns replicas with all spins 0: `seed`, `load`, `setBeta` and `refresh` them before the first sweep
 * @throws {RangeError} if `lanes` is no multiple of 8 from 8 to 2^20, the problem does not fit the precision, or the memory
 * cannot be had
 *
 * Cost O(n^2) dense, O(n + m) sparse to copy the couplings, 2 or 4 bytes an entry dense, 8 sparse; 4 or 8 bytes a spin and lane.
 *
 * @example Eight replicas of a pair that wants to differ
 * ```ts
 * import { openReplicas } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: new Float64Array([0, 1, 1, 0]) } as const;
 * const replicas = openReplicas({ n: 2, h: new Float64Array(2), couplings }, { lanes: 8 });
 * for (let lane = 0; lane < 8; lane++) replicas.load(lane, [1, 1]);
 * replicas.refresh(0);
 * replicas.descend(0, 0, 2);
 * replicas.measure(0);
 * assertEquals([...replicas.energies], new Array(8).fill(-1));
 * ```
 */
export function openReplicas(problem: ReplicaProblem, options: ReplicaOptions): Replicas {
  return finished(openReplicasWork(problem, options));
}

/**
 * Opens replicas as {@link openReplicas} does, in slices, so that who asks can stop.
 *
 * @returns work whose result is the replicas
 * @throws {RangeError} as {@link openReplicas}
 *
 * Cost that of {@link openReplicas}.
 *
 * @example Eight replicas of a pair
 * ```ts
 * import { openReplicasWork } from "qama/kernels";
 * import { finished } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: new Float64Array([0, 1, 1, 0]) } as const;
 * assertEquals(finished(openReplicasWork({ n: 2, h: new Float64Array(2), couplings }, { lanes: 8 })).groups, 1);
 * ```
 */
export function* openReplicasWork(problem: ReplicaProblem, options: ReplicaOptions): Work<Replicas> {
  checkOptionNames("Cannot open replicas", options, ["lanes", "engine", "precision"]);
  const { lanes, engine = "wasm", precision } = options;
  if (!Number.isSafeInteger(lanes) || lanes < GROUP || lanes > MAX_LANES || lanes % GROUP !== 0) {
    throw new RangeError(`Cannot open replicas: lanes must be a multiple of 8 from 8 to ${MAX_LANES}, got ${lanes}`);
  }
  const { n, h, couplings } = problem;
  const { bytes, make } = replicaLayout(yield* scaleProblem(n, h, couplings, precision), lanes);
  if (engine === "typescript") {
    const arrays = yield* make(new ArrayBuffer(bytes));
    return new Replicas(arrays, "typescript", typescriptLoops(arrays), () => {});
  }
  const instance = takeInstance(replicaModule, bytes, `${lanes} replicas of ${n} spins`);
  const arrays = yield* make(instance.memory.buffer as ArrayBuffer);
  return new Replicas(arrays, "wasm", wasmLoops(arrays, instance.exports), () => {
    returnInstance(replicaModule, instance);
  });
}

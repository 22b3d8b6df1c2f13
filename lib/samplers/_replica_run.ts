import { openReplicasWork, REPLICA_GROUP, type Replicas } from "../kernels/mod.ts";
import { inBlocks, type Model, type Work } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { type IsingArrays, isingArrays } from "./_ising_arrays.ts";
import { energyOfSpins } from "./_rows.ts";
import { loadInBlocks, spinLoops } from "./_spin_loops.ts";

const SLICE_NS = 1_000_000;
const DESCENT_PASSES = 30;
const SETTLING_MS = 10;
const SWEEPS_BETWEEN_FIELDS = 64;
const MOST_TIES = 20;
const TIES_UP_TO = 1e6;
const POLISHED_UP_TO = 4e6;
// all lanes flip
const FIELDS_SHARE = 4;

/** Work on many replicas in slices: a generator yields where the sampler may be asked to stop. */
export type Steps = Generator<undefined, void>;

/** Does all steps at once. */
export function finish(steps: Steps): void {
  while (steps.next().done === false);
}

/** The replicas of one reader, and how long their loops take. */
export class ReplicaRun {
  /** The model in Ising form. */
  readonly ising: IsingArrays;
  /** Its replicas. */
  readonly replicas: Replicas;
  readonly #spinsPerCall: number;
  readonly #nsPerSpin: number;
  #spentNs = 0;

  /** Sum of the magnitudes of all coefficients where the replicas round them, else 0. */
  readonly size: number;

  /** Use {@link openRun}. */
  constructor(ising: IsingArrays, replicas: Replicas, size: number) {
    this.ising = ising;
    this.replicas = replicas;
    this.size = size;
    const { n, couplings } = ising;
    // of a group of 8; measured on one core of 2.5 GHz, and not critical
    const degree = couplings.values.length / Math.max(1, n);
    this.#nsPerSpin = couplings.form === "dense" ? 70 + 0.2 * n : 20 + 0.5 * degree;
    const { block } = this.replicas;
    this.#spinsPerCall = Math.max(1, Math.floor(SLICE_NS / 2 / this.#nsPerSpin / block)) * block;
  }

  /** True about once a millisecond of work: time to yield. */
  spend(ns: number): boolean {
    this.#spentNs += ns;
    if (this.#spentNs < SLICE_NS) return false;
    this.#spentNs = 0;
    return true;
  }

  /** Gives every lane its stream, drawn from the read's, and its state: `given`, or one drawn by its stream. */
  *begin(rng: Rng, given: (lane: number) => Int8Array | undefined): Steps {
    const { replicas } = this;
    const seed = rng.uint32() * 2 ** 21 + (rng.uint32() >>> 11);
    const drawn = new Int8Array(replicas.n);
    for (let lane = 0; lane < replicas.lanes; lane++) {
      const own = new Rng(seed, lane);
      const state = given(lane);
      if (state === undefined) {
        for (let i = 0; i < drawn.length; i++) {
          drawn[i] = own.uint32() >= 0x80000000 ? 1 : -1;
        }
      }
      replicas.load(lane, state ?? drawn);
      replicas.seed(lane, own.state);
      if (this.spend(1000 + 5 * replicas.n)) yield;
    }
    for (let g = 0; g < replicas.groups; g++) yield* this.#refresh(g);
  }

  *#refresh(group: number): Steps {
    yield* this.group((from, to) => this.replicas.refresh(group, from, to), FIELDS_SHARE);
    this.replicas.measure(group);
  }

  /** Works on all spins of a group, `visit` taking them from .. to - 1 in turn. */
  *group(visit: (from: number, to: number) => unknown, weight = 1): Steps {
    const { n } = this.replicas;
    for (let from = 0; from < n; from += this.#spinsPerCall) {
      const to = Math.min(n, from + this.#spinsPerCall);
      visit(from, to);
      if (this.spend(weight * (to - from) * this.#nsPerSpin)) yield;
    }
  }

  /** Sweep number `sweep` of all replicas, and their energies; with a `coupling`, lanes are a ring of slices. */
  *sweep(sweep: number, coupling?: number): Steps {
    const { replicas } = this;
    const stale = !replicas.exact && sweep % SWEEPS_BETWEEN_FIELDS === SWEEPS_BETWEEN_FIELDS - 1;
    for (let g = 0; g < replicas.groups; g++) {
      if (coupling === undefined) yield* this.group((from, to) => replicas.sweep(g, from, to));
      else yield* this.group((from, to) => replicas.sweepRing(g, from, to, coupling));
      if (stale) yield* this.#refresh(g);
      else replicas.measure(g);
    }
  }

  /** Shows `look` the local minima below the lanes, as energies and states of the replicas; then all is as before. */
  *quench(look: () => void): Steps {
    const { replicas } = this;
    for (let g = 0; g < replicas.groups; g++) {
      const first = g * REPLICA_GROUP;
      const kept = replicas.energies.slice(first, first + REPLICA_GROUP);
      replicas.save(g);
      let moved = true;
      for (let pass = 0; pass < DESCENT_PASSES && moved; pass++) {
        moved = false;
        yield* this.group((from, to) => moved = replicas.descend(g, from, to) || moved);
      }
      replicas.measure(g);
      look();
      replicas.restore(g);
      replicas.energies.set(kept, first);
    }
  }

  /** Descends for some milliseconds from the lowest state of a run that is cut short, or from `start` if it has none yet. */
  settle(lowest: LowestSeen, start: Int8Array): void {
    const { replicas } = this;
    if (FIELDS_SHARE * replicas.n * this.#nsPerSpin > SETTLING_MS * 1e6) return;
    const startMs = performance.now();
    replicas.load(0, lowest.energy < Infinity ? lowest.spins : start);
    replicas.refresh(0);
    let moved = true;
    do moved = replicas.descend(0, 0, replicas.n); while (moved && performance.now() - startMs < SETTLING_MS);
    replicas.measure(0);
    lowest.see(0, 1);
  }
}

/** Opens replicas of a model, rounded up to whole groups. */
export function* openRun(model: Model, lanes: number): Work<ReplicaRun> {
  const ising = yield* isingArrays(model);
  const replicas = yield* openReplicasWork(ising, { lanes: Math.ceil(lanes / REPLICA_GROUP) * REPLICA_GROUP });
  let size = 0;
  const { h, couplings: { values } } = ising;
  if (!replicas.exact) {
    yield* inBlocks(values.length, 1, (from, to) => size += sumOfMagnitudes(values, from, to) / 2);
    size += sumOfMagnitudes(h, 0, h.length);
  }
  return new ReplicaRun(ising, replicas, size);
}

function sumOfMagnitudes(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += Math.abs(values[k]);
  return sum;
}

/**
 * Descends in float64 where the replicas round; left out for matrices too large to be looked at between two slices. Returns how many
 * looks at single spins it took.
 */
export function* polish(model: Model, run: ReplicaRun, spins: Int8Array): Generator<undefined, number> {
  if (run.replicas.exact || run.ising.couplings.values.length > POLISHED_UP_TO) return 0;
  const loops = yield* spinLoops(model);
  yield* loadInBlocks(loops, spins);
  let looks = 0;
  do {
    looks += spins.length;
    yield;
  } while (loops.descend(spins) > 0);
  return looks;
}

/** The lowest state that a run has seen. */
export class LowestSeen {
  /** Its energy without the offset, as the replicas have it. */
  energy = Infinity;
  /** True once the model's own energy of a state is at most the target. */
  reached = false;
  /** The state. */
  readonly spins: Int8Array;
  readonly #model: Model;
  readonly #run: ReplicaRun;
  readonly #target: number;
  readonly #slack: number;
  readonly #other: Int8Array;
  #ties = 0;

  constructor(model: Model, run: ReplicaRun, target: number) {
    this.#model = model;
    this.#run = run;
    this.#target = target;
    this.spins = new Int8Array(model.n);
    this.#other = new Int8Array(model.n);
    // float32 couplings and fields
    this.#slack = 1e-6 * run.size;
  }

  /** Forgets everything. */
  reset(): void {
    this.energy = Infinity;
    this.reached = false;
    this.#ties = 0;
  }

  /** Looks at lanes `from .. to - 1`. */
  see(from: number, to: number): void {
    const { replicas, ising } = this.#run;
    let lane = from;
    for (let l = from + 1; l < to; l++) if (replicas.energies[l] < replicas.energies[lane]) lane = l;
    const found = replicas.energies[lane];
    if (found < this.energy - this.#slack || (this.energy === Infinity && found < Infinity)) {
      replicas.read(lane, this.spins);
    } else if (this.#slack === 0 || found > this.energy + this.#slack || !this.#winsTie(lane)) return;
    this.energy = found;
    if (this.#target === -Infinity) return;
    const near = this.#target + this.#slack + 1e-9 * (Math.abs(this.#target) + Math.abs(ising.offset));
    if (found + ising.offset <= near && this.trueEnergy(this.spins) <= this.#target) this.reached = true;
  }

  // two states closer than rounding: ask the model, but not for ever
  #winsTie(lane: number): boolean {
    const { replicas, ising } = this.#run;
    if (this.#ties >= MOST_TIES || ising.couplings.values.length > TIES_UP_TO) return false;
    replicas.read(lane, this.#other);
    if (this.#other.every((spin, i) => spin === this.spins[i])) return false;
    this.#ties++;
    if (!(this.trueEnergy(this.#other) < this.trueEnergy(this.spins))) return false;
    this.spins.set(this.#other);
    return true;
  }

  /** The model's energy of a state of spins. */
  trueEnergy(spins: Int8Array): number {
    return energyOfSpins(this.#model, spins);
  }
}

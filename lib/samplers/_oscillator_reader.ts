import { type Bytes, type Doubles, type Floats, OSCILLATOR_LANES } from "../kernels/mod.ts";
import { energy, type Model, type Work } from "../model/mod.ts";
import { type IsingArrays, isingArrays } from "./_ising_arrays.ts";
import { type OscillatorProblem, oscillatorProblem, type Phase } from "./_oscillator_problem.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { type SlicedDescent, slicedDescent } from "./_sliced_descent.ts";

const LANES = OSCILLATOR_LANES;
const SLICE_NS = 1.2e6;
const PHASE_NS = 60;
const DESCENT_WORK = 1e6;
// energies of float32 couplings: how far off they may be before the model is asked
const NEAR = 1e-5;

/** How amplitudes move: what a kind of oscillator adds to the reader. */
export interface Motion {
  /** Loops of one step, run when F is there: J sign(X) if the plan is discrete, else J times `source`. */
  readonly phases: readonly Phase[];
  /** Loops run before that product. */
  readonly before?: readonly Phase[];
  /** `[n, 16]`, what J is multiplied by. @default {X} */
  readonly source?: Floats;
  /** `[n, 16]` arrays that make the state, X among them: lanes that have no read copy lane 0. */
  readonly state: readonly Floats[];
  /** Fills lane `lane` of the state for a read. */
  begin(lane: number, read: ReadStart): void;
  /** Called when the lanes of all reads are filled, with their number. */
  begun?(reads: number): void;
  /** Called before the loops of step t, after `look`. */
  prepare(t: number): void;
  /** Takes twice the energies of sign(X), `[16]`, scaled and without the offset, and the lowest so far: on steps that look. */
  look?(twice: Doubles, best: Doubles): void;
}

/** What a reader of oscillators needs beside the model. */
export interface OscillatorPlan {
  readonly options: Readonly<Record<string, unknown>>;
  readonly numSteps: number;
  /** Steps between two looks at the energies of sign(X). */
  readonly lookEvery: number;
  /** Forces come from sign(X): then every step looks. */
  readonly discrete: boolean;
  /** The couplings and fields that act, where they are not the model's. @default {the model's} */
  readonly acting?: IsingArrays;
  /** The signs after the last step are the answer, whatever was lower before; nothing descends from them. @default {false} */
  readonly raw?: boolean;
  /** What the plan has found out of the model, for the story. @default {nothing} */
  readonly findings?: Readonly<Record<string, number>>;
  /** Makes the motion over a model laid out. */
  motion(problem: OscillatorProblem): Motion;
}

/** Makes 16 reads at a time of a model, keeps the best signs of each, and descends from them at the end. */
export function* oscillatorReader(
  model: Model,
  target: number,
  makePlan: (arrays: IsingArrays) => Work<OscillatorPlan>,
): Work<Reader> {
  const arrays = yield* isingArrays(model);
  const plan = yield* makePlan(arrays);
  const problem = yield* oscillatorProblem(plan.acting ?? arrays, plan.discrete);
  return new OscillatorReader(model, target, plan, problem, arrays, yield* slicedDescent(arrays));
}

class OscillatorReader implements Reader {
  readonly kernel: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly lanes = LANES;
  readonly #model: Model;
  readonly #arrays: IsingArrays;
  readonly #target: number;
  readonly #plan: OscillatorPlan;
  readonly #problem: OscillatorProblem;
  readonly #motion: Motion;
  readonly #descent: SlicedDescent;
  readonly #plainStep: readonly Phase[];
  readonly #lookStep: readonly Phase[];
  readonly #keepAt: number;
  readonly #twice: Doubles;
  readonly #bestTwice: Doubles;
  readonly #improved: Bytes;
  readonly #bestSigns: Bytes;
  readonly #values: Int8Array;
  readonly #spins: Int8Array;
  #reads: readonly ReadStart[] = [];
  #t = 0;
  #phase = 0;
  #row = 0;
  #anyImproved = false;
  #reached = false;
  /** Lanes from this one on still have to descend; -1 while the amplitudes move. */
  #lane = -1;

  constructor(
    model: Model,
    target: number,
    plan: OscillatorPlan,
    problem: OscillatorProblem,
    arrays: IsingArrays,
    descent: SlicedDescent,
  ) {
    this.#model = model;
    this.#target = target;
    this.#arrays = arrays;
    this.#plan = plan;
    this.#problem = problem;
    const { n, loops, X, F } = problem;
    this.kernel = problem.kernel;
    this.options = plan.options;
    this.#motion = plan.motion(problem);
    this.#descent = descent;
    this.#twice = loops.float64(LANES);
    this.#bestTwice = loops.float64(LANES);
    this.#improved = loops.uint8(LANES);
    this.#bestSigns = loops.uint8(n * LANES);
    this.#values = new Int8Array(n);
    this.#spins = new Int8Array(n);
    const h2 = loops.float32(n);
    for (let i = 0; i < n; i++) h2[i] = 2 * problem.h[i];
    const measure: Phase = {
      rowNs: 12,
      rows: (from, to) => loops.measure(from, to, X, F, h2, this.#twice),
      end: () => this.#compare(),
    };
    const keep: Phase = {
      rowNs: 4,
      rows: (from, to) => loops.keep(from, to, X, this.#improved, this.#bestSigns),
      end: () => this.#checkTarget(),
    };
    const { before = [], source = X, phases } = this.#motion;
    const moves = plan.discrete ? phases : [...before, problem.product(source), ...phases];
    this.#lookStep = [...problem.signProduct, measure, keep, ...moves];
    this.#plainStep = moves;
    this.#keepAt = problem.signProduct.length + 1;
  }

  begin(reads: readonly ReadStart[]): void {
    const { n } = this.#problem;
    this.#reads = reads;
    this.#t = this.#phase = this.#row = 0;
    this.#lane = -1;
    this.#reached = false;
    reads.forEach((read, lane) => {
      this.#motion.begin(lane, read);
      for (let i = 0; i < n; i++) this.#bestSigns[i * LANES + lane] = read.spins[i] & 255;
    });
    for (const array of this.#motion.state) {
      for (let lane = reads.length; lane < LANES; lane++) {
        for (let i = 0; i < n; i++) array[i * LANES + lane] = array[i * LANES];
      }
    }
    this.#motion.begun?.(reads.length);
    this.#bestTwice.fill(Infinity);
  }

  advance(): boolean {
    if (this.#lane < 0) return this.#move();
    const { spins } = this.#reads[this.#lane];
    if (!this.#descent.advance(DESCENT_WORK)) return false;
    if (this.#reaches(this.#descent.energy, spins)) return true;
    this.#lane++;
    if (this.#lane === this.#reads.length) return true;
    this.#descend();
    return false;
  }

  #descend(): void {
    const { F, scale, whole } = this.#problem;
    const { spins } = this.#reads[this.#lane];
    if (!whole) return this.#descent.begin(spins);
    this.#descent.begin(spins, (i) => F[i * LANES + this.#lane] / scale);
  }

  get findings(): Readonly<Record<string, number>> {
    const { raw, findings } = this.#plan;
    return { ...findings, ...(!raw && { descentLooks: this.#descent.looks }) };
  }

  settle(): void {
    if (this.#plan.raw) this.#takeSigns();
    else if (this.#lane < 0) this.#takeBest();
  }

  best(): { energy: number; spins: Int8Array } | undefined {
    if (this.#lane >= 0) return undefined;
    let lane = 0;
    for (let l = 1; l < this.#reads.length; l++) if (this.#bestTwice[l] < this.#bestTwice[lane]) lane = l;
    if (this.#bestTwice[lane] === Infinity) return undefined;
    this.#copyBest(lane, this.#spins);
    return { energy: this.#energyOf(this.#bestTwice[lane]), spins: this.#spins };
  }

  // true if a read has reached the target
  #move(): boolean {
    const { n } = this.#problem;
    const { numSteps, raw = false } = this.#plan;
    let left = SLICE_NS;
    while (left > 0) {
      if (raw && this.#t === numSteps) {
        this.#takeSigns();
        return true;
      }
      // one more look after the last step, and where they are exact the fields of the best signs
      const last = this.#t === numSteps;
      const ended = this.#t > numSteps;
      const looking = last || ended || this.#plan.discrete || (!raw && this.#t % this.#plan.lookEvery === 0);
      const phases = looking ? this.#lookStep : this.#plainStep;
      const count = ended ? this.#problem.signProduct.length : last ? this.#keepAt + 1 : phases.length;
      const firstMove = looking ? this.#keepAt + 1 : 0;
      while (this.#phase < count && left > 0) {
        if (this.#phase === firstMove && this.#row === 0) this.#motion.prepare(this.#t);
        const phase = phases[this.#phase];
        const skipped = looking && this.#phase === this.#keepAt && !this.#anyImproved;
        if (!skipped) {
          const rows = 2 + 2 * Math.floor(left / (2 * phase.rowNs));
          const to = Math.min(n, this.#row + rows);
          phase.rows(this.#row, to);
          left -= PHASE_NS + phase.rowNs * (to - this.#row);
          this.#row = to;
          if (to < n) return false;
          this.#row = 0;
          phase.end?.();
          if (this.#reached) return true;
        }
        this.#phase++;
      }
      if (this.#phase < count) return false;
      this.#phase = 0;
      this.#t++;
      if (last) {
        this.#takeBest();
        for (let k = 0; k < n * LANES; k++) this.#problem.X[k] = this.#bestSigns[k] > 127 ? -1 : 1;
      }
      if (ended || (last && !this.#problem.whole)) {
        this.#lane = 0;
        this.#descend();
        return false;
      }
    }
    return false;
  }

  #compare(): void {
    const twice = this.#twice, best = this.#bestTwice;
    this.#anyImproved = false;
    this.#motion.look?.(twice, best);
    for (let l = 0; l < LANES; l++) {
      const better = twice[l] < best[l];
      this.#improved[l] = better ? 255 : 0;
      if (better) {
        best[l] = twice[l];
        this.#anyImproved = true;
      }
      twice[l] = 0;
    }
  }

  #checkTarget(): void {
    for (let l = 0; l < this.#reads.length; l++) {
      if (this.#improved[l] === 0 || !this.#isNear(this.#energyOf(this.#bestTwice[l]))) continue;
      this.#copyBest(l, this.#spins);
      if (!this.#reaches(-Infinity, this.#spins)) continue;
      this.#takeBest();
      this.#reached = true;
      return;
    }
  }

  #reaches(rounded: number, spins: Int8Array): boolean {
    if (!this.#isNear(rounded + this.#arrays.offset)) return false;
    const low = this.#model.vartype === "ising" ? -1 : 0;
    for (let i = 0; i < spins.length; i++) this.#values[i] = spins[i] > 0 ? 1 : low;
    return energy(this.#model, this.#values) <= this.#target;
  }

  #isNear(rounded: number): boolean {
    const slack = NEAR * (Math.abs(rounded - this.#arrays.offset) + Math.abs(this.#target) * 1e-9);
    return rounded <= this.#target + (Number.isFinite(slack) ? slack : 0);
  }

  #energyOf(twice: number): number {
    return twice / (2 * this.#problem.scale) + this.#arrays.offset;
  }

  #copyBest(lane: number, into: Int8Array): void {
    for (let i = 0; i < into.length; i++) into[i] = this.#bestSigns[i * LANES + lane] > 127 ? -1 : 1;
  }

  #takeSigns(): void {
    const { n, X } = this.#problem;
    this.#reads.forEach(({ spins }, lane) => {
      for (let i = 0; i < n; i++) spins[i] = X[i * LANES + lane] < 0 ? -1 : 1;
    });
  }

  #takeBest(): void {
    this.#reads.forEach(({ spins }, lane) => this.#copyBest(lane, spins));
  }
}

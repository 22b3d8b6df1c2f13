import { energy, fingerprint, isingFromQubo, type IsingModel, type Model, toDense, version } from "../model/mod.ts";
import { enumerateStates, fieldsFromBelow, grayCode, type Walk } from "./_gray_enumeration.ts";
import { resolveOptions } from "./_options.ts";
import { reportedOptions } from "./_run_reads.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Sampler, SampleSet, Story } from "./types.ts";

const MAX_VARIABLES = 30;
const STATES_PER_SLICE = 1 << 16;
const MIN_LISTED = 1024;
const RELATIVE_TOLERANCE = 1e-12;
const PROGRESS_MS = 100;

/**
 * Makes a sampler that looks at every state of a model of up to 30 variables and returns the `numReads` lowest, in order.
 *
 * Row 0 of a completed set is a ground state. The story's findings tell `statesVisited`, `groundDegeneracy` (how many states
 * share the lowest energy) and `proven` (true if every state was seen). Energies closer than 1e-12 of the sum of all
 * coefficients count as equal; states of equal energy come in the order of the enumeration. With fewer than `numReads`
 * states all of them are returned. The seed makes no difference.
 *
 * @returns a sampler; it rejects with a RangeError above 30 variables
 *
 * Cost O(2^n) time, O(numReads + n^2) memory.
 * Source: F. Gray, Pulse code communication, US patent 2632058 (1953), for the order of states.
 *
 * @example A frustrated triangle has six ground states
 * ```ts
 * import { exactEnumeration } from "qama/samplers";
 * import { denseCouplings, isingModel } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: denseCouplings([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) });
 * const { energies, story } = await exactEnumeration().sample(model);
 * assertEquals([energies[0], story.findings.groundDegeneracy], [-1, 6]);
 * ```
 */
export function exactEnumeration(): Sampler {
  return {
    name: "exactEnumeration",
    origin: { module: import.meta.url, name: "exactEnumeration", options: undefined },
    sample: enumerate,
  };
}

async function enumerate(model: Model, sampleOptions: Parameters<Sampler["sample"]>[1] = {}): Promise<SampleSet> {
  const options = resolveOptions("exactEnumeration", model, sampleOptions, false);
  const n = model.n;
  if (n > MAX_VARIABLES) {
    throw new RangeError(
      `Cannot enumerate the model: it has ${n} variables, at most ${MAX_VARIABLES} can be; use simulatedAnnealing()`,
    );
  }
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options);
  const total = 2 ** n;
  const search = new Search(model, Math.min(options.numReads, total));
  const identity = fingerprint(model);
  const setupMs = watch.elapsedMs;
  let ending = watch.stopped;
  let lowestEnergy = Infinity;
  let reportedAt = 0;
  const report = () => {
    const [reads, elapsedMs] = [ending === "completed" ? search.rows : 0, watch.elapsedMs];
    const progress = { reads, numReads: options.numReads, lowestEnergy, elapsedMs, share: search.visited / total };
    reportedAt = elapsedMs;
    options.onProgress?.({ sampler: "exactEnumeration", ...progress });
  };

  while (ending === undefined) {
    search.advance(Math.min(total, search.visited + STATES_PER_SLICE));
    const lowest = search.lowest();
    if (lowest < lowestEnergy) {
      lowestEnergy = lowest;
      report();
    }
    if (lowestEnergy <= options.target) ending = "target-reached";
    else if (search.visited === total) ending = "completed";
    else if (watch.due) {
      await watch.pause();
      if (watch.elapsedMs - reportedAt >= PROGRESS_MS) report();
      ending = watch.stopped;
    }
  }
  // stopped before the first slice: the first state is still something
  if (search.visited === 0) search.advance(1);
  const rows = search.result();
  lowestEnergy = rows.energies[0];
  report();
  const story: Story = {
    sampler: "exactEnumeration",
    version,
    seed: options.seed,
    options: reportedOptions(options),
    fingerprint: identity,
    vartype: model.vartype,
    variables: n,
    kernel: "gray code",
    completedReads: search.findings.proven ? search.rows : 0,
    clocks: { startedAt, setupMs, sampleMs: watch.elapsedMs - setupMs },
    ending,
    findings: search.findings,
  };
  return { ...rows, ending, story };
}

/** The walk over all states and the list of the lowest. */
class Search {
  readonly rows: number;
  readonly #model: Model;
  readonly #ising: IsingModel;
  readonly #J: Float64Array;
  readonly #below: Float64Array;
  readonly #above: Float64Array;
  readonly #spins: Int8Array;
  readonly #walk: Walk;
  readonly #listed: Float64Array;
  readonly #indices: Uint32Array;
  #recomputed = 0;

  constructor(model: Model, rows: number) {
    const ising = toDense(model.vartype === "ising" ? model : isingFromQubo(model));
    const n = model.n;
    this.rows = rows;
    this.#model = model;
    this.#ising = ising;
    this.#J = ising.couplings.values;
    this.#below = new Float64Array(n);
    this.#above = new Float64Array(n);
    this.#spins = new Int8Array(n);
    this.#listed = new Float64Array(Math.max(MIN_LISTED, 2 * rows));
    this.#indices = new Uint32Array(this.#listed.length);
    const size = (values: Float64Array) => values.reduce((sum, value) => sum + Math.abs(value), 0);
    const tolerance = RELATIVE_TOLERANCE * (size(ising.linear) + size(this.#J) / 2 + Math.abs(ising.offset));
    this.#walk = { next: 0, count: 0, limit: Infinity, ground: Infinity, groundIndex: 0, degeneracy: 0, tolerance };
    fieldsFromBelow(n, this.#J, this.#below);
  }

  get visited(): number {
    return this.#walk.next;
  }

  get findings(): { statesVisited: number; groundDegeneracy: number; proven: boolean } {
    const { next, degeneracy } = this.#walk;
    return { statesVisited: next, groundDegeneracy: degeneracy, proven: next === 2 ** this.#model.n };
  }

  advance(until: number): void {
    const walk = this.#walk;
    while (walk.next < until) {
      enumerateStates(
        this.#model.n,
        this.#J,
        this.#ising.linear,
        this.#below,
        this.#above,
        this.#spins,
        walk,
        until,
        this.#listed,
        this.#indices,
      );
      if (walk.next < until) this.#shorten();
    }
  }

  /** Lowest energy seen, recomputed from the model. */
  lowest(): number {
    return energy(this.#model, this.#stateOf(this.#walk.groundIndex));
  }

  /** The lowest states seen, in order. */
  result(): Pick<SampleSet, "states" | "energies" | "counts"> {
    this.#shorten();
    const count = this.#walk.count;
    const n = this.#model.n;
    const states = new Int8Array(count * n);
    for (let r = 0; r < count; r++) states.set(this.#stateOf(this.#indices[r]), r * n);
    return { states, energies: this.#listed.slice(0, count), counts: new Uint32Array(count).fill(1) };
  }

  // keeps the lowest `rows` of the list, by energy as the model has it, then by order of visit
  #shorten(): void {
    const walk = this.#walk;
    for (let k = this.#recomputed; k < walk.count; k++) {
      this.#listed[k] = energy(this.#model, this.#stateOf(this.#indices[k]));
    }
    const [indices, listed] = [this.#indices.slice(0, walk.count), this.#listed.slice(0, walk.count)];
    const order = Uint32Array.from(indices, (_, k) => k);
    order.sort((a, b) => listed[a] - listed[b] || indices[a] - indices[b]);
    walk.count = this.#recomputed = Math.min(this.rows, order.length);
    for (let k = 0; k < walk.count; k++) {
      this.#indices[k] = indices[order[k]];
      this.#listed[k] = listed[order[k]];
    }
    // a state that only ties with the last of a full list comes too late; the walk leaves the offset out
    if (walk.count === this.rows) walk.limit = this.#listed[walk.count - 1] - this.#ising.offset - walk.tolerance;
  }

  #stateOf(index: number): Int8Array {
    const code = grayCode(index);
    const down = this.#model.vartype === "ising" ? -1 : 0;
    return Int8Array.from({ length: this.#model.n }, (_, i) => (code >>> i) & 1 ? 1 : down);
  }
}

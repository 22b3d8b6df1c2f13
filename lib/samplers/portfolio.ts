import { checkOptionNames, type Model, version } from "../model/mod.ts";
import { mix32 } from "../random/mod.ts";
import { type ResolvedOptions, resolveOptions } from "./_options.ts";
import { reportedOptions } from "./_run_reads.ts";
import { Stopwatch } from "./_stopwatch.ts";
import { parallelTempering } from "./parallel_tempering.ts";
import { concatenate } from "./sample_sets.ts";
import { simulatedAnnealing } from "./simulated_annealing.ts";
import { simulatedBifurcation } from "./simulated_bifurcation.ts";
import { tabuSearch } from "./tabu_search.ts";
import type { Ending, Progress, SampleOptions, Sampler, SampleSet, Story } from "./types.ts";

const MAX_READS_A_TURN = 64;
const TURNS_IN_THE_LIMIT = 4;
const SHORTEST_TURN_MS = 20;
const SETUPS_A_TURN = 4;
const LONGEST_SWEEPS = 64_000;
const MOST_IDLE_ROUNDS = 8;

type Member = Sampler | ((turn: number) => Sampler);

const sweeps = (turn: number) => Math.min(LONGEST_SWEEPS, 1000 * 2 ** Math.min(turn, 30));

const DEFAULTS: readonly Member[] = [
  (turn) => simulatedAnnealing({ numSweeps: sweeps(turn) }),
  tabuSearch(),
  (turn) => parallelTempering({ numSweeps: sweeps(turn) }),
  simulatedBifurcation(),
];

/** How {@link portfolio} works. */
export interface PortfolioOptions {
  /**
   * The samplers, one or more, which all take what the call takes (`initialStates`, say). A function gives the sampler of its
   * turn 0, 1, 2 and so on, which then makes one read: so that reads grow longer while there is time.
   *
   * @default {simulatedAnnealing, tabuSearch and parallelTempering, of 1000 2^turn sweeps where they have sweeps, at most
   * 64,000, and simulatedBifurcation}
   */
  readonly samplers?: readonly (Sampler | ((turn: number) => Sampler))[];
  /** Share of the time that each sampler gets under a time limit, any positive numbers. @default {all alike} */
  readonly shares?: readonly number[];
}

/**
 * Makes a sampler that deals its time to several, for models of which nobody knows which method suits them.
 *
 * The samplers take turns: turn t of each makes `min(2^t, 64)` reads, or one read of its own length. Without a time limit they go round, and row k is the
 * same for the same seed. With one, the next turn is that of the sampler that has had the least time for its share, and no
 * turn takes longer than a quarter of what its share of the limit is, so that one long read does not starve the others; a read
 * that is cut does not count towards `numReads`, but its row is kept. Without one, eight rounds in a row in which no sampler completes a
 * read, as where an embedding discards all of them, end the call: `completedReads` is then below `numReads`.
 * Turn t of sampler j uses a seed of its own, scrambled from seed, j and t. Rows come in the order in which they were made;
 * `provenance` has the story of every turn, `findings` who found the lowest state and what each took.
 *
 * With one read, the default of `numReads`, the first sampler makes it and the others nothing: give a time limit and more reads
 * than fit in it.
 *
 * Bad at: models for which one method is known to be best, of whose time it gives most away.
 *
 * @returns a sampler; it has no `origin` where samplers are given
 * @throws {TypeError} if `samplers` is empty or no list, an entry is no sampler and no function, or `shares` has another length
 * @throws {RangeError} if a share is not a positive number
 *
 * Cost that of the samplers; each turn prepares the model again.
 * Source: Huberman, Lukose and Hogg, An economics approach to hard computational problems (1997),
 * DOI 10.1126/science.275.5296.51. Differs in: equal shares unless they are given.
 *
 * @example Two samplers, one read each
 * ```ts
 * import { greedyDescent, portfolio, simulatedAnnealing } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [-2] });
 * const both = portfolio({ samplers: [greedyDescent(), simulatedAnnealing()] });
 * const set = await both.sample(model, { numReads: 2, seed: 1 });
 * assertEquals(set.provenance?.stories.map(({ sampler }) => sampler), ["greedyDescent", "simulatedAnnealing"]);
 * ```
 */
export function portfolio(options: PortfolioOptions = {}): Sampler {
  checkOptionNames("Cannot make a portfolio", options, ["samplers", "shares"]);
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !Array.isArray(value)) {
      throw new TypeError(`Cannot make a portfolio: ${name} must be a list, got ${String(value)}`);
    }
  }
  const samplers = options.samplers ?? DEFAULTS;
  const shares = options.shares ?? samplers.map(() => 1);
  if (samplers.length === 0) throw new TypeError("Cannot make a portfolio: expected one sampler or more, got none");
  if (shares.length !== samplers.length) {
    throw new TypeError(`Cannot make a portfolio: ${shares.length} shares for ${samplers.length} samplers`);
  }
  const stranger = samplers.findIndex((member) => typeof member !== "function" && typeof member?.sample !== "function");
  if (stranger >= 0) {
    throw new TypeError(
      `Cannot make a portfolio: entry ${stranger} of samplers is neither a sampler nor a function that gives one`,
    );
  }
  const wrong = shares.findIndex((share) => !(share > 0 && Number.isFinite(share)));
  if (wrong >= 0) {
    throw new RangeError(`Cannot make a portfolio: share ${wrong} is ${shares[wrong]}, expected a positive number`);
  }
  const origin = { module: import.meta.url, name: "portfolio", options: { shares: options.shares } };
  return {
    name: "portfolio",
    ...(options.samplers === undefined && { origin }),
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions("portfolio", model, sampleOptions, true);
      return await new Turns(model, resolved, samplers, shares).run();
    },
  };
}

/** One call. */
class Turns {
  readonly #model: Model;
  readonly #options: ResolvedOptions;
  readonly #members: readonly Member[];
  readonly #names: readonly string[];
  readonly #shares: readonly number[];
  readonly #watch: Stopwatch;
  readonly #spentMs: number[];
  readonly #turns: number[];
  readonly #setupMs: number[];
  readonly #sets: SampleSet[] = [];
  #reads = 0;
  #lowest: { readonly energy: number; readonly state: Int8Array; readonly by: number } | undefined;

  constructor(model: Model, options: ResolvedOptions, samplers: readonly Member[], shares: readonly number[]) {
    this.#model = model;
    this.#options = options;
    this.#members = samplers;
    this.#names = samplers.map((member) => memberAt(member, 0).name);
    this.#shares = shares;
    this.#watch = new Stopwatch(options);
    this.#spentMs = samplers.map(() => 0);
    this.#turns = samplers.map(() => 0);
    this.#setupMs = samplers.map(() => 0);
  }

  async run(): Promise<SampleSet> {
    const startedAt = new Date().toISOString();
    const { numReads } = this.#options;
    let ending: Ending | undefined;
    // turns in a row that completed no read
    let idle = 0;
    for (let next = 0; ending === undefined && this.#reads < numReads; next++) {
      const chosen = this.#chosen(next);
      // what is left would go by in preparing
      if (this.#turns[chosen] > 0 && this.#leftMs < this.#setupMs[chosen]) {
        ending = "timed-out";
        break;
      }
      const set = await this.#turn(chosen);
      if (set.ending === "target-reached" || set.ending === "interrupted" || set.ending === "machine-failed") {
        ending = set.ending;
      } else if (this.#reads < numReads) ending = this.#watch.stopped;
      idle = set.story.completedReads > 0 ? 0 : idle + 1;
      if (!Number.isFinite(this.#options.timeLimitMs) && idle >= MOST_IDLE_ROUNDS * this.#members.length) break;
    }
    this.#report();
    const set = concatenate(this.#sets);
    const story: Story = {
      sampler: "portfolio",
      version,
      seed: this.#options.seed,
      options: {
        samplers: this.#names,
        shares: [...this.#shares],
        ...reportedOptions(this.#options),
      },
      fingerprint: set.story.fingerprint,
      vartype: this.#model.vartype,
      variables: this.#model.n,
      kernel: "none",
      completedReads: this.#reads,
      clocks: { startedAt, setupMs: 0, sampleMs: this.#watch.elapsedMs },
      ending: ending ?? "completed",
      findings: this.#findings(),
    };
    return { ...set, ending: ending ?? "completed", story };
  }

  // without a time limit all in turn, so that a seed says everything; with one, who has had the least for its share
  #chosen(next: number): number {
    const count = this.#members.length;
    if (next < count || !Number.isFinite(this.#options.timeLimitMs)) return next % count;
    let chosen = 0;
    for (let j = 1; j < count; j++) {
      if (this.#spentMs[j] / this.#shares[j] < this.#spentMs[chosen] / this.#shares[chosen]) chosen = j;
    }
    return chosen;
  }

  async #turn(j: number): Promise<SampleSet> {
    const { numReads, seed, timeLimitMs, target, initialStates, numWorkers, signal } = this.#options;
    const turn = this.#turns[j]++;
    const member = this.#members[j];
    const most = typeof member === "function" ? 1 : Math.min(2 ** Math.min(turn, 30), MAX_READS_A_TURN);
    const reads = Math.min(most, numReads - this.#reads);
    const n = this.#model.n;
    const own = initialStates !== undefined && initialStates.length > n
      ? initialStates.slice(this.#reads * n, (this.#reads + reads) * n)
      : initialStates;
    const slice = timeLimitMs * this.#shares[j] /
      (TURNS_IN_THE_LIMIT * this.#shares.reduce((sum, share) => sum + share));
    const options: SampleOptions = {
      numReads: reads,
      seed: turnSeed(seed, j, turn),
      ...(Number.isFinite(timeLimitMs) && {
        timeLimitMs: Math.max(
          1e-3,
          Math.min(this.#leftMs, Math.max(slice, SHORTEST_TURN_MS, SETUPS_A_TURN * this.#setupMs[j])),
        ),
      }),
      target,
      ...(own && { initialStates: own }),
      numWorkers,
      ...(signal && { signal }),
      onProgress: (progress) => this.#hear(j, progress),
    };
    const before = this.#watch.elapsedMs;
    const set = await memberAt(member, turn).sample(this.#model, options);
    this.#spentMs[j] += this.#watch.elapsedMs - before;
    this.#setupMs[j] = set.story.clocks.setupMs;
    this.#sets.push(set);
    this.#reads += set.story.completedReads;
    return set;
  }

  get #leftMs(): number {
    return this.#options.timeLimitMs - this.#watch.elapsedMs;
  }

  #hear(j: number, { reads, lowestEnergy, lowestState }: Progress): void {
    if (lowestState !== undefined && lowestEnergy < (this.#lowest?.energy ?? Infinity)) {
      this.#lowest = { energy: lowestEnergy, state: lowestState, by: j };
    }
    this.#report(reads);
  }

  #report(underWay = 0): void {
    const { numReads, timeLimitMs, onProgress } = this.#options;
    const [reads, elapsedMs] = [this.#reads + underWay, this.#watch.elapsedMs];
    onProgress?.({
      sampler: "portfolio",
      reads,
      numReads,
      lowestEnergy: this.#lowest?.energy ?? Infinity,
      ...(this.#lowest && { lowestState: this.#lowest.state }),
      elapsedMs,
      share: Math.min(1, Math.max(reads / numReads, elapsedMs / timeLimitMs)),
    });
  }

  #findings(): Record<string, number | string> {
    const findings: Record<string, number | string> = {};
    if (this.#lowest !== undefined) findings.lowestBy = label(this.#names, this.#lowest.by);
    this.#names.forEach((_, j) => findings[`${label(this.#names, j)} turns`] = this.#turns[j]);
    return findings;
  }
}

// two samplers of one name are told apart by their place
function label(names: readonly string[], j: number): string {
  return names.filter((other) => other === names[j]).length > 1 ? `${names[j]} ${j}` : names[j];
}

function memberAt(member: Member, turn: number): Sampler {
  return typeof member === "function" ? member(turn) : member;
}

function turnSeed(seed: number, j: number, turn: number): number {
  const low = mix32(mix32(seed % 2 ** 32 + 0x9e3779b9 * (j + 1)) ^ turn);
  return mix32(low + Math.floor(seed / 2 ** 32)) + 2 ** 32 * (mix32(low ^ 0x51ed270b) % 2 ** 20);
}

import { version } from "../model/mod.ts";
import { firstEqualRows } from "./_distinct_rows.ts";
import { allRows, sampleAt, selectRows, sortByEnergy } from "./_select_rows.ts";
import type { Ending, Provenance, SampleSet, Story } from "./types.ts";

/** One row of a sample set. */
export interface Sample {
  /** Its index in the set. */
  readonly row: number;
  /** The state, `[n]`, a copy. */
  readonly state: Int8Array;
  /** Its energy. */
  readonly energy: number;
  /** How often it was drawn. */
  readonly count: number;
  /** The call it comes from. */
  readonly story: Story;
}

/**
 * Finds the row of lowest energy, the first of several.
 *
 * Lowest seen, not ground.
 *
 * @returns the row, its state a copy
 * @throws {RangeError} if the set has no rows
 *
 * Cost O(R + n).
 *
 * @example The lowest of four
 * ```ts
 * import { lowest, randomSampler } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [1] });
 * assertEquals(lowest(await randomSampler().sample(model, { seed: 5, numReads: 20 })).energy, 0);
 * ```
 */
export function lowest(set: SampleSet): Sample {
  if (set.energies.length === 0) {
    throw new RangeError(`Cannot find the lowest row: the sample set is empty (its ending is ${set.ending})`);
  }
  let row = 0;
  for (let r = 1; r < set.energies.length; r++) if (set.energies[r] < set.energies[row]) row = r;
  return sampleAt(set, row);
}

/**
 * Merges rows with equal states, adds their counts, and orders them by energy, then by first appearance.
 *
 * Rows of different calls (`provenance`) stay apart: a row comes from one call.
 *
 * @returns a fresh set; its story is that of the given one
 *
 * Cost O(R n + R log R) time, O(R) memory beside the result.
 *
 * @example Twenty throws of a coin are two states
 * ```ts
 * import { aggregate, randomSampler } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [1] });
 * const set = aggregate(await randomSampler().sample(model, { seed: 5, numReads: 20 }));
 * assertEquals([...set.states], [0, 1]);
 * assertEquals(set.counts[0] + set.counts[1], 20);
 * ```
 */
export function aggregate(set: SampleSet): SampleSet {
  const first = firstEqualRows(set);
  const counts = new Uint32Array(first.length);
  first.forEach((row, r) => counts[row] += set.counts[r]);
  return selectRows(set, sortByEnergy(set, allRows(set).filter((row) => first[row] === row)), counts);
}

// of several endings the one that says most about what is missing
const SEVERITY: readonly Ending[] = ["completed", "target-reached", "timed-out", "interrupted", "machine-failed"];

/**
 * Puts sample sets of one model after another, keeping which call each row comes from.
 *
 * The story is that of the first set with sampler `concatenate`, clocks and complete reads added up, and the gravest of
 * the endings; `provenance` has every story whole.
 *
 * @param sets one or more, of one model (by fingerprint, or where a call was stopped before it had one, by number of variables)
 * @returns a fresh set
 * @throws {RangeError} if there is no set, or the sets are of different models
 *
 * Cost O(R n).
 *
 * @example Two calls, one set
 * ```ts
 * import { concatenate, randomSampler } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []) });
 * const calls = [1, 2].map((seed) => randomSampler().sample(model, { seed }));
 * const set = concatenate(await Promise.all(calls));
 * assertEquals(set.provenance?.stories.map((story) => story.seed), [1, 2]);
 * ```
 */
export function concatenate(sets: readonly SampleSet[]): SampleSet & { readonly provenance: Provenance } {
  if (sets.length === 0) throw new RangeError("Cannot concatenate: expected one sample set or more, got none");
  const first = (sets.find(({ story }) => story.fingerprint !== "") ?? sets[0]).story;
  const stranger = sets.findIndex(({ story: { fingerprint, variables, vartype } }) =>
    variables !== first.variables || vartype !== first.vartype ||
    (fingerprint !== "" && fingerprint !== first.fingerprint)
  );
  if (stranger >= 0) {
    throw new RangeError(
      `Cannot concatenate: set ${stranger} is of another model than the first (their fingerprints differ)`,
    );
  }
  const rowCount = sets.reduce((sum, set) => sum + set.energies.length, 0);
  const states = new Int8Array(rowCount * first.variables);
  const energies = new Float64Array(rowCount);
  const counts = new Uint32Array(rowCount);
  const rows = new Uint32Array(rowCount);
  const stories: Story[] = [];
  let at = 0;
  for (const set of sets) {
    states.set(set.states, at * first.variables);
    energies.set(set.energies, at);
    counts.set(set.counts, at);
    const own = set.provenance ?? { stories: [set.story], rows: new Uint32Array(set.energies.length) };
    own.rows.forEach((story, r) => rows[at + r] = stories.length + story);
    for (const story of own.stories) stories.push(story);
    at += set.energies.length;
  }
  const ending = SEVERITY[sets.reduce((gravest, set) => Math.max(gravest, SEVERITY.indexOf(set.ending)), 0)];
  const story: Story = {
    ...first,
    sampler: "concatenate",
    version,
    options: { sets: sets.length },
    kernel: "none",
    completedReads: sets.reduce((sum, set) => sum + set.story.completedReads, 0),
    clocks: {
      startedAt: first.clocks.startedAt,
      setupMs: sets.reduce((sum, set) => sum + set.story.clocks.setupMs, 0),
      sampleMs: sets.reduce((sum, set) => sum + set.story.clocks.sampleMs, 0),
    },
    ending,
    findings: {},
  };
  return { states, energies, counts, ending, story, provenance: { stories, rows } };
}

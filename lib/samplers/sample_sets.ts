import { version } from "../model/mod.ts";
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

function sampleAt(set: SampleSet, row: number): Sample {
  const n = set.story.variables;
  return {
    row,
    state: set.states.slice(row * n, (row + 1) * n),
    energy: set.energies[row],
    count: set.counts[row],
    story: set.provenance === undefined ? set.story : set.provenance.stories[set.provenance.rows[row]],
  };
}

/**
 * Merges rows with equal states, adds their counts, and orders them by energy, then by first appearance.
 *
 * Rows of different calls (`provenance`) stay apart: a row comes from one call.
 *
 * @returns a fresh set; its story is that of the given one
 *
 * Cost O(R n + R log R).
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
  const n = set.story.variables;
  const firstRows = new Map<string, number>();
  const counts = new Map<number, number>();
  const bytes = new Uint8Array(set.states.buffer, set.states.byteOffset, set.states.length);
  const decoder = new TextDecoder("latin1");
  for (let r = 0; r < set.energies.length; r++) {
    const key = `${set.provenance?.rows[r] ?? 0}:${decoder.decode(bytes.subarray(r * n, (r + 1) * n))}`;
    const first = firstRows.get(key) ?? r;
    firstRows.set(key, first);
    counts.set(first, (counts.get(first) ?? 0) + set.counts[r]);
  }
  const order = [...counts.keys()].sort((a, b) => set.energies[a] - set.energies[b] || a - b);
  const states = new Int8Array(order.length * n);
  order.forEach((row, r) => states.set(set.states.subarray(row * n, (row + 1) * n), r * n));
  const provenance = set.provenance;
  return {
    states,
    energies: Float64Array.from(order, (row) => set.energies[row]),
    counts: Uint32Array.from(order, (row) => counts.get(row) ?? 0),
    ending: set.ending,
    story: set.story,
    ...(provenance && {
      provenance: { stories: provenance.stories, rows: Uint32Array.from(order, (row) => provenance.rows[row]) },
    }),
  };
}

// of several endings the one that says most about what is missing
const SEVERITY: readonly Ending[] = ["completed", "target-reached", "timed-out", "interrupted", "machine-failed"];

/**
 * Puts sample sets of one model after another, keeping which call each row comes from.
 *
 * The story is that of the first set with sampler `concatenate`, clocks and complete reads added up, and the gravest of
 * the endings; `provenance` has every story whole.
 *
 * @param sets one or more, of one model (by fingerprint)
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
  const first = sets[0].story;
  const stranger = sets.findIndex(({ story }) => story.fingerprint !== first.fingerprint);
  if (stranger >= 0) {
    throw new RangeError(
      `Cannot concatenate: set ${stranger} is of another model than set 0 (their fingerprints differ)`,
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
    stories.push(...own.stories);
    at += set.energies.length;
  }
  const ending = SEVERITY[Math.max(...sets.map((set) => SEVERITY.indexOf(set.ending)))];
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

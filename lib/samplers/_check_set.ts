import type { Ending, Provenance, SampleSet, Story } from "./types.ts";

const ENDINGS: Readonly<Record<Ending, true>> = {
  "completed": true,
  "target-reached": true,
  "timed-out": true,
  "interrupted": true,
  "machine-failed": true,
};

/** The parts of a sample set that are no arrays: what its JSON text is made of. */
export interface Head {
  readonly ending: Ending;
  readonly story: Story;
  readonly stories?: readonly Story[];
}

/** What is wrong with a sample set, shapes and values, in words; undefined if nothing is. */
export function complaintAboutSet(set: SampleSet): string | undefined {
  if (!isRecord(set)) return "it is no object";
  const wrong = complaintAboutHead({ ending: set.ending, story: set.story, stories: set.provenance?.stories });
  if (wrong !== undefined) return wrong;
  const { states, energies, counts, provenance, story } = set;
  const rows = energies?.length;
  if (!(energies instanceof Float64Array)) return "energies are no Float64Array";
  if (!(states instanceof Int8Array) || states.length !== rows * story.variables) {
    return `states are no Int8Array of ${rows} rows of ${story.variables}`;
  }
  if (!(counts instanceof Uint32Array) || counts.length !== rows) return `counts are no Uint32Array of ${rows}`;
  const low = story.vartype === "ising" ? -1 : 0;
  const state = states.findIndex((value) => value !== 1 && value !== low);
  if (state >= 0) return `entry ${state} of the states is ${states[state]}, expected ${low} or 1`;
  const energy = energies.findIndex(Number.isNaN);
  if (energy >= 0) return `the energy of row ${energy} is NaN`;
  return provenance === undefined ? undefined : complaintAboutProvenance(provenance, rows);
}

function complaintAboutProvenance({ stories, rows }: Provenance, rowCount: number): string | undefined {
  if (!(rows instanceof Uint32Array) || rows.length !== rowCount) return `provenance is no Uint32Array of ${rowCount}`;
  const stray = rows.findIndex((story) => story >= stories.length);
  return stray < 0 ? undefined : `row ${stray} comes from call ${rows[stray]} of ${stories.length}`;
}

/** What is wrong with the ending and the stories. */
export function complaintAboutHead(head: unknown): string | undefined {
  if (!isRecord(head)) return "no object";
  if (!isEnding(head.ending)) return `the ending is ${shown(head.ending)}`;
  const story = complaintAboutStory(head.story);
  if (story !== undefined) return `the story has ${story}`;
  if (head.stories === undefined) return undefined;
  if (!Array.isArray(head.stories)) return "the stories are no list";
  const first = head.story;
  for (const [k, other] of head.stories.entries()) {
    const wrong = complaintAboutStory(other);
    if (wrong !== undefined) return `story ${k} has ${wrong}`;
    for (const key of ["fingerprint", "variables", "vartype"]) {
      // a call that was stopped before it knew its model has no fingerprint
      if (key === "fingerprint" && other[key] === "") continue;
      if (isRecord(first) && other[key] !== first[key]) return `story ${k} is of another model (${key} differs)`;
    }
  }
  return undefined;
}

/** Whether this is the head of a set. */
export function isHead(head: unknown): head is Head {
  return complaintAboutHead(head) === undefined;
}

const TEXTS = ["sampler", "version", "fingerprint", "kernel"];
const COUNTS = ["seed", "variables", "completedReads"];

function complaintAboutStory(story: unknown): string | undefined {
  if (!isRecord(story)) return "no fields";
  for (const key of TEXTS) if (typeof story[key] !== "string") return `no ${key}`;
  for (const key of COUNTS) if (!isCount(story[key])) return `no ${key} that is an integer from 0`;
  if (story.vartype !== "ising" && story.vartype !== "qubo") return `the vartype ${shown(story.vartype)}`;
  if (!isEnding(story.ending)) return `the ending ${shown(story.ending)}`;
  const { clocks, options, findings } = story;
  if (!isRecord(options)) return "no options";
  if (!isRecord(findings)) return "no findings";
  if (!isRecord(clocks) || typeof clocks.startedAt !== "string") return "no clocks";
  if (typeof clocks.setupMs !== "number" || typeof clocks.sampleMs !== "number") return "no clocks";
  return complaintAboutJson(story, "");
}

/** The first value that JSON would lose or change without a word. */
function complaintAboutJson(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? undefined
      : `${shown(value)} at ${path}, which JSON has not`;
  }
  if (Array.isArray(value)) return firstOf(value.entries(), path);
  if (!isRecord(value)) return `a value at ${path} that JSON has not`;
  return firstOf(Object.entries(value).filter(([, entry]) => entry !== undefined), path);
}

function firstOf(entries: Iterable<readonly [string | number, unknown]>, path: string): string | undefined {
  for (const [key, entry] of entries) {
    const wrong = complaintAboutJson(entry, path === "" ? `${key}` : `${path}.${key}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isEnding(value: unknown): value is Ending {
  return typeof value === "string" && Object.hasOwn(ENDINGS, value);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function shown(value: unknown): string {
  return Object.is(value, -0) ? "-0" : typeof value === "string" ? JSON.stringify(value) : String(value);
}

import { drawInstance, type Instance, INSTANCE_FAMILIES, nearestName } from "../model/mod.ts";

/** The sizes of the experiment. */
export type TtsGapProfileName = "quick" | "full";

/** Which betas gaps are computed at, and how many reads are made. */
export interface TtsGapProfile {
  /** The name on command lines and in file names. */
  readonly name: TtsGapProfileName;
  /** Sizes of the instances of each drawn family, each with so many seeds. */
  readonly families: Readonly<Record<string, { readonly sizes: readonly number[]; readonly seeds: number }>>;
  /** Spins up to which instances that are given (attention) are taken. */
  readonly mostSpins: number;
  /** How many given instances of each family are taken at most. */
  readonly mostGiven: number;
  /** Betas of the chain gaps, times the field that a random state has. */
  readonly scaledBetas: readonly number[];
  /** Reads at each run length. */
  readonly trials: number;
  /** Calls for a single read, for the end-to-end clock. */
  readonly singleCalls: number;
  /** First passages for a bound, at most. */
  readonly passages: number;
  /** Updates that first passages for a bound may take by what the gap says. */
  readonly passageUpdates: number;
  /** Spins up to which the Metropolis chain and the transverse field are looked at too. */
  readonly otherGapsUpTo: number;
  /** Spins up to which the sequential sweep is looked at. */
  readonly sweepGapsUpTo: number;
  /** Spins up to which exact mixing times are computed: 10 at most, where each takes some seconds a product. */
  readonly mixingUpTo: number;
}

const everyFamily = (sizes: readonly number[], seeds: number) =>
  Object.fromEntries(INSTANCE_FAMILIES.map((family) => [family, { sizes, seeds }]));

/** The sizes of the experiment, by name. */
export const ttsGapProfiles: Readonly<Record<TtsGapProfileName, TtsGapProfile>> = {
  quick: {
    name: "quick",
    families: {
      "sk": { sizes: [8], seeds: 3 },
      "maxcut": { sizes: [8], seeds: 2 },
      "wishart": { sizes: [8], seeds: 3 },
      "weak-strong": { sizes: [8], seeds: 1 },
      "gap-tuned": { sizes: [8], seeds: 3 },
    },
    ...{ mostSpins: 10, mostGiven: 4, scaledBetas: [0.5, 1, 2], trials: 200, singleCalls: 4 },
    ...{ passages: 300, passageUpdates: 4e6, otherGapsUpTo: 10, sweepGapsUpTo: 8, mixingUpTo: 8 },
  },
  full: {
    name: "full",
    families: everyFamily([8, 12, 16], 6),
    ...{ mostSpins: 16, mostGiven: 60, scaledBetas: [0.25, 0.5, 1, 2, 4], trials: 1000, singleCalls: 10 },
    ...{ passages: 500, passageUpdates: 2e7, otherGapsUpTo: 16, sweepGapsUpTo: 12, mixingUpTo: 8 },
  },
};

/**
 * Lists the instances of a profile: those that are drawn, then those that are given, family by family.
 *
 * @param profile sizes and numbers
 * @param given instances of other families, attention for one; those of too many spins are left out
 * @param only families to take; empty for all
 * @returns instances in the order of the plan
 * @throws {RangeError} if a family of `only` has no instance: the message names those there are
 *
 * Cost that of drawing.
 * Source: none needed.
 *
 * @example The small Sherrington-Kirkpatrick instances
 * ```ts
 * import { ttsGapInstances, ttsGapProfiles } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const instances = ttsGapInstances(ttsGapProfiles.quick, [], ["sk"]);
 * assertEquals(instances.map(({ model }) => model.n), [8, 8, 8]);
 * ```
 */
export function ttsGapInstances(
  profile: TtsGapProfile,
  given: readonly Instance[] = [],
  only: readonly string[] = [],
): Instance[] {
  const drawn = Object.entries(profile.families).flatMap(([family, { sizes, seeds }]) =>
    sizes.flatMap((n) => Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) => possible(family, n, seed)))
  );
  // instances of one family that differ in nothing but a seed they do not use are one
  const distinct = new Map(drawn.map((instance) => [instance.name, instance]));
  const small = given.filter(({ model }) => model.n <= profile.mostSpins);
  const kept = [...Map.groupBy(small, ({ family }) => family).values()].flatMap((of) => spread(of, profile.mostGiven));
  const all = [...distinct.values(), ...kept];
  const families = [...new Set(all.map(({ family }) => family))];
  const unknown = only.find((family) => !families.includes(family));
  if (unknown !== undefined) {
    const near = nearestName(unknown, families);
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    throw new RangeError(`Cannot measure the family ${unknown}: there are ${families.join(", ")}${meant}`);
  }
  return only.length === 0 ? all : all.filter(({ family }) => only.includes(family));
}

/** Some families have no member of some sizes. */
function possible(family: string, n: number, seed: number): Instance[] {
  try {
    return [drawInstance(family, { n, seed })];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** So many of a list at most, evenly over it. */
function spread<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, k) => values[Math.floor(k * values.length / most)]);
}

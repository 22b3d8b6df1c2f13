import type { TtsGapBound, TtsGapLength, TtsGapRecord } from "./tts_gap_record.ts";

/**
 * Joins the records of one instance and profile that differ in their seeds: counts are added up, times and spin updates are means
 * over the reads, bounds of all seeds are kept once each.
 *
 * Records of two profiles stay apart: their numbers of reads and gaps differ.
 *
 * @param records in any order
 * @returns one record an instance and profile, with the seed, the code and the machine of the first
 *
 * Cost O(records).
 * Source: none needed.
 *
 * @example Two seeds of the invented record
 * ```ts
 * import { exampleTtsGapRecord, mergeSeeds } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const [merged, ...others] = mergeSeeds([exampleTtsGapRecord(), exampleTtsGapRecord({ seed: 2 })]);
 * assertEquals([merged.solvers[0].lengths[0].trials, others.length], [200, 0]);
 * ```
 */
export function mergeSeeds(records: readonly TtsGapRecord[]): TtsGapRecord[] {
  const groups = Map.groupBy(records, ({ instance, profile }) => JSON.stringify([instance.name, profile]));
  return [...groups.values()].map((of) => {
    if (of.length === 1) return of[0];
    const solvers = of.flatMap((record) => record.solvers);
    const joined = [...Map.groupBy(solvers, ({ name }) => name).values()].map((same) => {
      const lengths = Map.groupBy(same.flatMap((solver) => solver.lengths), ({ runLength }) => runLength);
      return { ...same[0], lengths: [...lengths.values()].map(mergedLength).sort((a, b) => a.runLength - b.runLength) };
    });
    const bounds = new Map(
      of.flatMap((record) => record.bounds).map((bound): [string, TtsGapBound] => [
        JSON.stringify(bound),
        bound,
      ]),
    );
    return { ...of[0], solvers: joined, bounds: [...bounds.values()] };
  });
}

/** The reads of one run length, of several seeds. */
function mergedLength(parts: readonly TtsGapLength[]): TtsGapLength {
  const trials = parts.reduce((sum, part) => sum + part.trials, 0);
  const mean = (value: (part: TtsGapLength) => number) =>
    parts.reduce((sum, part) => sum + value(part) * part.trials / trials, 0);
  return {
    ...parts[0],
    trials,
    successes: parts.reduce((sum, part) => sum + part.successes, 0),
    annealMs: mean((part) => part.annealMs),
    runTimeMs: mean((part) => part.runTimeMs),
    endToEndMs: mean((part) => part.endToEndMs),
    spinUpdates: mean((part) => part.spinUpdates),
  };
}

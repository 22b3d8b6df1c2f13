import { Rng } from "../random/mod.ts";
import { exampleTtsGapRecord } from "./example_tts_gap_record.ts";
import type { TtsGapRecord, TtsGapSolver } from "./tts_gap_record.ts";

/** How the times of a family of invented records go with its gaps. */
export interface InventedFamily {
  /** Name of the family. */
  readonly family: string;
  /** Numbers of spins, one record each. */
  readonly sizes: readonly number[];
  /** ln of the gap at n spins, before scatter. */
  readonly logGap: (n: number) => number;
}

/** k of time ~ gap^-k that the solvers of invented records follow; null: it never succeeds. */
export type InventedSolvers = Readonly<Record<string, number | null>>;

const SOLVERS: InventedSolvers = { glauber: 1, annealing: 0.5, backwards: -0.7, tabu: 0, lost: null };

/**
 * Invented records whose solvers follow power laws of the Glauber gap at beta 1, but for a scatter; measured nowhere.
 *
 * The middle one of three run lengths is the best by far.
 */
export function inventedRecords(
  families: readonly InventedFamily[],
  { scatter = 0.3, solvers = SOLVERS }: { readonly scatter?: number; readonly solvers?: InventedSolvers } = {},
): TtsGapRecord[] {
  const base = exampleTtsGapRecord();
  return families.flatMap(({ family, sizes, logGap }, f) =>
    sizes.map((n, i) => {
      const rng = new Rng(f, i);
      const gap = Math.exp(logGap(n) + 0.5 * rng.normal());
      const chain = (["glauber", "metropolis"] as const).flatMap((dynamics) =>
        [0.5, 1].map((beta) => ({
          ...{ ...base.gaps.chain[0], beta, dynamics },
          ...{ gap: gap / n / beta, absoluteGap: gap / n / beta, gapPerSweep: gap / beta },
        }))
      );
      const ran = Object.entries(solvers).map(([solver, k]): TtsGapSolver => {
        const best = Math.ceil(1e6 * gap ** -(k ?? 0) * Math.exp(scatter * rng.normal()));
        const lengths = [[0.25, 1], [1, 240], [4, 240]].map(([times, successes]) => ({
          ...{ ...base.solvers[0].lengths[0], runLength: Math.ceil(times * best), trials: 400 },
          ...{ spinUpdates: times * best, successes: k === null ? 0 : successes },
        }));
        const own = solver === "glauber" ? { beta: 1, unit: "updates" } : { beta: null, unit: "sweeps" };
        return { name: solver, sampler: solver, options: {}, ...own, lengths };
      });
      const [floor, ceiling] = [0.2 / gap, 1 / gap];
      return exampleTtsGapRecord({
        instance: { ...base.instance, name: `${family}-n${n}-${i}`, family, n, provenance: `invented, number ${i}` },
        gaps: {
          chain,
          sweep: [{ ...base.gaps.sweep[0], gap: gap ** 0.7 }],
          transverse: { ...base.gaps.transverse!, gap: Math.exp(rng.normal()), residual: i === 0 ? 0.2 : 1e-12 },
        },
        solvers: ran,
        bounds: [
          { ...base.bounds[0], bound: ceiling, measured: 0.3 * ceiling, low: 0.25 * ceiling, high: 0.4 * ceiling },
          {
            ...base.bounds[0],
            side: "lower",
            bound: floor,
            measured: ceiling,
            low: ceiling,
            high: ceiling,
          },
        ],
      });
    })
  );
}

/** Five families of five to six, attention QUBOs with and without training among them. */
export function fiveFamilies(): TtsGapRecord[] {
  const sizes = [8, 10, 12, 14, 16];
  return inventedRecords([
    { family: "attention", sizes, logGap: (n) => -0.15 * n },
    { family: "attention-untrained", sizes, logGap: (n) => -0.15 * n },
    { family: "sk", sizes, logGap: (n) => -0.3 * n },
    { family: "loops", sizes, logGap: () => -1 },
    { family: "gap-tuned", sizes: [10, 10, 10, 10, 10, 10], logGap: () => -2 },
  ]);
}

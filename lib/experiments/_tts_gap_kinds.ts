import type { TtsGapRecord, TtsGapSolver } from "./tts_gap_record.ts";

/** A gap that times are held against. */
export type GapKind = "glauber" | "metropolis" | "sweep" | "transverse";

/** Names of a gap: in tables, and on an axis with its unit. */
export const gapKinds: Readonly<Record<GapKind, { readonly title: string; readonly axis: string }>> = {
  glauber: { title: "Glauber chain", axis: "gap of the Glauber chain, per sweep" },
  metropolis: { title: "Metropolis chain", axis: "absolute gap of the Metropolis chain, per sweep" },
  sweep: { title: "sequential sweep", axis: "singular-value gap of a sweep" },
  transverse: { title: "transverse field", axis: "smallest gap of H(s), in mean fields" },
};

/** What a solution costs: decisions about a spin, a clock, or products with the coupling matrix. */
export type SolutionCost = "spinUpdates" | "annealMs" | "runTimeMs" | "endToEndMs" | "matrixVectorProducts";

/** The same families in the same order, shape and colour in every chart. */
const FAMILIES: readonly (readonly [name: string, title: string])[] = [
  ["attention", "attention, trained"],
  ["sk", "Sherrington-Kirkpatrick"],
  ["maxcut", "Max-Cut"],
  ["tiles", "planted tiles"],
  ["wishart", "Wishart, planted"],
  ["weak-strong", "weak-strong clusters"],
  ["loops", "frustrated loops"],
  ["attention-untrained", "attention, untrained"],
  ["sk-gaussian", "Sherrington-Kirkpatrick, Gaussian"],
  ["maxcut-cubic", "Max-Cut, cubic"],
  ["wishart-signs", "Wishart, planted, signs"],
  ["gap-tuned", "gap-tuned"],
];

// whatever is not in the list shares the last place
const OTHER = FAMILIES.length;

/** Place of a family in every legend; a part of an instance belongs to its family. */
export function familySlot(family: string): number {
  const found = FAMILIES.findIndex(([name]) => name === whole(family));
  return found < 0 ? OTHER : found;
}

/** What a legend calls a family. */
export function familyTitle(family: string): string {
  return FAMILIES[familySlot(family)]?.[1] ?? "other families";
}

function whole(family: string): string {
  return family.replace(/-part$/, "");
}

/**
 * The gap of an instance that a solver's time is held against: at the solver's own beta where it has one and the gap was
 * computed there, else the smallest over the betas; null where there is none.
 */
export function gapFor(kind: GapKind, record: TtsGapRecord, solver: Pick<TtsGapSolver, "beta">): GapWithError | null {
  const { n } = record.instance;
  const { chain, sweep, transverse } = record.gaps;
  switch (kind) {
    case "transverse":
      return transverse === null ? null : { gap: transverse.gap, error: transverse.residual };
    case "sweep":
      return smallest(sweep.map(({ beta, gap, residual }) => ({ beta, gap, error: residual })), solver.beta);
    case "glauber":
    case "metropolis": {
      const ofRule = chain.filter(({ dynamics }) => dynamics === kind);
      const perSweep = ofRule.map(({ beta, absoluteGap, residual }) => ({
        beta,
        gap: n * absoluteGap,
        error: n * residual,
      }));
      return smallest(perSweep, solver.beta);
    }
  }
}

/** A gap and how far from it the true one may be. */
export interface GapWithError {
  /** The gap. */
  readonly gap: number;
  /** Residual of its eigenpair, in the same unit. */
  readonly error: number;
}

function smallest(
  gaps: readonly (GapWithError & { readonly beta: number })[],
  beta: number | null,
): GapWithError | null {
  const own = gaps.filter((entry) => entry.beta === beta);
  const among = own.length > 0 ? own : gaps;
  return among.length === 0 ? null : among.reduce((a, b) => b.gap < a.gap ? b : a);
}

import { chainGap, GapNotConverged, isFlipSymmetric, sweepGap, transverseGap } from "../analysis/mod.ts";
import { isingFromQubo, type Model, toDense } from "../model/mod.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import type { TtsChainGap, TtsGapRecord, TtsSweepGap } from "./tts_gap_record.ts";

/** The root mean square over the spins of the field that a random state has: what betas and the transverse field are scaled by. */
export function fieldSize(model: Model): number {
  const ising = toDense(model.vartype === "ising" ? model : isingFromQubo(model));
  const values = ising.couplings.form === "dense" ? ising.couplings.values : [];
  let squares = 0;
  for (const J of values) squares += J * J;
  for (const h of ising.linear) squares += h * h;
  return Math.sqrt(squares / ising.n);
}

/** A chain whose gap is computed. */
export interface PlannedChain {
  /** The rule of acceptance. */
  readonly dynamics: "glauber" | "metropolis";
  /** Inverse temperature times the field that a random state has. */
  readonly scaled: number;
  /** Inverse temperature, in 1/energy. */
  readonly beta: number;
}

/** The chains of a model in the order of its record. */
export function plannedChains(model: Model, profile: TtsGapProfile): PlannedChain[] {
  const unit = fieldSize(model);
  const others = model.n <= profile.otherGapsUpTo;
  return (others ? ["glauber", "metropolis"] as const : ["glauber"] as const).flatMap((dynamics) =>
    profile.scaledBetas.map((scaled) => ({ dynamics, scaled, beta: scaled / unit }))
  );
}

/** Whether a record has all gaps of the plan. */
export function hasAllGaps(
  model: Model,
  { chain, sweep, transverse }: TtsGapRecord["gaps"],
  profile: TtsGapProfile,
): boolean {
  return chain.length === plannedChains(model, profile).length &&
    sweep.length === (model.n <= profile.sweepGapsUpTo ? profile.scaledBetas.length : 0) &&
    (transverse !== null || model.n > profile.otherGapsUpTo);
}

/** What is lacking, `compute`d; null and named where it is not found. */
export function foundOr<T>(missing: (what: string) => void, what: string, compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof GapNotConverged) && !(error instanceof RangeError)) throw error;
    missing(`${what}: ${error.message}`);
    return null;
  }
}

/** The gaps of a record, one after another, those that `kept` has as they are; a gap that is not found is left out and named. */
export function* gapsOf(
  model: Model,
  profile: TtsGapProfile,
  missing: (what: string) => void,
  kept?: TtsGapRecord["gaps"],
): Generator<string, TtsGapRecord["gaps"]> {
  const unit = fieldSize(model);
  const sector = isFlipSymmetric(model) ? "even" as const : "full" as const;
  const chain: TtsChainGap[] = [];
  for (const { dynamics, scaled, beta } of plannedChains(model, profile)) {
    const known = kept?.chain.find((gap) => gap.dynamics === dynamics && gap.beta === beta);
    if (known === undefined) yield `gap at beta ${scaled}`;
    const gap = known ??
      foundOr(missing, `${dynamics} at beta ${scaled}`, () => chainGap(model, { beta, dynamics, sector }));
    if (gap === null) continue;
    const { absoluteGap, gapPerSweep, relaxationUpdates, groundWeight, minimumWeight, method, residual } = gap;
    chain.push({
      ...{ beta, dynamics, sector, gap: gap.gap, absoluteGap, gapPerSweep, relaxationUpdates, groundWeight },
      ...{ minimumWeight, method, residual },
    });
  }
  const sweep: TtsSweepGap[] = [];
  for (const scaled of model.n <= profile.sweepGapsUpTo ? profile.scaledBetas : []) {
    const beta = scaled / unit;
    const known = kept?.sweep.find((gap) => gap.beta === beta);
    if (known === undefined) yield `gap of a sweep at beta ${scaled}`;
    const gap = known ??
      foundOr(missing, `sweep at beta ${scaled}`, () => sweepGap(model, { beta, dynamics: "metropolis" }));
    if (gap === null) continue;
    sweep.push({ beta, dynamics: "metropolis", gap: gap.gap, method: gap.method, residual: gap.residual });
  }
  if (model.n > profile.otherGapsUpTo) return { chain, sweep, transverse: null };
  if (kept !== undefined && kept.transverse !== null) return { chain, sweep, transverse: kept.transverse };
  yield "gap in the transverse field";
  const field = foundOr(missing, "transverse field", () => transverseGap(model, { energyUnit: unit }));
  const transverse = field && {
    ...{ gap: field.gap, s: field.s, groundDegeneracy: field.groundDegeneracy, sector: field.sector },
    ...{ energyUnit: unit, curve: field.curve.map(({ s, gap }) => ({ s, gap })) },
    ...{ method: field.method, residual: field.residual },
  };
  return { chain, sweep, transverse };
}

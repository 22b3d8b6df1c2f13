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

/** The gaps of a record, one after another; a gap that is not found is left out and named. */
export function* gapsOf(
  model: Model,
  profile: TtsGapProfile,
  missing: (what: string) => void,
): Generator<string, TtsGapRecord["gaps"]> {
  const unit = fieldSize(model);
  const sector = isFlipSymmetric(model) ? "even" as const : "full" as const;
  const others = model.n <= profile.otherGapsUpTo;
  const chain: TtsChainGap[] = [];
  const found = <T>(what: string, compute: () => T): T | null => {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof GapNotConverged) && !(error instanceof RangeError)) throw error;
      missing(`${what}: ${error.message}`);
      return null;
    }
  };
  for (const dynamics of others ? ["glauber", "metropolis"] as const : ["glauber"] as const) {
    for (const scaled of profile.scaledBetas) {
      yield `gap at beta ${scaled}`;
      const gap = found(
        `${dynamics} at beta ${scaled}`,
        () => chainGap(model, { beta: scaled / unit, dynamics, sector }),
      );
      if (gap === null) continue;
      const { beta, absoluteGap, gapPerSweep, relaxationUpdates, groundWeight, minimumWeight, method, residual } = gap;
      chain.push({
        ...{ beta, dynamics, sector, gap: gap.gap, absoluteGap, gapPerSweep, relaxationUpdates, groundWeight },
        ...{ minimumWeight, method, residual },
      });
    }
  }
  const sweep: TtsSweepGap[] = [];
  for (const scaled of model.n <= profile.sweepGapsUpTo ? profile.scaledBetas : []) {
    yield `gap of a sweep at beta ${scaled}`;
    const gap = found(
      `sweep at beta ${scaled}`,
      () => sweepGap(model, { beta: scaled / unit, dynamics: "metropolis" }),
    );
    if (gap === null) continue;
    const { beta, dynamics, method, residual } = gap;
    sweep.push({ beta, dynamics, gap: gap.gap, method, residual });
  }
  yield "gap in the transverse field";
  const field = others ? found("transverse field", () => transverseGap(model, { energyUnit: unit })) : null;
  const transverse = field && {
    ...{ gap: field.gap, s: field.s, groundDegeneracy: field.groundDegeneracy, sector: field.sector },
    ...{ energyUnit: unit, curve: field.curve.map(({ s, gap }) => ({ s, gap })) },
    ...{ method: field.method, residual: field.residual },
  };
  return { chain, sweep, transverse };
}

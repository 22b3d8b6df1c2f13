import { energies, fixVariables, type Model, roofDuality, toSparse } from "../model/mod.ts";
import { exactEnumeration, simulatedAnnealing } from "../samplers/mod.ts";

const MAX_ENUMERATED = 20;
const MOST_TIES = 1024;
// a maximum flow over more arcs takes minutes
const MOST_PAIRS = 200_000;
const SAME = 1e-9;

/** The lowest states of a model, as far as they were found. */
export interface LowestStates {
  /** Their energy. */
  readonly energy: number;
  /** Different states of that energy, one or more, each `[n]`. */
  readonly states: readonly Int8Array[];
  /** True if no state is lower. */
  readonly proved: boolean;
}

/** How {@link lowestStates} works. */
export interface IdealSolverOptions {
  readonly numReads: number;
  readonly numSweeps: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/**
 * Finds the states of lowest energy: all of them up to 20 variables; above, what roof duality fixes, and reads of an annealer for
 * the rest.
 *
 * @param known states that are looked at as well
 */
export async function lowestStates(
  model: Model,
  options: IdealSolverOptions,
  known: readonly Int8Array[] = [],
): Promise<LowestStates> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (model.n <= MAX_ENUMERATED) {
    const set = await exactEnumeration().sample(model, { numReads: MOST_TIES, ...(signal && { signal }) });
    signal?.throwIfAborted();
    return lowestOf(model, set.states, true);
  }
  const { values, bound } = fixed(model);
  const { model: rest, lift } = fixVariables(model, values);
  const { states } = rest.n === 0
    ? { states: new Int8Array(0) }
    : await simulatedAnnealing({ numSweeps: options.numSweeps })
      .sample(rest, { numReads: options.numReads, seed: options.seed, ...(signal && { signal }) });
  signal?.throwIfAborted();
  const lifted = lift(states);
  const all = new Int8Array(lifted.length + known.length * model.n);
  all.set(lifted);
  known.forEach((state, k) => all.set(state, lifted.length + k * model.n));
  const found = lowestOf(model, all, false);
  return { ...found, proved: found.energy <= bound };
}

/** What roof duality fixes, and the energy at or below which a state is proved to be lowest. */
function fixed(model: Model): { values: ReadonlyMap<number, number>; bound: number } {
  if (pairsOf(model) > MOST_PAIRS) return { values: new Map(), bound: -Infinity };
  const { values, lowerBound, energyError } = roofDuality(model);
  // the bound itself is rounded
  return { values, bound: lowerBound + 2 * energyError + SAME * Math.abs(lowerBound) };
}

function pairsOf({ n, couplings }: Model): number {
  if (couplings.form === "sparse") return couplings.values.length / 2;
  return n * (n - 1) / 2;
}

function lowestOf(model: Model, rows: Int8Array, proved: boolean): LowestStates {
  const { n } = model;
  if (n === 0) return { energy: model.offset, states: [new Int8Array(0)], proved: true };
  const found = energies(model, rows);
  const energy = found.reduce((least, value) => Math.min(least, value), Infinity);
  const same = SAME * Math.max(sizeOf(model), Number.MIN_VALUE);
  const seen = new Map<string, Int8Array>();
  found.forEach((value, r) => {
    if (value - energy > same) return;
    const state = rows.slice(r * n, (r + 1) * n);
    seen.set(state.join(), state);
  });
  return { energy, states: [...seen.values()], proved };
}

/** The largest field or coupling: what energies are rounded against. */
function sizeOf(model: Model): number {
  let most = 0;
  for (const value of toSparse(model).couplings.values) most = Math.max(most, Math.abs(value));
  for (const value of model.linear) most = Math.max(most, Math.abs(value));
  return most;
}

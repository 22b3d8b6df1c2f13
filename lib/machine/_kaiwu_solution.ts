import { z } from "zod";

/** States as they stand in a solution file, and the energies beside them. */
export interface KaiwuRows {
  /** Each of spins, or of bits where one of them holds a 0. */
  readonly rows: readonly (readonly number[])[];
  /** One a row; undefined where the file has none. */
  readonly energies: readonly number[] | undefined;
}

// names seen in public examples and those one would expect; the first that is there counts
const STATES = [
  ...["solutions", "solution", "solution_vector", "spins", "spin", "spin_config", "states", "state", "vector", "bits"],
  ...["samples", "sample", "results", "result", "output", "data"],
];
const ENERGIES = ["energies", "energy", "hamiltonian", "ising_energy", "values", "value", "objective"];
const DEPTH = 6;

const state = z.array(z.union([z.literal(-1), z.literal(0), z.literal(1)])).min(1);
const states = z.array(state).min(1);
const objects = z.array(z.record(z.string(), z.unknown())).min(1);
const oneEnergy = z.coerce.number();
const energyList = z.array(z.coerce.number());

/** Looks for states in JSON of unknown names; undefined if there are none. */
export function kaiwuRows(value: unknown, depth = 0): KaiwuRows | undefined {
  const single = state.safeParse(value);
  if (single.success) return { rows: [single.data], energies: undefined };
  const several = states.safeParse(value);
  if (several.success) return { rows: several.data, energies: undefined };
  const listed = objects.safeParse(value);
  if (listed.success) return joined(listed.data.map((one) => kaiwuRows(one, depth + 1)));
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > DEPTH) return undefined;
  const fields = value as Record<string, unknown>;
  for (const name of STATES) {
    const inner = Object.hasOwn(fields, name) ? kaiwuRows(fields[name], depth + 1) : undefined;
    if (inner !== undefined) {
      return { rows: inner.rows, energies: inner.energies ?? energiesIn(fields, inner.rows.length) };
    }
  }
  return undefined;
}

function joined(parts: readonly (KaiwuRows | undefined)[]): KaiwuRows | undefined {
  if (!parts.every((part) => part !== undefined)) return undefined;
  const all = parts.every(({ energies }) => energies !== undefined);
  return {
    rows: parts.flatMap(({ rows }) => rows),
    energies: all ? parts.flatMap(({ energies }) => energies ?? []) : undefined,
  };
}

function energiesIn(fields: Record<string, unknown>, rows: number): readonly number[] | undefined {
  for (const name of ENERGIES) {
    if (!Object.hasOwn(fields, name) || fields[name] === null) continue;
    const list = energyList.safeParse(fields[name]);
    if (list.success && list.data.length === rows) return list.data;
    const one = oneEnergy.safeParse(fields[name]);
    if (one.success && rows === 1 && !Array.isArray(fields[name])) return [one.data];
  }
  return undefined;
}

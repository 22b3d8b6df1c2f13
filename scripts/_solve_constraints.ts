import type { BuiltModel, Problem } from "../lib/model/mod.ts";
import type { SampleSet } from "../lib/samplers/mod.ts";

const MAX_SHOWN = 5;

/** How states stand to the constraints of a file, which are penalties in the model. */
export interface ConstraintsReport {
  /** How many there are; one with two sides counts twice. */
  readonly count: number;
  /** The file's own variables, which come first in every state. */
  readonly ownVariables: number;
  /** The bits behind them that penalties need. */
  readonly slackBits: number;
  /** Those that the state of best energy does not meet, and by how much. */
  readonly violated: readonly { readonly name: string; readonly violation: number }[];
  /** Reads that ended in a state that meets all. */
  readonly feasibleReads: number;
  /** Reads whose states are known, those that were cut off included. */
  readonly reads: number;
  /** The feasible state of best objective among all reads; null where there is none. Best seen, not optimal. */
  readonly bestFeasible: { readonly objective: number; readonly energy: number; readonly state: number[] } | null;
}

/** What the best state is worth to the file, penalties left out. */
export interface ObjectiveReport {
  /** The file's own objective in the state of best energy: without penalties, and not turned where it is maximised. */
  readonly objective?: number;
  /** Whether the state of best energy meets all constraints. */
  readonly feasible?: boolean;
  readonly constraints?: ConstraintsReport;
}

/** Reports on the objective where it is not the energy: nothing for a file that is minimised and has no constraints. */
export function objectiveReport(
  set: SampleSet,
  { built, maximised = false, model: { n } }: Problem,
  best: { readonly state: ArrayLike<number>; readonly energy: number },
): ObjectiveReport {
  // 0 - E and not -E: no objective is -0
  const own = (value: number) => maximised ? 0 - value : value;
  if (built === undefined) return maximised ? { objective: own(best.energy) } : {};
  const { objective, feasible, constraints } = built.report(best.state);
  const violated = constraints.filter(({ satisfied }) => !satisfied).map(({ name, violation }) => ({
    name,
    violation,
  }));
  const { row, feasibleReads, objective: lowest } = bestFeasible(set, built);
  return {
    objective: own(objective),
    feasible,
    constraints: {
      count: constraints.length,
      ownVariables: built.variables,
      slackBits: n - built.variables,
      violated,
      feasibleReads,
      reads: set.counts.reduce((sum, count) => sum + count, 0),
      bestFeasible: row < 0 ? null : {
        objective: own(lowest),
        energy: set.energies[row],
        state: [...set.states.subarray(row * n, row * n + n)],
      },
    },
  };
}

// by objective and not by energy, which has a penalty where only slack bits are wrong
function bestFeasible(set: SampleSet, built: BuiltModel): { row: number; feasibleReads: number; objective: number } {
  const { n } = built.model;
  const found = { row: -1, feasibleReads: 0, objective: Infinity };
  for (let r = 0; r < set.energies.length; r++) {
    const { feasible, objective } = built.report(set.states.subarray(r * n, r * n + n));
    if (!feasible) continue;
    found.feasibleReads += set.counts[r];
    if (objective < found.objective) [found.row, found.objective] = [r, objective];
  }
  return found;
}

/** The lines about the objective that are printed without `--json`. */
export function objectiveRows({ objective, feasible, constraints }: ObjectiveReport): [string, string][] {
  const rows: [string, string][] = objective === undefined ? [] : [["objective", `${objective}`]];
  if (constraints === undefined) return rows;
  const { count, violated, feasibleReads, reads, bestFeasible } = constraints;
  const shown = violated.slice(0, MAX_SHOWN).map(({ name, violation }) => `${name} by ${violation}`).join(", ");
  const more = violated.length > MAX_SHOWN ? ` and ${violated.length - MAX_SHOWN} more` : "";
  const answer = feasible ? "yes" : `no, ${violated.length} of ${count} constraints missed: ${shown}${more}`;
  rows.push(["feasible", `${answer} (${feasibleReads} of ${reads} ${reads === 1 ? "read" : "reads"} feasible)`]);
  if (bestFeasible !== null && bestFeasible.objective !== objective) {
    rows.push([
      "",
      `best feasible objective seen: ${bestFeasible.objective}${feasible ? "" : ", its state with --json"}`,
    ]);
  } else if (!feasible && bestFeasible !== null) {
    rows.push(["", "a feasible state has the same objective; it is printed with --json"]);
  }
  return rows;
}

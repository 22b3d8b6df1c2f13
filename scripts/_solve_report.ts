import { estimateTimeToSolution, jeffreysInterval } from "../lib/analysis/mod.ts";
import type { Couplings, Label, Problem } from "../lib/model/mod.ts";
import { lowest, type SampleSet } from "../lib/samplers/mod.ts";
import { type ObjectiveReport, objectiveReport, objectiveRows } from "./_solve_constraints.ts";

const MAX_SHOWN_LABELS = 20;
const FORMULA = "ms a read * max(1, ln(1 - 0.99) / ln(1 - p))";

/** How often the target was reached, and what that says. */
export interface TargetReport {
  /** The energy that was asked for. */
  readonly energy: number;
  /** Whether the best energy is that or lower. */
  readonly reached: boolean;
  /** Complete reads; absent, with the rest, for an exact sampler, whose rows are no trials. */
  readonly reads?: number;
  /** Reads that reached it. */
  readonly successes?: number;
  /** p, their share, with its Jeffreys interval of 95 %. */
  readonly probability?: { readonly value: number; readonly low: number; readonly high: number };
  /** Time to solution at 99 %; the interval is that of p. Without a success the value is a lower bound (`censored`). */
  readonly tts99?: {
    readonly valueMs: number;
    readonly lowMs: number;
    /** null where it is unbounded. */
    readonly highMs: number | null;
    readonly censored: boolean;
    /** Wall time a read. */
    readonly readMs: number;
    readonly formula: string;
  };
}

/** What `solve` found; the object that `--json` prints. */
export interface Solution extends ObjectiveReport {
  readonly file: string;
  readonly format: string;
  readonly as: string | null;
  readonly title: string | null;
  readonly vartype: "ising" | "qubo";
  readonly variables: number;
  readonly couplings: number;
  readonly sampler: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly kernel: string;
  readonly seed: number;
  /** Reads that ran to their end. */
  readonly reads: number;
  /** Reads that were asked for; null where the time limit alone says how many. */
  readonly readsAsked: number | null;
  readonly workers: number;
  readonly ending: string;
  /** From the call of the sampler to its end. */
  readonly elapsedMs: number;
  readonly fingerprint: string;
  /** Lowest seen; a proven optimum only where `findings.proven` says so. */
  readonly bestEnergy: number;
  /** In the values of the model: -1 and 1, or 0 and 1. */
  readonly bestState: readonly number[];
  /** The file's own name of each variable. */
  readonly labels: readonly Label[];
  /** Weight of the cut, of a maxcut. */
  readonly cut?: number;
  readonly target?: TargetReport;
  readonly findings: Readonly<Record<string, number | string | boolean>>;
  readonly notes: readonly string[];
}

/** What the command was, beside what came of it. */
export interface SolveContext {
  readonly file: string;
  readonly problem: Problem;
  readonly exact: boolean;
  readonly readsAsked: number | undefined;
  readonly workers: number;
  readonly target: number | undefined;
}

/** Puts together what is printed. */
export function solutionOf(set: SampleSet, context: SolveContext): Solution {
  const { file, problem, target, readsAsked, workers } = context;
  const { story } = set;
  const best = lowest(set);
  return {
    file,
    format: problem.format,
    as: problem.reading ?? null,
    title: problem.title ?? null,
    vartype: problem.model.vartype,
    variables: problem.model.n,
    couplings: couplingCount(problem.model.couplings),
    sampler: story.sampler,
    options: story.options,
    kernel: story.kernel,
    seed: story.seed,
    reads: story.completedReads,
    readsAsked: readsAsked ?? null,
    workers,
    ending: set.ending,
    elapsedMs: story.clocks.setupMs + story.clocks.sampleMs,
    fingerprint: story.fingerprint,
    bestEnergy: best.energy,
    bestState: [...best.state],
    labels: problem.labels,
    // 0 - E and not -E: no cut has the weight -0
    ...(problem.reading === "maxcut" && { cut: 0 - best.energy }),
    ...objectiveReport(set, problem, best),
    ...(target !== undefined && { target: targetReport(set, target, context.exact) }),
    findings: story.findings,
    notes: problem.notes,
  };
}

function targetReport(set: SampleSet, target: number, exact: boolean): TargetReport {
  const successes = set.energies.reduce((sum, energy, r) => sum + (energy <= target ? set.counts[r] : 0), 0);
  const reached = successes > 0;
  // a read that was cut off is a trial only if it had reached the target by then
  const reads = Math.max(successes, set.story.completedReads);
  if (exact || reads === 0) return { energy: target, reached };
  const readMs = set.story.clocks.sampleMs / reads;
  const [low, high] = jeffreysInterval(successes, reads);
  const report = { energy: target, reached, reads, successes, probability: { value: successes / reads, low, high } };
  if (!(readMs > 0)) return report;
  const { valueMs, lowMs, highMs, censored } = estimateTimeToSolution(readMs, successes, reads);
  const bounded = Number.isFinite(highMs) ? highMs : null;
  return { ...report, tts99: { valueMs, lowMs, highMs: bounded, censored, readMs, formula: FORMULA } };
}

function couplingCount(couplings: Couplings): number {
  const { n } = couplings;
  if (couplings.form === "sparse") return couplings.values.length / 2;
  if (couplings.form === "factored") return n * (n - 1) / 2;
  return couplings.values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / 2;
}

/** What is printed without `--json`. */
export function solutionText(solution: Solution): string {
  const { target, couplings, variables, vartype, as } = solution;
  const kind = several(variables, vartype === "ising" ? "spin" : "bit");
  const reading = as === null ? "" : ` read as ${as}`;
  const { reads: made, readsAsked: asked } = solution;
  const reads = asked === null || asked === made ? counted(made) : `${made} of ${counted(asked)}`;
  const rows: [string, string][] = [
    [
      "problem",
      `${solution.file} (${solution.format}${reading}): ${kind}, ${several(couplings, "coupling")}`,
    ],
    ...solution.notes.map((note): [string, string] => ["note", note]),
    ["best energy", `${solution.bestEnergy}${solution.findings.proven === true ? ", proven to be the lowest" : ""}`],
    ...(solution.cut === undefined ? [] : [["cut", `${solution.cut}`] satisfies [string, string]]),
    ...objectiveRows(solution),
    ["up", upText(solution)],
    ["sampler", `${solution.sampler}, seed ${solution.seed}, ${reads}, kernel ${solution.kernel}`],
    ["ending", `${solution.ending} after ${msText(solution.elapsedMs)}`],
    ...(target === undefined ? [] : targetRows(target)),
  ];
  return rows.map(([name, text]) => `${name.padEnd(12)}${text}\n`).join("");
}

function upText({ bestState, labels: all, constraints }: Solution): string {
  const labels = all.slice(0, constraints?.ownVariables);
  const up = labels.filter((_, i) => bestState[i] === 1);
  const shown = up.slice(0, MAX_SHOWN_LABELS).join(" ");
  return `${up.length} of ${labels.length}${up.length === 0 ? "" : `: ${shown}`}` +
    (up.length > MAX_SHOWN_LABELS ? " ... (all with --json)" : "");
}

function targetRows({ energy, reached, reads, successes, probability, tts99 }: TargetReport): [string, string][] {
  const rows: [string, string][] = [];
  if (reads === undefined || probability === undefined) {
    rows.push(["target", `${energy} ${reached ? "" : "not "}reached`]);
  } else {
    const { value, low, high } = probability;
    rows.push([
      "target",
      `${energy} reached in ${successes} of ${counted(reads)}: p = ${short(value)} (95 %: ${short(low)} to ${
        short(high)
      })`,
    ]);
  }
  if (tts99 !== undefined) {
    const { valueMs, lowMs, highMs, censored, readMs } = tts99;
    const interval = ` (95 %: ${msText(lowMs)} to ${highMs === null ? "unbounded" : msText(highMs)})`;
    rows.push(["TTS99", `${censored ? "above " : ""}${msText(valueMs)}${censored ? " (95 %)" : interval}`]);
    rows.push(["", `= ${short(readMs)} ${FORMULA}`]);
  }
  return rows;
}

const counted = (reads: number) => `${reads} ${reads === 1 ? "read" : "reads"}`;
const several = (count: number, what: string) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
const short = (value: number) => String(Number(value.toPrecision(3)));

function msText(ms: number): string {
  return ms < 1000 ? `${short(ms)} ms` : `${short(ms / 1000)} s`;
}

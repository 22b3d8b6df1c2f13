import type { StudyComparison, StudyDataAnalysis, StudyVerdict } from "./study_analysis.ts";
import { signed } from "./_study_tables.ts";
import { densitiesApart } from "./_study_method.ts";
import { shortTitle, solvingRows, STUDY_HIGHER } from "./_study_words.ts";
import type { StudyQuestionName } from "./study_comparisons.ts";
import { operatorTitles } from "./operators.ts";
import { presetOutcome, type TriedDesigns } from "./_study_added.ts";
import { STUDY_DATA } from "./study_plan.ts";

/** The data sets whose comparisons of the registered questions are whole. */
export function wholeSets(sets: readonly StudyDataAnalysis[]): readonly StudyDataAnalysis[] {
  return sets.filter(({ questions }) =>
    (["Q1", "Q2", "Q3", "Q4"] as const).every((name) => questions.get(name)?.every(({ verdict }) => verdict !== null))
  );
}

/** The study in three lines, over all data sets that are whole; empty while there is none. */
export function studyVerdict(whole: readonly StudyDataAnalysis[], { analysis }: TriedDesigns): string[] {
  if (whole.length === 0) return [];
  const titles = whole.map(shortTitle).join(", "), missing = STUDY_DATA.length - whole.length;
  const of = (name: StudyQuestionName) => whole.flatMap(({ questions }) => questions.get(name) ?? []);
  const where = `${titles}${missing === 0 ? "" : `; ${missing} of ${STUDY_DATA.length} data sets not yet`}`;
  return [
    `${solvingLine(whole, of("Q1"))} (${where})${solvingAgain(of("Q7"))}.`,
    `${needsLine(of("Q2"))}.`,
    `${softmaxLine(of("Q3"), of("Q4"), of("Q5"), of("Q6"))}.${presetOutcome(whole, analysis)}`,
  ];
}

function solvingAgain(comparisons: readonly StudyComparison[]): string {
  const judged = comparisons.filter(({ verdict }) => verdict !== null);
  return judged.length === 0
    ? ""
    : `; ${operatorTitles.qamaNear} against its largest fields, asked with ten new seeds, is ${told(judged)}`;
}

function solvingLine(whole: readonly StudyDataAnalysis[], all: readonly StudyComparison[]): string {
  const found = whole.flatMap(({ questions }) => solvingRows(questions.get("Q1") ?? []));
  const times = (verdict: (typeof found)[number]["verdict"]) => found.filter((row) => row.verdict === verdict).length;
  const [fields, masks] = [true, false].map((top) => all.filter(({ second }) => second.includes("TopField") === top));
  const apart = whole.flatMap(densitiesApart).length, gain = times("beats");
  return `**Solving the QUBO against two cheaper choices of keys:** ${
    gain === 0 ? "no gain over both is shown" : `a gain over both is shown in ${gain}`
  }: of ${found.length} pairs of data set and k it beats both in ${gain}, ` +
    `is shown to buy nothing that matters in ${times("nothing")}, is undecided in ${
      times("undecided")
    }; against the largest fields it is ${told(fields)}, against a mask that never changes ${told(masks)}` +
    `${apart === 0 ? "" : `, ${apart} of the ${all.length} with numbers of keys that are more than a quarter apart`}`;
}

function needsLine(swaps: readonly StudyComparison[]): string {
  const cost = (kind: string) => {
    const own = swaps.filter(({ second }) => second === kind);
    const costly = own.filter(({ verdict }) => STUDY_HIGHER.includes(verdict));
    return `${range(own)} points, shown to cost in ${costly.length} of ${own.length}`;
  };
  return `**What a trained model loses with other keys than its own:** with those of the next item ${
    cost("other")
  }; with the mean mask ${cost("mask")}; with those of a greedy descent in place of annealing ${cost("greedy")}`;
}

function softmaxLine(
  against: readonly StudyComparison[],
  gains: readonly StudyComparison[],
  added: readonly StudyComparison[],
  again: readonly StudyComparison[],
): string {
  const selected = against.filter(({ first }) => first !== "selectedDense");
  const published = (than: string) => gains.filter(({ first, second }) => first === "qamaV2" && second === than);
  const judged = (all: readonly StudyComparison[]) =>
    all.filter(({ second, verdict }) => second === "mha" && verdict !== null);
  const near = judged(added), repeated = judged(again);
  const anew = repeated.length === 0 ? "" : `, asked again with ten new seeds ${told(repeated)}`;
  return `**Against softmax attention:** selected softmax is ${told(selected)}; ${
    near.length === 0 ? "" : `${operatorTitles.qamaNear} is ${told(near)}${anew}; `
  }the published readout is ${told(published("none"))} against no attention at all, ${
    told(published("qamaV2Fixed"))
  } against a random mask in place of its QUBO`;
}

/** How often each verdict was given: "higher in 1, undecided in 2 of 3 (−1.00 to +1.00 points)". */
function told(comparisons: readonly StudyComparison[]): string {
  const kinds: readonly [string, (verdict: StudyVerdict | null) => boolean][] = [
    ["higher", (verdict) => verdict === "higher"],
    ["higher by less than the margin", (verdict) => verdict === "higher, equivalent"],
    ["lower", (verdict) => verdict === "lower"],
    ["lower by less than the margin", (verdict) => verdict === "lower, equivalent"],
    ["equivalent", (verdict) => verdict === "equivalent"],
    ["undecided", (verdict) => verdict === "undecided"],
  ];
  const parts = kinds.flatMap(([name, is]) => {
    const count = comparisons.filter(({ verdict }) => is(verdict)).length;
    return count === 0 ? [] : [`${name} in ${count}`];
  });
  return `${parts.join(", ")} of ${comparisons.length} (${range(comparisons)} points)`;
}

function range(comparisons: readonly StudyComparison[]): string {
  const all = comparisons.map(({ difference }) => difference);
  const [low, high] = [Math.min(...all), Math.max(...all)].map(signed);
  return low === high ? low : `${low} to ${high}`;
}

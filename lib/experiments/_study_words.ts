import { operatorTitles } from "./operators.ts";
import type { StudyComparison, StudyDataAnalysis, StudyVerdict } from "./study_analysis.ts";
import { signed, variantTitles } from "./_study_tables.ts";
import type { StudyVariant } from "./study_evaluation.ts";

/** Verdicts that say that the first is above the second. */
export const STUDY_HIGHER: readonly (StudyVerdict | null)[] = ["higher", "higher, equivalent"];
/** Verdicts that say that the first is equivalent to the second, or below it. */
export const NO_BETTER: readonly (StudyVerdict | null)[] = [
  "lower",
  "equivalent",
  "lower, equivalent",
  "higher, equivalent",
];

/** Verdicts in words, in the order in which they are counted. */
export const VERDICTS: Readonly<Record<StudyVerdict, string>> = {
  "higher": "higher",
  "higher, equivalent": "higher by less than what matters",
  "lower": "lower",
  "lower, equivalent": "lower by less than what matters",
  "equivalent": "equivalent",
  "undecided": "undecided",
};

/** A data set without what its title says of its copy: that stands once under the limits. */
export function shortTitle({ title }: Pick<StudyDataAnalysis, "title">): string {
  return title.split(" (")[0];
}

/** What is shown on a data set of Q1 to Q4, by the rules that were registered; empty until families are whole. */
export function studyWords({ questions, margin, ...set }: StudyDataAnalysis): string[] {
  const title = shortTitle(set);
  const [q1, q2, q3, q4] = (["Q1", "Q2", "Q3", "Q4"] as const).map((name) => questions.get(name) ?? []);
  return [
    ...solvingWords(title, q1),
    ...swapWords(title, q2, margin),
    ...softmaxWords(title, q3),
    ...gainWords(title, q4),
  ];
}

function solvingWords(title: string, comparisons: readonly StudyComparison[]): string[] {
  return solvingRows(comparisons).flatMap(({ operator, own, verdict }) => {
    if (own.some(({ verdict }) => verdict === null)) return [];
    const over = own.map(({ second, difference, verdict }) =>
      `${signed(difference)} points over ${nameOf(second)}, ${verdict}`
    ).join("; ");
    return [`${title}, ${operatorTitles[operator]}: ${SOLVING[verdict]} (${over}).`];
  });
}

const SOLVING = {
  beats: "solving the QUBO beats both cheaper choices of keys",
  nothing: "solving the QUBO buys nothing that matters over a cheaper choice of keys",
  undecided: "undecided",
} as const;

/** The rows that solve, each with its comparisons with cheaper choices of keys and what they come to. */
export function solvingRows(comparisons: readonly StudyComparison[]) {
  return [...Map.groupBy(comparisons, ({ first }) => first)].map(([operator, own]) => ({
    ...{ operator, own, verdict: solvingVerdict(own) },
  }));
}

function solvingVerdict(own: readonly StudyComparison[]): keyof typeof SOLVING {
  if (own.every(({ verdict }) => STUDY_HIGHER.includes(verdict))) return "beats";
  return own.some(({ verdict }) => NO_BETTER.includes(verdict)) ? "nothing" : "undecided";
}

function swapWords(title: string, comparisons: readonly StudyComparison[], margin: number): string[] {
  return [...Map.groupBy(comparisons, ({ first }) => first)].flatMap(([operator, own]) => {
    if (own.some(({ verdict }) => verdict === null)) return [];
    const parts = own.map(({ second, difference, verdict, interval }) => {
      const matters = interval !== null && interval[0] > margin;
      const said = STUDY_HIGHER.includes(verdict)
        ? matters ? "costs, and it matters" : "costs"
        : verdict === "equivalent"
        ? "does not matter"
        : verdict === "undecided"
        ? "undecided"
        : "is better";
      return `${nameOf(second)} ${said} (${signed(-difference)})`;
    });
    return [`${title}, trained ${operatorTitles[operator]} with another selection: ${parts.join(", ")}.`];
  });
}

function softmaxWords(title: string, comparisons: readonly StudyComparison[]): string[] {
  if (comparisons.some(({ verdict }) => verdict === null)) return [];
  const parts = comparisons.map(({ first, difference, verdict }) =>
    `${operatorTitles[first]} ${verdict} (${signed(difference)})`
  );
  return [`${title}, against softmax attention: ${parts.join("; ")}.`];
}

function gainWords(title: string, comparisons: readonly StudyComparison[]): string[] {
  if (comparisons.some(({ verdict }) => verdict === null)) return [];
  const parts = comparisons.map(({ first, second, difference, verdict }) =>
    `${operatorTitles[first]} against ${nameOf(second)}: ${verdict} (${signed(difference)})`
  );
  return [`${title}, what carries the gain: ${parts.join("; ")}.`];
}

/** What a comparison's second is called: a row, or a way of changing a selection. */
export function nameOf(second: StudyComparison["second"]): string {
  return isKind(second) ? variantTitles[second] : operatorTitles[second];
}

function isKind(second: StudyComparison["second"]): second is StudyVariant["kind"] {
  return Object.hasOwn(variantTitles, second);
}

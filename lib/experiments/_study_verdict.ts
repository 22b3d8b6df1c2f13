import type { StudyComparison, StudyDataAnalysis } from "./study_analysis.ts";
import { signed } from "./_study_tables.ts";
import { densitiesApart } from "./_study_method.ts";
import { shortTitle, solvingRows, STUDY_HIGHER, VERDICTS } from "./_study_words.ts";
import type { StudyQuestionName } from "./study_comparisons.ts";
import { operatorTitles } from "./operators.ts";
import { beatsEverywhere, presetAnswer, presetOutcome, type TriedDesigns } from "./_study_added.ts";
import { STUDY_DATA, STUDY_SEEDS } from "./study_plan.ts";

/** The data sets whose comparisons of the registered questions are whole. */
export function wholeSets(sets: readonly StudyDataAnalysis[]): readonly StudyDataAnalysis[] {
  return sets.filter(({ questions }) =>
    (["Q1", "Q2", "Q3", "Q4"] as const).every((name) => questions.get(name)?.every(({ verdict }) => verdict !== null))
  );
}

/** The answer in three sentences, over all data sets that are whole; empty while there is none. */
export function studyAnswer(whole: readonly StudyDataAnalysis[], { analysis }: TriedDesigns): string[] {
  if (whole.length === 0) return [];
  const found = solvingCounts(whole), sets = dataSets(whole);
  const beside = "two choices of keys that solve nothing, those with the largest fields and a mask that never changes";
  const solving = found.beats === 0
    ? `**Solving a QUBO per sample buys no accuracy that could be shown.** Against ${beside}, it is better than both`
    : `**Solving a QUBO per sample is shown to buy accuracy in ${found.beats} of ${found.all} cases.** Against ${beside}, it is better than both`;
  return [
    `${solving} in ${found.beats} of ${found.all} cases (${sets}, ${
      found.all / whole.length
    } settings of k, ${STUDY_SEEDS.length} seeds), ` +
    `adds nothing that matters over one of them in ${found.nothing}, and ${found.undecided} are undecided.`,
    presetAnswer(whole, analysis),
    `**Take ${
      beatsEverywhere(whole) ? "\`qamaNear\`" : "softmax attention"
    }.** \`qamaV2()\` reproduces the paper's operator, and \`qamaSelected({ k: 10 })\` is there for those who want a QUBO per sample all the same.`,
  ];
}

/** The verdict in three lines, over all data sets that are whole; empty while there is none. */
export function studyVerdict(whole: readonly StudyDataAnalysis[], { analysis }: TriedDesigns): string[] {
  if (whole.length === 0) return [];
  const of = (name: StudyQuestionName) => whole.flatMap(({ questions }) => questions.get(name) ?? []);
  return [
    `${solvingLine(whole, of("Q1"))}${solvingAgain(of("Q7"))}`,
    needsLine(of("Q2")),
    `${softmaxLine(of("Q3"), of("Q5"), of("Q6"))}${presetOutcome(whole, analysis)} ${publishedLine(of("Q4"))}`,
  ];
}

/** The data sets that are whole, and how many are not. */
function dataSets(whole: readonly StudyDataAnalysis[]): string {
  const missing = STUDY_DATA.length - whole.length;
  return `${whole.map(shortTitle).join(", ")}${
    missing === 0 ? "" : `; ${missing} of ${STUDY_DATA.length} data sets not yet`
  }`;
}

/** What Q1 comes to over pairs of data set and k. */
function solvingCounts(whole: readonly StudyDataAnalysis[]) {
  const found = whole.flatMap(({ questions }) => solvingRows(questions.get("Q1") ?? []));
  const times = (verdict: (typeof found)[number]["verdict"]) => found.filter((row) => row.verdict === verdict).length;
  return { all: found.length, beats: times("beats"), nothing: times("nothing"), undecided: times("undecided") };
}

function solvingLine(whole: readonly StudyDataAnalysis[], all: readonly StudyComparison[]): string {
  const { all: cases, beats, nothing, undecided } = solvingCounts(whole);
  const [fields, masks] = [true, false].map((top) => all.filter(({ second }) => second.includes("TopField") === top));
  const apart = whole.flatMap(densitiesApart).length;
  return `**Solving the QUBO against two cheaper choices of keys:** better than both in ${beats} of ${cases} cases (${
    dataSets(whole)
  }), shown to add nothing that matters over one of them in ${nothing}, undecided in ${undecided}. Against the keys with the largest fields it is ${
    told(fields)
  }; against a mask that never changes it is ${told(masks)}.${
    apart === 0
      ? ""
      : ` In ${apart} of the ${all.length} comparisons the two rows read clearly different numbers of keys, more than a quarter apart.`
  }`;
}

function solvingAgain(comparisons: readonly StudyComparison[]): string {
  const judged = comparisons.filter(({ verdict }) => verdict !== null);
  return judged.length === 0
    ? ""
    : ` ${operatorTitles.qamaNear}, whose QUBOs are solved roughly, in five sweeps, against its own largest fields, with ten new seeds: ${
      told(judged)
    }.`;
}

function needsLine(swaps: readonly StudyComparison[]): string {
  const cost = (kind: string) => {
    const own = swaps.filter(({ second }) => second === kind);
    const costly = own.filter(({ verdict }) => STUDY_HIGHER.includes(verdict));
    const changes = own.map(({ difference }) => ({ difference: -difference }));
    return `${range(changes)} points, significantly in ${costly.length} of ${own.length}`;
  };
  return `**A trained model depends on the keys of its own item's QUBO, which does not say that solving gained by it:** with those of the next item its accuracy changes by ${
    cost("other")
  }; with the mean mask ${cost("mask")}; with those of a greedy descent in place of annealing ${cost("greedy")}.`;
}

function softmaxLine(
  against: readonly StudyComparison[],
  added: readonly StudyComparison[],
  again: readonly StudyComparison[],
): string {
  const selected = against.filter(({ first }) => first !== "selectedDense");
  const judged = (all: readonly StudyComparison[]) =>
    all.filter(({ second, verdict }) => second === "mha" && verdict !== null);
  const near = judged(added), repeated = judged(again);
  const anew = repeated.length === 0 ? "" : `, with ten new seeds ${told(repeated)}`;
  return `**Against softmax attention:** QAMA selected softmax is ${told(selected)}${
    near.length === 0 ? "" : `; ${operatorTitles.qamaNear} is ${told(near)}${anew}`
  }.`;
}

function publishedLine(gains: readonly StudyComparison[]): string {
  const published = (than: string) => gains.filter(({ first, second }) => first === "qamaV2" && second === than);
  return `After five epochs the paper's operator, QAMA v2, is ${
    told(published("none"))
  } against no attention at all and ${told(published("qamaV2Fixed"))} against a random mask in place of its QUBO.`;
}

/** How often each verdict was given: "higher in 1, undecided in 2 of 3 (−1.00 to +1.00 points)". */
function told(comparisons: readonly StudyComparison[]): string {
  const parts = Object.entries(VERDICTS).flatMap(([kind, words]) => {
    const count = comparisons.filter(({ verdict }) => verdict === kind).length;
    return count === 0 ? [] : [`${words} in ${count}`];
  });
  return `${parts.join(", ")} of ${comparisons.length} (${range(comparisons)} points)`;
}

function range(comparisons: readonly Pick<StudyComparison, "difference">[]): string {
  const all = comparisons.map(({ difference }) => difference);
  const [low, high] = [Math.min(...all), Math.max(...all)].map(signed);
  return low === high ? low : `${low} to ${high}`;
}

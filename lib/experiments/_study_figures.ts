import { type Bar, JUPYTER_DISPLAY, showBars } from "../display/mod.ts";
import { nameOf, shortTitle } from "./_study_words.ts";
import { operatorTitles } from "./operators.ts";
import { REPEATED_QUESTIONS, type StudyQuestionName } from "./study_comparisons.ts";
import type { StudyComparison, StudyDataAnalysis } from "./study_analysis.ts";

/** A figure of the study: its section, its file, what it shows, and the drawing. */
export interface StudyFigure {
  readonly title: string;
  readonly file: string;
  readonly shows: string;
  readonly svg: string;
}

/** Names for the side of a figure, where whole ones would fill four lines. */
const SHORT: Partial<Record<StudyComparison["first"] | StudyComparison["second"], string>> = {
  qamaSelected: "k = 10",
  qamaSelected6: "k = 6",
  qamaSelected4: "k = 4",
  selectedTopField10: "largest fields",
  selectedTopField6: "largest fields",
  selectedTopField4: "largest fields",
  nearTopField: "largest fields",
  qamaSelectedFixed: "random mask",
  selectedPartition6: "fixed partition",
  selectedPartition4: "fixed partition",
  selectedDense: "all keys",
  qamaNear: "with a neighbour",
};

/** Differences with their intervals: solving against cheaper choices, and all rows against softmax attention. */
export function studyFigures(sets: readonly StudyDataAnalysis[]): StudyFigure[] {
  return [
    figure(sets, "Solving the QUBO less a cheaper choice", "study_solving.svg", ["Q1", "Q7"]),
    figure(
      sets,
      "Rows that choose keys less softmax attention",
      "study_softmax.svg",
      ["Q3", "Q5", "Q6"],
      ({ second }) => second === "mha",
    ),
  ].flatMap((drawn) => drawn ?? []);
}

function figure(
  sets: readonly StudyDataAnalysis[],
  title: string,
  file: string,
  names: readonly StudyQuestionName[],
  among: (comparison: StudyComparison) => boolean = () => true,
): StudyFigure | null {
  const bars = sets.flatMap((analysis) => {
    const data = shortTitle(analysis);
    return names.flatMap((name) =>
      (analysis.questions.get(name) ?? []).filter(among).flatMap((comparison): Bar[] => {
        const { first, second, difference, interval, verdict } = comparison;
        if (interval === null || verdict === null) return [];
        const anew = REPEATED_QUESTIONS.some((question) => question.name === name) ? ", ten new seeds" : "";
        const label = `${data}, ${SHORT[first] ?? operatorTitles[first]}${against(second)}${anew}`;
        return [{ label, value: difference, range: interval, control: verdict === "undecided" }];
      })
    );
  });
  if (bars.length === 0) return null;
  const drawn = showBars(bars, {
    title,
    valueLabel: "difference (points)",
    fromZero: false,
    reference: { label: "no difference", value: 0 },
  });
  return {
    title,
    file,
    shows: `${title}: differences with 95 % intervals`,
    svg: String(drawn[JUPYTER_DISPLAY]()["image/svg+xml"]),
  };
}

function against(second: StudyComparison["second"]): string {
  return second === "mha" ? "" : ` less ${SHORT[second] ?? nameOf(second)}`;
}

import { longAdvice, type LongEvidence } from "./_long_choice.ts";
import { FEW, keysRead, presetAdvice, solvingAgainAdvice, type TriedDesigns } from "./_study_added.ts";
import { STUDY_DATA, STUDY_SEEDS } from "./study_plan.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyAccuracy, StudyDataAnalysis } from "./study_analysis.ts";
import { STUDY_QUESTIONS } from "./study_comparisons.ts";
import { signed } from "./_study_tables.ts";
import { shortTitle, solvingRows, STUDY_HIGHER } from "./_study_words.ts";

/** What a user should choose when, told by the data sets that are whole; empty while there is none. */
export function studyAdvice(
  sets: readonly StudyDataAnalysis[],
  long: LongEvidence,
  tried: TriedDesigns,
): string[] {
  const far = longAdvice(long) ?? [];
  if (sets.length === 0) return [far].flat();
  const preset = presetAdvice(sets, STUDY_DATA.length, tried);
  return [accuracyAdvice(sets), preset, fewKeysAdvice(sets), far, solverAdvice(sets), publishedAdvice(sets)].flat();
}

function accuracyAdvice(sets: readonly StudyDataAnalysis[]): string {
  const better = sets.flatMap(({ title, questions }) =>
    [...questions.get("Q3") ?? [], ...questions.get("Q5") ?? []]
      .filter(({ second, verdict }) => second === "mha" && STUDY_HIGHER.includes(verdict))
      .map(({ first, difference }) =>
        `${operatorTitles[first]} on ${shortTitle({ title })} (${signed(difference)} points)`
      )
  );
  const found = better.length === 0
    ? `no row that was compared with it is shown to be above it on any of ${titles(sets)}`
    : `shown to be above it: ${better.join("; ")}`;
  return `**Accuracy, all keys may be read:** softmax attention, \`SoftmaxAttention\` of \`qama/layers\`; ${found}.`;
}

function fewKeysAdvice(sets: readonly StudyDataAnalysis[]): string {
  const solved = sets.flatMap(({ title, questions }) =>
    solvingRows(questions.get("Q1") ?? []).map(({ operator, verdict }) => ({
      verdict,
      where: `${operatorTitles[operator]} on ${shortTitle({ title })}`,
    }))
  );
  const pays = solved.filter(({ verdict }) => verdict === "beats").map(({ where }) => where);
  const idle = solved.filter(({ verdict }) => verdict === "nothing").length;
  const cheap = sets.map((analysis) => {
    const best = bestUnsolved(analysis), softmax = analysis.rows.find(({ operator }) => operator === "mha");
    if (!best || !softmax) return `${shortTitle(analysis)}: none was as sparse`;
    const share = `${(100 * best.read).toFixed(0)} % of the keys`;
    return `${shortTitle(analysis)}: ${operatorTitles[best.operator]}, ${share}, ${signed(best.mean - softmax.mean)}`;
  });
  return `**At most a quarter of the keys:** ${
    pays.length === 0
      ? `choose without solving: that solving pays is shown in none of ${solved.length} cases, that it does not in ${idle}`
      : `solve the QUBO where that is shown to pay (${pays.join("; ")}), elsewhere choose without`
  }. The unsolved choice with the highest mean, and its difference to softmax attention in points (picked after the fact, not tested): ${
    cheap.join("; ")
  }.${solvingAgainAdvice(sets)}`;
}

/** Of the rows with every seed that read few keys and solve nothing, the one with the highest mean. */
function bestUnsolved({ data, rows }: StudyDataAnalysis): StudyAccuracy & { readonly read: number } | undefined {
  const controls = STUDY_QUESTIONS.find(({ name }) => name === "Q1")?.pairs.map(([, second]) => second) ?? [];
  const unsolved: readonly string[] = [...controls, "nearTopField", "nearFixed", "nearAlone"];
  return rows
    .flatMap((row) => {
      const read = keysRead(data, row);
      const counts = unsolved.includes(row.operator) && row.seeds.length === STUDY_SEEDS.length;
      return counts && read !== null && read <= FEW ? [{ ...row, read }] : [];
    })
    .sort((a, b) => b.mean - a.mean)[0];
}

function solverAdvice(sets: readonly StudyDataAnalysis[]): string {
  const greedy = sets.flatMap(({ questions }) =>
    (questions.get("Q2") ?? []).filter(({ second }) => second === "greedy")
  );
  const costly = greedy.filter(({ verdict }) => STUDY_HIGHER.includes(verdict)).length;
  const alike = greedy.filter(({ verdict }) => verdict?.endsWith("equivalent")).length;
  const worst = greedy.toSorted((a, b) => b.difference - a.difference)[0];
  return "**A QUBO per sample all the same, for an annealer or a machine:** `qamaSelected({ k: 10 })` of `qama/attention` states one for all heads of " +
    `an item; \`qamaNear\` is the more accurate of the two on ${
      nearAbove(sets)
    }, and asks for one for each head and block of queries. What a better solver would give is not shown: ` +
    `once trained, a greedy descent in place of annealing is shown to cost accuracy in ${costly} of ${greedy.length}, not to matter in ${alike}${
      worst === undefined ? "" : `, at most ${signed(worst.difference)} points in the mean`
    }.`;
}

/** On how many data sets the mean of rows with a neighbour is the higher one. */
function nearAbove(sets: readonly StudyDataAnalysis[]): string {
  const found = sets.flatMap(({ rows }) => {
    const mean = (name: string) => rows.find(({ operator, seeds }) => operator === name && seeds.length > 0)?.mean;
    const [near, selected] = [mean("qamaNear"), mean("qamaSelected")];
    return near === undefined || selected === undefined ? [] : [near > selected];
  });
  return `${found.filter((above) => above).length} of ${found.length} data sets`;
}

function publishedAdvice(sets: readonly StudyDataAnalysis[]): string {
  const published = sets.flatMap(({ questions }) =>
    (questions.get("Q4") ?? []).filter(({ first, second }) => first === "qamaV2" && second === "none")
  );
  const above = published.filter(({ verdict }) => STUDY_HIGHER.includes(verdict)).length;
  const below = published.filter(({ verdict }) => verdict?.startsWith("lower")).length;
  const under = published.filter(({ difference }) => difference < 0).length;
  return `**The paper's operator:** \`qamaV2()\`, to reproduce it. After five epochs it is shown to be above a model without attention on ${above} of ${published.length} data sets and below it on ${below}; ` +
    `its mean is lower on ${under}. What fifty epochs make of it, with one seed, stands under [longer runs](../../README.md#results).`;
}

function titles(sets: readonly StudyDataAnalysis[]): string {
  return sets.map(shortTitle).join(", ");
}

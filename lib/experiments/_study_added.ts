import { fisherCombination } from "../analysis/mod.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyAccuracy, StudyComparison, StudyDataAnalysis, StudyVerdict } from "./study_analysis.ts";
import { REPEATED_QUESTIONS, type RepeatedQuestion } from "./study_comparisons.ts";
import { trialOutcome } from "./_trial_words.ts";
import type { TrialAnalysis } from "./trial_analysis.ts";
import { STUDY_DATA } from "./study_plan.ts";
import type { StudyRecord } from "./study_record.ts";
import { nameOf, NO_BETTER, shortTitle, STUDY_HIGHER, VERDICTS } from "./_study_words.ts";
import { between, signed } from "./_study_tables.ts";

/** Held-out trials, and what they say. */
export interface TriedDesigns {
  readonly records: readonly StudyRecord[];
  readonly analysis: TrialAnalysis;
}

/** Largest share of the keys that counts as few, as registered. */
export const FEW = 0.25;
/** What one neighbour is of N keys, as densities are, over all tokens: of 49 and 64 patches, and of the 17,606 tokens of 872 sentences. */
const NEIGHBOUR: Readonly<Record<string, number>> = {
  "mnist": 1 / 49,
  "fashion-mnist": 1 / 49,
  "cifar-10": 1 / 64,
  "sst2": 872 / 17_606,
};

/** Share of the keys that a query of a row reads, its neighbour counted as one more key; null where nothing is chosen. */
export function keysRead(
  data: string,
  { operator, density }: Pick<StudyAccuracy, "operator" | "density">,
): number | null {
  if (density === null) return null;
  const near = operator === "qamaNear" || operator.startsWith("near");
  return density + (near ? NEIGHBOUR[data] ?? 1 : 0);
}

/** What question Q5 comes to on a data set, by the rules that were registered. */
export type AddedConclusion = "beats" | "good" | "cannot" | "undecided";

/** The conclusion, what carries a gain, and the comparison with softmax attention; null until the family is whole. */
export function addedConclusion(
  { data, questions, rows }: StudyDataAnalysis,
): { readonly conclusion: AddedConclusion; readonly carried: string; readonly against: StudyComparison } | null {
  const comparisons = questions.get("Q5") ?? [];
  if (comparisons.length === 0 || comparisons.some(({ verdict }) => verdict === null)) return null;
  const of = (second: string) => comparisons.find((one) => one.second === second)!;
  const near = rows.find(({ operator }) => operator === "qamaNear");
  const few = ((near ? keysRead(data, near) : null) ?? 1) < FEW;
  const against = of("mha"), { verdict } = against;
  if (STUDY_HIGHER.includes(verdict) && few) {
    const qubo = ["nearTopField", "nearFixed"].every((second) => STUDY_HIGHER.includes(of(second).verdict));
    const asWell = ["nearDense", "nearAlone"].filter((second) => NO_BETTER.includes(of(second).verdict));
    const names = asWell.map((second) => nameOf(second as "nearDense" | "nearAlone")).join(" and ");
    const also = names === "" ? "" : `: ${names} does as well`;
    const carried = qubo && names === "" ? "the QUBO carries it" : `the readout carries it, not the QUBO${also}`;
    return { conclusion: "beats", carried, against };
  }
  const cannot = verdict === "lower" || verdict === "lower, equivalent";
  const good = verdict === "equivalent" || verdict === "higher, equivalent";
  return { conclusion: cannot ? "cannot" : good ? "good" : "undecided", carried: "", against };
}

const SAID: Readonly<Record<AddedConclusion, string>> = {
  beats: "it beats softmax attention",
  good: "as good as softmax attention",
  cannot: "below softmax attention: above it cannot be had this way",
  undecided: "undecided against softmax attention",
};

/** What Q5 says of a data set, in a sentence; none until its family is whole. */
export function addedWords(analysis: StudyDataAnalysis): string[] {
  const found = addedConclusion(analysis), comparisons = analysis.questions.get("Q5") ?? [];
  if (found === null) return [];
  const parts = comparisons.map(({ second, difference, verdict }) =>
    `against ${nameOf(second)} ${verdict} (${signed(difference)})`
  );
  const carried = found.carried === "" ? "" : `, and ${found.carried}`;
  return [
    `${shortTitle(analysis)}, ${operatorTitles[comparisons[0].first]}: ${SAID[found.conclusion]}${carried}; ${
      parts.join("; ")
    }.`,
  ];
}

/** What Q6 and Q7 say of a data set, a sentence each; none until they are whole there. */
export function repeatedWords({ title, questions }: StudyDataAnalysis): string[] {
  return REPEATED_QUESTIONS.flatMap(({ name }) => questions.get(name) ?? []).filter(({ verdict }) => verdict !== null)
    .map((comparison) => {
      const { first, second, verdict, seeds } = comparison;
      return `${shortTitle({ title })}, ${operatorTitles[first]} with ${seeds.length} new seeds against ${
        nameOf(second)
      }: ${verdict} (${withInterval(comparison)} points${keysBeside(comparison)}).`;
    });
}

/** The keys that two rows choose, where both choose some. */
function keysBeside({ densities: [first, second] }: StudyComparison): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  return first === null || second === null ? "" : `, keys ${percent(first)} % and ${percent(second)} %`;
}

/** The comparisons of a question asked again that are whole, each with its data set. */
function repeatedOf(sets: readonly StudyDataAnalysis[], name: RepeatedQuestion["name"]) {
  return sets.flatMap(({ title, questions }) =>
    (questions.get(name) ?? []).filter(({ verdict }) => verdict !== null)
      .map((one) => ({ ...one, title: shortTitle({ title }), words: withInterval(one), keys: keysBeside(one) }))
  );
}

const SOLVING_AGAIN: Readonly<Record<StudyVerdict, string>> = {
  "higher": "solving buys accuracy",
  "higher, equivalent": "solving buys accuracy, less than the margin",
  "lower": "solving costs accuracy",
  "lower, equivalent": "solving costs accuracy and buys nothing that matters",
  "equivalent": "solving buys nothing that matters",
  "undecided": "undecided",
};

/** What Q7 comes to, by the rules that were registered; empty until it is whole on a data set. */
export function solvingAgainAdvice(sets: readonly StudyDataAnalysis[]): string {
  const found = repeatedOf(sets, "Q7");
  if (found.length === 0) return "";
  const parts = found.map(({ title, verdict, words, keys }) =>
    `${title}: ${SOLVING_AGAIN[verdict!]} (${words} points${keys})`
  );
  return ` ${operatorTitles.qamaNear} against its largest fields, ten new seeds, a registered test: ${
    parts.join("; ")
  }.`;
}

/** What Q6 comes to, by the rules that were registered; empty until it is whole on a data set. */
function repeatedAdvice(sets: readonly StudyDataAnalysis[]): string {
  const found = repeatedOf(sets, "Q6"), { data, seeds } = REPEATED_QUESTIONS.find(({ name }) => name === "Q6")!;
  if (found.length === 0) return "";
  const lower = found.some(({ verdict }) => verdict?.startsWith("lower"));
  const higher = found.filter(({ verdict }) => STUDY_HIGHER.includes(verdict)).length;
  const conclusion = lower
    ? "by the registered rule a QAMA above softmax attention on every data set cannot be had with `qamaNear`, trained so long"
    : higher === data.length
    ? "above there, so that the question stays open"
    : found.length < data.length
    ? `${data.length - found.length} of ${data.length} data sets not yet`
    : "undecided";
  const parts = found.map(({ title, verdict, words, adjusted }) =>
    `${VERDICTS[verdict!]} on ${title}, ${words} points (p = ${adjusted!.difference.toPrecision(2)}, corrected)`
  );
  return ` Asked again with ${seeds.length} new seeds, a registered test: ${parts.join("; ")}: ${conclusion}.`;
}

/** Data sets on which Q6 has the preset below softmax attention, where no design is chosen that might change the answer. */
function lowerAgain(sets: readonly StudyDataAnalysis[], { choices }: TrialAnalysis) {
  if (choices.some(({ chosen }) => chosen)) return [];
  return repeatedOf(sets, "Q6").filter(({ verdict }) => verdict?.startsWith("lower"));
}

/**
 * That no QAMA above softmax attention on every data set was found, with the reasons; empty unless Q6 is lower on a data set, and where a
 * design is chosen.
 */
export function presetOutcome(sets: readonly StudyDataAnalysis[], analysis: TrialAnalysis): string {
  const lower = lowerAgain(sets, analysis);
  if (lower.length === 0) return "";
  return ` No QAMA above softmax attention on every data set was found: ${operatorTitles.qamaNear} is below it on ${
    lower.map(({ title }) => title).join(", ")
  }, a registered test.${changesScreened(analysis)}`;
}

/** What came of changes of the preset, with a blank before; empty without any. */
function changesScreened({ choices }: TrialAnalysis): string {
  const changes = choices.filter(({ operator }) => operator !== "qamaNear").length;
  return changes === 0
    ? ""
    : ` Of ${changes} ${
      changes === 1 ? "change" : "changes"
    } of its design, screened on held-out training items, none is chosen.`;
}

/** Whether the preset beats softmax attention on every data set, by the rules that were registered. */
export function beatsEverywhere(sets: readonly StudyDataAnalysis[]): boolean {
  return sets.length === STUDY_DATA.length && sets.every((set) => addedConclusion(set)?.conclusion === "beats");
}

/** Whether a QAMA beats softmax attention on every data set, in short. */
export function presetAnswer(sets: readonly StudyDataAnalysis[], analysis: TrialAnalysis): string {
  const found = sets.flatMap((set) => {
    const own = addedConclusion(set), near = set.rows.find(({ operator }) => operator === "qamaNear");
    return own === null || near === undefined ? [] : [{ ...own, read: keysRead(set.data, near) ?? 1 }];
  });
  if (beatsEverywhere(sets)) {
    return "**A QAMA beats softmax attention on every data set:** `qamaNear`.";
  }
  const lower = lowerAgain(sets, analysis);
  const answer = lower.length > 0
    ? "**No QAMA was found that beats softmax attention on every data set.**"
    : "**That a QAMA beats softmax attention on every data set is not shown.**";
  if (found.length === 0) return answer;
  const differences = found.map(({ against }) => against.difference);
  const [few, many] = [Math.min, Math.max].map((end) => (100 * end(...found.map(({ read }) => read))).toFixed(0));
  const anew = lower.length === 0
    ? ""
    : `; with ten new seeds a registered test has it ${
      repeatedOf(sets, "Q6").map(({ title, verdict, words }) => `${VERDICTS[verdict!]} on ${title} (${words} points)`)
        .join(", ")
    }`;
  return `${answer} The closest, \`qamaNear\`, reads ${few === many ? few : `${few} to ${many}`} % of the keys and is ${
    meanly(differences)
  }${anew}.${lower.length === 0 ? "" : changesScreened(analysis)}`;
}

/** How far a mean is from another's on several data sets. */
function meanly(differences: readonly number[]): string {
  const [low, high] = [Math.min(...differences), Math.max(...differences)];
  const ends = (values: readonly [number, number], text: (value: number) => string) =>
    [...new Set(values.map(text))].join(" to ");
  return high < 0
    ? `${ends([-high, -low], (value) => value.toFixed(2))} points less accurate in the mean`
    : `${ends([low, high], signed)} points from it in the mean`;
}

/** A difference and its interval; the comparison must have two seeds. */
function withInterval({ difference, interval }: Pick<StudyComparison, "difference" | "interval">): string {
  return `${signed(difference)} ${between(interval!)}`;
}

/** Whether a preset above softmax attention on every data set was found; empty until Q5 is whole on one. */
export function presetAdvice(
  sets: readonly StudyDataAnalysis[],
  planned: number,
  tried: TriedDesigns,
): string[] {
  const found = sets.flatMap((analysis) => {
    const own = addedConclusion(analysis);
    if (own === null) return [];
    const { difference, p } = own.against;
    // p of what is seen or less, were it no lower than softmax attention
    const below = difference < 0 ? p! / 2 : 1 - p! / 2;
    return [{ title: `${shortTitle(analysis)} ${withInterval(own.against)}`, ...own, below }];
  });
  if (found.length === 0) return [];
  const where = (conclusion: AddedConclusion) => found.filter((one) => one.conclusion === conclusion);
  const parts = (["beats", "good", "cannot", "undecided"] as const).flatMap((conclusion) => {
    const own = where(conclusion);
    const titles = own.map(({ title, carried }) => carried === "" ? title : `${title} (${carried})`);
    return titles.length === 0 ? [] : [`${SAID[conclusion]} on ${titles.join(", ")}`];
  });
  const missing = planned - found.length, rest = missing === 0 ? "" : `; ${missing} of ${planned} data sets not yet`;
  const every = where("beats").length === planned;
  const answer = every
    ? "`qamaNear` of `qama/attention`"
    : missing === 0 || where("cannot").length + where("good").length > 0
    ? "none was found. The closest, `qamaNear` of `qama/attention`"
    : "not known yet. The closest, `qamaNear` of `qama/attention`";
  const together = missing > 0 || every
    ? ""
    : ` Picked after the fact, no registered test: the differences to softmax attention suggest together that it is below somewhere (p = ${
      fisherCombination(found.map(({ below }) => below)).toPrecision(1)
    }, Fisher's combination of the ${planned} one-sided p values).`;
  const twins = sets.flatMap(({ questions }) => questions.get("Q5") ?? [])
    .filter(({ second, verdict }) => second === "nearTopField" && verdict !== null);
  const under = twins.filter(({ difference }) => difference < 0).length;
  const shown = twins.filter(({ verdict }) => verdict?.startsWith("lower") || STUDY_HIGHER.includes(verdict)).length;
  const twin = twins.length === 0
    ? ""
    : ` Its unsolved twin, which takes the largest fields, has the higher mean on ${under} of ${twins.length} (${
      shown === 0 ? "none of these differences is significant" : `a significant difference on ${shown}`
    }).`;
  return [
    `**A QAMA above softmax attention on every data set, with less than a quarter of the keys:** ${answer}: ${
      parts.join("; ")
    } points [95 %, not corrected]${rest}.${twin}${together}${repeatedAdvice(sets)}${
      tried.records.length === 0
        ? ""
        : ` Changes of its design, screened on held-out training items, no test: ${
          trialOutcome(tried.records, tried.analysis)
        }`
    }`,
  ];
}

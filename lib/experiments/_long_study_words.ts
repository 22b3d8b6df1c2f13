import { meanInterval } from "../analysis/mod.ts";
import {
  BARE_FIELDS,
  bySeed,
  CHOSEN,
  CONTROLS,
  isAbove,
  isHelped,
  isLearned,
  isRagged,
  NEAR,
  NO_POSITIONS,
  PEERS,
  percentOf,
  runsOf,
  TENTH,
  titlesAt,
  UNIFORM,
} from "./_long_groups.ts";
import { accuraciesOf, pairsOf, seedDifferences, toldApart } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** What training a row of a group takes. */
export interface StepCost {
  /** Processor time, ms a sequence. */
  readonly ms: number;
  /** Softmax attention's time over it; NaN without softmax attention. */
  readonly speedUp: number;
  /** What the attention block takes for one sequence. */
  readonly bytes: number;
}

/** Tells what training a row of one group takes. */
export type StepClock = (row: string) => StepCost;

/**
 * The clock of a group: times that were taken in turn, where there are some of this length, of as many heads and of every row; else, and for
 * texts of many lengths, those of the trainings. Memory, which is that of the longest sequence, is that of the times of this length where they
 * have the row, else that of its training.
 */
export function stepClock(group: readonly LongStudyRecord[], times: readonly LongTimesRecord[] = []): StepClock {
  const [{ tokens, options: { heads } }] = group;
  const timed = times.find((one) => one.tokens === tokens && one.heads === heads);
  const bytes = (row: string) =>
    (timed?.rows.find((one) => one.row === row) ?? runsOf(group, row)[0])?.attentionBytes ?? NaN;
  if (timed !== undefined && !isRagged(group) && group.every(({ row }) => relativeTime(timed, row) !== null)) {
    return (row) => {
      const { medianMs, speedUp } = relativeTime(timed, row)!;
      return { ms: medianMs, speedUp: speedUp.median, bytes: bytes(row) };
    };
  }
  const mean = (row: string) => {
    const own = runsOf(group, row);
    if (own.length === 0) return NaN;
    return meanInterval(own.map(({ clocks, data, options }) => clocks.processorMs / (data.train * options.epochs)))
      .mean;
  };
  return (row) => ({ ms: mean(row), speedUp: mean("mha") / mean(row), bytes: bytes(row) });
}

/** What times say of a tenth of the keys chosen by a QUBO, by the largest fields and by blocks, of all keys by the same kernel, and of the fastest sparse peer; nothing without softmax attention. */
export function longTimesWords(times: readonly LongTimesRecord[]): string[] {
  const timed = times.filter(({ rows }) => rows.some(({ row }) => row === "mha")), longest = timed.at(-1);
  if (longest === undefined) return [];
  const titles = titlesAt(longest.tokens), peer = fastestPeer(longest);
  const said = [TENTH, CONTROLS[0], NEAR[0], "selectedDense", ...peer === null ? [] : [peer.row]].flatMap((row) => {
    const own = timed.filter((one) => relativeTime(one, row) !== null);
    if (own.length === 0) return [];
    const fast = own.map((one) =>
      `${relativeTime(one, row)!.speedUp.median.toFixed(1)} at ${one.tokens.toLocaleString("en-US")} tokens`
    );
    return [
      `${titles.get(row)} ${fast.join(", ")}, there with ${memoryShare(own.at(-1)!, row).toFixed(2)} times the memory`,
    ];
  });
  if (said.length === 0) return [];
  return [
    `How many times as fast as softmax attention a training step is (medians of rounds; the fastest sparse peer last): ${
      said.join("; ")
    }.`,
  ];
}

/** Memory of a row's attention over softmax attention's. */
export function memoryShare({ rows }: LongTimesRecord, row: string): number {
  const bytes = (name: string) => rows.find((own) => own.row === name)?.attentionBytes ?? NaN;
  return bytes(row) / bytes("mha");
}

/** What the records of one data set and length say, in sentences that do not name them: whether anything was learned, and what choosing keys costs and saves. */
export function longStudyWords(group: readonly LongStudyRecord[], clock: StepClock = stepClock(group)): string[] {
  const { data, titles, of, percent } = tellersOf(group);
  if (!isLearned(group)) {
    return [
      `no row is told apart from chance (${
        (100 / data.classes).toFixed(0)
      } %): nothing is learned about choosing keys.`,
    ];
  }
  const compared = [
    ...[[TENTH, ...CONTROLS, NO_POSITIONS], [NO_POSITIONS, BARE_FIELDS], [NEAR[0], "mha", NEAR[1]]],
    ["mha", UNIFORM],
  ];
  const words = compared.flatMap(([row, ...controls]) => {
    const beside = controls.filter((control) => of(row).length > 0 && of(control).length > 0)
      .map((control) => `${difference(of(row), of(control))} ${titles.get(control)} (${percent(control)})`);
    if (beside.length === 0) return [];
    const last = beside.at(-1), before = beside.slice(0, -1).join(", ");
    return [
      `${titles.get(row)} (${percent(row)}) is ${before}${beside.length > 1 ? " and " : ""}${last}.`,
    ];
  });
  return [...isHelped(group) ? reached(group, clock) : withoutHelp(group), ...words];
}

/** What sentences of a group are made of: its data, what rows are called, their runs, and their accuracies in words. */
function tellersOf(group: readonly LongStudyRecord[]) {
  const [{ data, tokens }] = group, of = (row: string) => runsOf(group, row);
  return {
    data,
    titles: titlesAt(tokens),
    of,
    percent: (row: string) => percentOf(of(row), " %"),
  };
}

/** Says of a group in which attention helps what choosing keys comes to beside softmax attention and none; nothing where no row chooses. */
function reached(group: readonly LongStudyRecord[], clock: StepClock): string[] {
  const { titles, of, percent } = tellersOf(group);
  const [first, ...rest] = CHOSEN.filter((row) => of(row).length > 0);
  if (first === undefined) return [];
  const [own, softmax] = [of(first), of("mha")];
  const against = softmax.length === 0
    ? "softmax attention was not trained like this"
    : `${difference(own, softmax)} softmax attention (${percent("mha")}), in ${
      (1 / clock(first).speedUp).toFixed(2)
    } of its processor time with ${(clock(first).bytes / clock("mha").bytes).toFixed(2)} times its memory`;
  const bare = of("none").length === 0 ? "was not trained" : percent("none");
  const others = rest.map((row) => `; ${titles.get(row)} ${percent(row)}`).join("");
  return [
    `${titles.get(first)} reaches ${percent(first)}, ${against}; without attention ${bare}${others}.`,
  ];
}

/** Says of a group in which no attention is shown to help what was reached, and what is worse than none. */
function withoutHelp(group: readonly LongStudyRecord[]): string[] {
  const { titles, of, percent } = tellersOf(group);
  const known = [...CHOSEN, "mha"].filter((row) => of(row).length > 0).map((row) =>
    `${titles.get(row)} ${percent(row)}`
  );
  const worse = [...titles].filter(([row]) => of(row).length > 0 && isAbove(of("none"), of(row)))
    .map(([, title]) => title);
  return [
    `that attention helps is not shown, no row is told apart above no attention (${percent("none")})${
      known.length === 0 ? "" : `: ${known.join(", ")}`
    }${worse.length === 0 ? "" : `; told apart below it: ${worse.join(", ")}`}.`,
  ];
}

/** The sparse peer with the fastest step, and its speed over softmax attention's; null where none was timed. */
export function fastestPeer(times: LongTimesRecord): { readonly row: string; readonly speedUp: number } | null {
  const timed = PEERS.flatMap((row) => {
    const found = relativeTime(times, row);
    return found === null ? [] : [{ row, speedUp: found.speedUp.median }];
  });
  return timed.toSorted((a, b) => b.speedUp - a.speedUp)[0] ?? null;
}

/** How far a row is from another: by seed, or in the one seed that both have. */
function difference(own: readonly LongStudyRecord[], other: readonly LongStudyRecord[]): string {
  const [a, b] = [accuraciesOf(own), accuraciesOf(other)], each = seedDifferences(a, b);
  if (each.length === 0) return "with other seeds than";
  const [[{ seed, accuracy }, beside]] = pairsOf(a, b);
  const alone = a.length + b.length === 2
    ? "one seed"
    : `seed ${seed} alone: ${(100 * accuracy).toFixed(1)} against ${(100 * beside.accuracy).toFixed(1)}`;
  const points = `${bySeed(each.map((value) => value.toFixed(2)))} points`;
  if (!toldApart(a, b)) return `not told apart (${points}${each.length === 1 ? `, ${alone}` : " by seed"}) from`;
  const { mean } = meanInterval(each);
  return `${Math.abs(mean).toFixed(2)} points (${each.length === 1 ? alone : `${points} by seed`}) ${
    mean > 0 ? "above" : "below"
  }`;
}

import { compared, counted, placesBy, placesOf } from "./_long_compared.ts";
import {
  BARE_FIELDS,
  BOLTZMANN,
  CONTROLS,
  countedRows,
  groupsOf,
  isAnyAbove,
  isHelped,
  isLearned,
  meanOf,
  NEAR,
  NO_COUPLINGS,
  NO_POSITIONS,
  runsOf,
  taskOf,
  TENTH,
  titlesAt,
  UNIFORM,
} from "./_long_groups.ts";
import { shareOfTexts } from "./_long_glance.ts";
import { againstPeers, againstPeersInFull, peersBeside, peerToTake } from "./_long_peers.ts";
import { memoryShare } from "./_long_study_words.ts";
import { accuraciesOf } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** What was found on long sequences. */
export interface LongEvidence {
  /** Trainings. */
  readonly records: readonly LongStudyRecord[];
  /** Times of all rows, taken in turn, shortest sequences first. */
  readonly times: readonly LongTimesRecord[];
}

/**
 * What long sequences come to in three lines: accuracy, time, what to choose and where attention helps at all; null while there are no times
 * beside softmax attention, or attention helped nowhere.
 */
export function longLines({ records, times }: LongEvidence): [accuracy: string, time: string, choice: string] | null {
  const timed = times.filter((one) => ["mha", TENTH, CONTROLS[0]].every((name) => relativeTime(one, name) !== null));
  const known = groupsWithTenth(records), learned = known.filter(isLearned);
  const [groups, others] = [known.filter(isHelped), known.filter((group) => !isHelped(group))];
  if (timed.length === 0 || groups.length === 0) return null;
  const fast = (name: string) => timed.map((one) => relativeTime(one, name)!.speedUp.median.toFixed(1)).join(", ");
  const lengths = timed.map(({ tokens }) => tokens.toLocaleString("en-US")).join(", "), longest = timed.at(-1)!;
  const memory = (name: string) => memoryShare(longest, name).toFixed(2);
  return [
    `**Accuracy.** A tenth of the keys by a QUBO is ${againstPeers(learned)}${against(learned, CONTROLS[0])}.${
      withoutPlaces(learned)
    }${shareOfTexts(learned)}${singleModels(learned)}`,
    `**Time.** A training step is ${
      fast(TENTH)
    } times as fast as softmax attention's at ${lengths} tokens if a QUBO chooses (${
      memory(TENTH)
    } times its memory at the last), and ${fast(CONTROLS[0])} times if the largest fields do (${
      memory(CONTROLS[0])
    } times)${peersBeside(groups, longest)}.`,
    `**Choice.** ${peerToTake(groups)} Attention is shown to help on ${briefly(groups, others)}${
      beyondMixing(groups)
    }.${withoutHelp(others, groups)}`,
  ];
}

/** The same as what to choose where sequences are long, with a link to all rows. */
export function longAdvice(evidence: LongEvidence): string | null {
  const lines = longLines(evidence);
  if (lines === null) return null;
  return `**Long sequences:** ${
    lines.map((line) => line.replace(/^\*\*.*?\*\* /, "")).join(" ")
  } [Rows, times, memory](../long/README.md#at-a-glance).`;
}

/** How often a tenth of the keys by a QUBO is better and worse than each other row, over tasks and lengths that some row learned. */
export function longCounts(records: readonly LongStudyRecord[]): string[] {
  const groups = groupsWithTenth(records).filter(isLearned);
  if (groups.length === 0) return [];
  const rows = [
    ...[CONTROLS[0], CONTROLS[1], NO_COUPLINGS, NO_POSITIONS].map((row) => [TENTH, row] as const),
    ...[[TENTH, UNIFORM], [NO_POSITIONS, "mha"], [NO_POSITIONS, BARE_FIELDS], [BARE_FIELDS, CONTROLS[0]]] as const,
    ...[["qamaSelected5", TENTH], ["qamaSelected20", TENTH], [NEAR[0], NEAR[1]], ["mha", UNIFORM]] as const,
    ...[[BOLTZMANN[0], "mha"], [BOLTZMANN[0], BOLTZMANN[1]]] as const,
  ];
  const titles = titlesAt(groups[0][0].tokens);
  const counts = rows.flatMap(([first, second]) => {
    const found = compared(groups, first, second);
    return found.both.length === 0 ? [] : [`${titles.get(first)}, against ${titles.get(second)}: ${counted(found)}.`];
  });
  return [`${titles.get(TENTH)}, ${againstPeersInFull(groups)}.`, ...counts];
}

function groupsWithTenth(records: readonly LongStudyRecord[]): LongStudyRecord[][] {
  return groupsOf(records).filter((group) => runsOf(group, TENTH).length > 0);
}

/** How a tenth of the keys by a QUBO stands to a row that solves nothing; empty where none was trained. */
function against(groups: readonly (readonly LongStudyRecord[])[], row: string): string {
  const found = compared(groups, TENTH, row);
  return found.both.length === 0 ? "" : `; against as many keys with the largest fields it is ${counted(found)}`;
}

/** What the QUBO's row is without its learned field of places; empty where it was not trained. */
function withoutPlaces(groups: readonly (readonly LongStudyRecord[])[]): string {
  const found = compared(groups, NO_POSITIONS, TENTH), fields = compared(groups, NO_POSITIONS, BARE_FIELDS);
  if (found.both.length === 0) return "";
  const beside = fields.both.length === 0 ? "" : `; against the largest fields without it ${counted(fields)}`;
  return ` Without its learned field of places, which starts at random, it is against the same with it ${
    counted(found)
  }${beside}.`;
}

/** In how many groups some row is told apart above uniform attention, which mixes tokens and looks for nothing; empty where that was not trained. */
function beyondMixing(groups: readonly (readonly LongStudyRecord[])[]): string {
  const known = groups.filter((group) => runsOf(group, UNIFORM).length > 0);
  if (known.length === 0) return "";
  const above = known.filter((group) => isAnyAbove(group, UNIFORM));
  return `, and not by mixing tokens alone in ${above.length} of the ${known.length} in which uniform attention was trained`;
}

/** That most rows are single models; empty where they are not. */
function singleModels(groups: readonly (readonly LongStudyRecord[])[]): string {
  const { all, alone } = countedRows(groups);
  return 2 * alone > all
    ? ` Most of these are differences of single trained models: ${alone} of ${all} rows have one seed.`
    : "";
}

/** What no row says: tasks that attention is not shown to help on, whether no attention is the best of all rows there, and tasks that none learned; empty without any. */
function withoutHelp(
  groups: readonly (readonly LongStudyRecord[])[],
  helped: readonly (readonly LongStudyRecord[])[],
): string {
  const [same, unlearned] = [groups.filter(isLearned), groups.filter((group) => !isLearned(group))];
  const best = same.filter(isBestWithout);
  const bare = best.length === 0
    ? ""
    : best.length === same.length
    ? ", where no attention has the highest accuracy of all rows"
    : `, where no attention has the highest accuracy of all rows on ${placesBy(best, placesOf)}`;
  return [
    same.length === 0 ? "" : ` It is not shown to help on ${briefly(same, helped)}${bare}.`,
    unlearned.length === 0
      ? ""
      : ` No row learns ${briefly(unlearned, [...helped, ...same])}: what attention does there stays open.`,
  ].join("");
}

/** Data sets of groups, with their lengths where other groups have the data set too. */
function briefly(
  groups: readonly (readonly LongStudyRecord[])[],
  others: readonly (readonly LongStudyRecord[])[],
): string {
  const both = new Set(others.map(taskOf));
  return placesBy(groups, (own) => both.has(taskOf(own[0])) ? placesOf(own) : taskOf(own[0]));
}

/** Whether no row has a higher mean than no attention. */
function isBestWithout(group: readonly LongStudyRecord[]): boolean {
  const none = runsOf(group, "none");
  if (none.length === 0) return false;
  const highest = meanOf(accuraciesOf(none));
  return [...Map.groupBy(group, ({ row }) => row).values()].every((own) => meanOf(accuraciesOf(own)) <= highest);
}

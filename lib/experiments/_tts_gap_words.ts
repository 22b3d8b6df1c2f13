import type { GapExponent, SpearmanInterval } from "../analysis/mod.ts";
import { gapFor, type GapKind, gapKinds } from "./_tts_gap_kinds.ts";
import type { TtsGapCell } from "./tts_gap_analysis.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";

/** What an interval says of the sign of a number. */
export type Sign = "below" | "above" | "open";

/** Whether an interval lies below 0, above it, or around it. */
export function signOf({ low, high }: { readonly low: number; readonly high: number }): Sign {
  return high < 0 ? "below" : low > 0 ? "above" : "open";
}

/** `value [low, high]`, two decimals, a true minus. */
export function withEnds(value: number, low: number, high: number): string {
  return `${decimal(value)} [${decimal(low)}, ${decimal(high)}]`;
}

function decimal(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "") : sign(value);
}

function sign(value: number): string {
  return Number.isNaN(value) ? "-" : value > 0 ? "∞" : "−∞";
}

/** A number of three digits, with a power of ten where it is large or small. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return sign(value);
  const rounded = Number(value.toPrecision(3));
  return rounded === 0 || (Math.abs(rounded) >= 1e-3 && Math.abs(rounded) < 1e6)
    ? String(rounded)
    : rounded.toExponential();
}

/** A count with its noun. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Names in a row: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/** A rank correlation as tables have it. */
export function rhoText(rho: Pick<SpearmanInterval, "rho" | "low" | "high"> | null): string {
  return rho === null ? "-" : withEnds(rho.rho, rho.low, rho.high);
}

/** An exponent as tables have it. */
export function exponentText(exponent: GapExponent | null): string {
  return exponent === null ? "-" : withEnds(exponent.k, exponent.low, exponent.high);
}

/** What a row says, in words: chosen by the interval of rho alone. */
export function readingOf({ rho, points, censored }: TtsGapCell): string {
  if (rho === null) return `too few solved: ${points.length - censored} of ${points.length}`;
  const words: Record<Sign, string> = {
    below: "smaller gap, longer time",
    above: "smaller gap, shorter time",
    open: "no relation to be told",
  };
  return words[signOf(rho)];
}

/** What the rank correlations say, a sentence a gap; negative results are results. */
export function gapSentences(cells: readonly TtsGapCell[]): string[] {
  const kinds = [...Map.groupBy(cells, ({ kind }) => kind)];
  return kinds.map(([kind, ofKind]) => {
    const known = ofKind.flatMap((cell) => cell.rho === null ? [] : [{ solver: cell.solver, rho: cell.rho }]);
    const of = (wanted: Sign) =>
      known.filter(({ rho }) => signOf(rho) === wanted).sort((a, b) => a.rho.rho - b.rho.rho);
    const named = (found: typeof known) =>
      listed(found.map(({ solver, rho }) => `${solver} (${withEnds(rho.rho, rho.low, rho.high)})`));
    const parts = [
      [of("below"), "a smaller gap goes with a longer time for"],
      [of("above"), "a smaller gap goes with a shorter time for"],
      [of("open"), "no relation can be told, a negative result, for"],
    ] as const;
    const said = parts.flatMap(([found, words]) => found.length === 0 ? [] : [`${words} ${named(found)}`]);
    const few = ofKind.filter(({ rho }) => rho === null).map(({ solver }) => solver);
    if (few.length > 0) said.push(`too few instances were solved by ${listed(few)} to say anything`);
    return `Gap of the ${gapKinds[kind].title}: ${said.join("; ")}.`;
  });
}

/** How many intervals chance alone would set apart from 0. */
export function chanceSentence(cells: readonly TtsGapCell[]): string {
  const known = cells.filter(({ rho }) => rho !== null);
  const apart = known.filter(({ rho }) => rho !== null && signOf(rho) !== "open").length;
  return `${apart} of ${known.length} intervals of 95 % exclude 0; were there no relation at all, about ${
    brief(Math.round(known.length / 2) / 10)
  } would by chance.`;
}

/** Which instances lack a gap that others of their size have, up to which size sweeps were looked at, and how many gaps are 0. */
export function notFoundNotes(records: readonly TtsGapRecord[]): string[] {
  const largest = (of: readonly TtsGapRecord[]) => Math.max(...of.map(({ instance }) => instance.n));
  const lacking = (found: readonly TtsGapRecord[], what: string) => {
    const named = records.filter((record) => !found.includes(record) && record.instance.n <= largest(found)).map((
      { instance: { name, groundStates } },
    ) => `${name} (${counted(groundStates, "ground state")})`);
    return named.length === 0 ? [] : [`The gap of the ${what} was not found for ${listed(named)}.`];
  };
  const closed = (Object.keys(gapKinds) as GapKind[]).flatMap((kind) => {
    const count = records.filter((record) => gapFor(kind, record, { beta: null })?.gap === 0).length;
    const what = `The smallest gap of the ${gapKinds[kind].title} is 0`;
    return count === 0 ? [] : [`${what} for ${counted(count, "instance")}: no time is held against it.`];
  });
  const swept = records.filter(({ gaps }) => gaps.sweep.length > 0);
  return [
    ...lacking(records.filter(({ gaps }) => gaps.transverse !== null), gapKinds.transverse.title),
    ...lacking(swept, gapKinds.sweep.title),
    ...swept.length > 0 && largest(swept) < largest(records)
      ? [`Gaps of the sequential sweep were computed for instances of up to ${largest(swept)} spins.`]
      : [],
    ...closed,
  ];
}

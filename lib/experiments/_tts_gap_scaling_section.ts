import {
  type Column,
  type ReportSection,
  type ReportTable,
  scatterChart,
  type ScatterGroup,
  type ScatterLine,
} from "../display/mod.ts";
import { FEWEST_SOLVED } from "../analysis/mod.ts";
import { timePoint } from "./_tts_gap_charts.ts";
import { familySlot, familyTitle, gapKinds } from "./_tts_gap_kinds.ts";
import { TIME_AXIS } from "./_tts_gap_sections.ts";
import { brief, listed, type Sign, signOf } from "./_tts_gap_words.ts";
import type { AttentionScaling } from "./tts_gap_scaling.ts";

const right = (title: string): Column => ({ title, align: "right" });
const FAMILY = { trained: "attention", untrained: "attention-untrained" } as const;

/** Time to solution and gap of attention QUBOs against n, and what that says for sequence length. */
export function scalingSection(scalings: readonly AttentionScaling[], command: string): ReportSection {
  const title = "Attention QUBOs against sequence length";
  if (scalings.length === 0) return { title, missing: [{ what: "records of attention QUBOs", command }] };
  const groups = [...Map.groupBy(scalings, nameOf).values()];
  return {
    title,
    paragraphs: scalingSentences(scalings),
    figures: groups.map(chartOf),
    tables: [growthTable(groups), ...medianTable(groups)],
    notes: [
      "An attention QUBO has one spin a head and token. Fit: a line through the natural logarithm against n, over the sizes measured; " +
      "the growth of a spin is its slope, the factor of ten spins what follows. It is no law, and says nothing of longer sequences. " +
      "Untrained: the same models before the first step of training.",
    ],
  };
}

/** What the growths say, in plain words, chosen by the intervals alone: first all solvers together, then one by one. */
export function scalingSentences(scalings: readonly AttentionScaling[]): string[] {
  return [...inShort(scalings), ...[...Map.groupBy(scalings, nameOf)].map(([name, found]) => inFull(name, found))];
}

/** For trained and for untrained models, the solvers whose time grows, falls or does neither for all that is seen. */
function inShort(scalings: readonly AttentionScaling[]): string[] {
  const timed = scalings.filter(({ what }) => "solver" in what);
  return [...Map.groupBy(timed, ({ training }) => training)].map(([training, found]) => {
    const said = (sign: Sign | null) =>
      listed(
        found.filter(({ growth }) => (growth === null ? null : signOf(growth)) === sign)
          .map(({ what }) => "solver" in what ? what.solver : ""),
      );
    const parts = ([
      ["above", "the time to solution grows with n for"],
      ["below", "it falls with n for"],
      ["open", "neither can be told for"],
      [null, "too few sizes were solved by"],
    ] as const).flatMap(([sign, words]) => said(sign) === "" ? [] : [`${words} ${said(sign)}`]);
    const spins = found.flatMap((one) => one.spins);
    return `Attention of ${training} models, ${Math.min(...spins)} to ${Math.max(...spins)} spins: ${
      parts.join("; ")
    }. A token more ` +
      "is one spin more for every head that a QUBO holds, so this is also how it goes with sequence length, as far as was measured.";
  });
}

function inFull(name: string, found: readonly AttentionScaling[]): string {
  const parts = found.map(({ training, growth, spins, instances, censored }) => {
    const unsolved = censored === 0 ? "" : `, ${censored} of them not solved`;
    const who = `${training} models (${instances} instances of ${spins[0]} to ${spins[1]} spins${unsolved})`;
    if (growth === null) return `${who}: nothing can be said, fewer than ${FEWEST_SOLVED} sizes were solved`;
    const words = { above: "grows with n", below: "falls with n", open: "neither growth nor fall can be told" };
    return `${who}: ${words[signOf(growth)]}, a factor of ${factorText(growth, 10)} for ten spins more`;
  });
  const [first, second] = found.map(({ growth }) => growth);
  const apart = !first || !second
    ? ""
    : first.low > second.high
    ? " With training it rises faster, or falls more slowly: the intervals are apart."
    : first.high < second.low
    ? " With training it rises more slowly, or falls faster: the intervals are apart."
    : " The intervals of trained and untrained models overlap: they cannot be told apart by it.";
  return `${name}; ${parts.join("; ")}.${apart}`;
}

function nameOf({ what }: AttentionScaling): string {
  return "solver" in what ? `Time to solution of ${what.solver}` : `Gap of the ${gapKinds[what.gap].title}`;
}

function factorText(
  { k, low, high }: { readonly k: number; readonly low: number; readonly high: number },
  spins: number,
): string {
  const [value, from, to] = [k, low, high].map((slope) => brief(Math.exp(spins * slope)));
  return `${value} [${from}, ${to}]`;
}

function chartOf(found: readonly AttentionScaling[]) {
  const { what } = found[0];
  const groups = found.map(({ training, points }): ScatterGroup => ({
    label: familyTitle(FAMILY[training]),
    slot: familySlot(FAMILY[training]),
    points: points.map(({ n, value, time, record }) => ({
      x: n,
      ...(time === null ? { y: value, label: record.instance.name } : timePoint(time)),
    })),
  }));
  const lines = found.flatMap(({ training, growth, spins: [from, to] }): ScatterLine[] =>
    growth === null || from === to ? [] : [{
      label: `fit, ${training}`,
      slot: familySlot(FAMILY[training]),
      dash: training === "trained" ? "solid" : "dash",
      points: [from, to].map((n) => [n, growth.prefactor * Math.exp(growth.k * n)] as const),
    }]
  );
  const yLabel = "solver" in what ? TIME_AXIS : gapKinds[what.gap].axis;
  return scatterChart(groups, { title: nameOf(found[0]), xLabel: "n, spins", yLabel, xScale: "linear", lines });
}

function growthTable(groups: readonly (readonly AttentionScaling[])[]): ReportTable {
  return {
    caption:
      "What n does to the natural logarithm: growth a spin, and the factor of ten spins more, with 95 % intervals",
    columns: [
      ...[{ title: "quantity" }, { title: "models" }, right("instances"), right("not solved"), right("spins")],
      ...[right("growth a spin"), right("factor of ten spins")],
    ],
    rows: groups.flatMap((found) =>
      found.map((one) => [
        ...[nameOf(one), one.training, String(one.instances), String(one.censored), one.spins.join(" to ")],
        one.growth === null ? "-" : slopeText(one.growth),
        one.growth === null ? "-" : factorText(one.growth, 10),
      ])
    ),
  };
}

function slopeText({ k, low, high }: { readonly k: number; readonly low: number; readonly high: number }): string {
  return `${three(k)} [${three(low)}, ${three(high)}]`;
}

function three(value: number): string {
  return value.toFixed(3).replace(/^-/, "−");
}

/** Median times by size: what is there where no line was fitted too. */
function medianTable(groups: readonly (readonly AttentionScaling[])[]): ReportTable[] {
  const timed = groups.flat().filter(({ medians }) => medians.length > 0);
  if (timed.length === 0) return [];
  const sizes = [...new Set(timed.flatMap(({ medians }) => medians.map(({ n }) => n)))].sort((a, b) => a - b);
  return [{
    caption: `Median TTS99 in spin updates [95 % interval] by n: ${listed(sizes.map(String))} spins`,
    columns: [{ title: "solver" }, { title: "models" }, ...sizes.map((n) => right(`n = ${n}`))],
    rows: timed.map((one) => [
      nameOf(one).replace("Time to solution of ", ""),
      one.training,
      ...sizes.map((n) => {
        const median = one.medians.find((entry) => entry.n === n);
        if (median === undefined) return "-";
        return `${median.censored ? "≥ " : ""}${brief(median.value)} [${brief(median.low)}, ${brief(median.high)}]`;
      }),
    ]),
  }];
}

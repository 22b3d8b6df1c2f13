import type { Label, Vartype } from "../model/mod.ts";
import type { Labelling } from "../samplers/mod.ts";
import type { LowestRow } from "./_lowest_rows.ts";
import { makeShown } from "./_make_shown.ts";
import { svgTable } from "./_svg_table.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Shown } from "./shown.ts";

const MOST_COLUMNS = 12;
const MOST_SIGNS = 48;

/** A table of states: energy, count, and the state as a strip of signs or under names. */
export function statesFigure(
  rows: readonly LowestRow[],
  { vartype, labels, decode }: {
    readonly vartype: Vartype;
    readonly labels?: readonly Label[] | Labelling;
    readonly decode?: (state: Int8Array) => Readonly<Record<string, unknown>>;
  },
): Shown {
  const meanings = rows.map(({ state }) => meaningOf(state, labels, decode));
  const named = meanings[0] === undefined
    ? []
    : [...new Set(meanings.flatMap((meaning) => Object.keys(meaning ?? {})))];
  const columns = [
    { title: "energy", align: "right" as const },
    { title: "reads", align: "right" as const },
    ...(named.length === 0
      ? [{ title: vartype === "ising" ? "spins, + is up" : "bits" }]
      : named.map((title) => ({ title, align: "right" as const }))),
  ];
  const entries = rows.map(({ energy, count, state }, r) => [
    String(Number(energy.toPrecision(7))),
    String(count),
    ...(named.length === 0 ? [signs(state, vartype)] : named.map((name) => valueText(meanings[r]?.[name]))),
  ]);
  const title = "States of lowest energy seen";
  return makeShown({
    svg: svgTable(columns, entries, title),
    text: `${title}\n${markdownTable(columns, entries)}`,
  });
}

function meaningOf(
  state: Int8Array,
  labels: readonly Label[] | Labelling | undefined,
  decode: ((state: Int8Array) => Readonly<Record<string, unknown>>) | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (decode !== undefined) return decode(state);
  if (labels === undefined) return undefined;
  const named = "labels" in labels ? labels : { labels };
  if (named.labels.length !== state.length) {
    throw new TypeError(`Cannot show the sample set: got ${named.labels.length} labels for ${state.length} variables`);
  }
  const values = named.decode?.(state) ?? new Map(named.labels.map((label, i) => [label, state[i]]));
  const shown = [...values].slice(0, MOST_COLUMNS).map(([label, value]) => [String(label), value]);
  const left = values.size - shown.length;
  const feasible = named.report?.(state).feasible;
  return {
    ...(feasible !== undefined && { feasible: feasible ? "yes" : "no" }),
    ...Object.fromEntries(shown),
    ...(left > 0 && { [`${left} more`]: "..." }),
  };
}

function signs(state: Int8Array, vartype: Vartype): string {
  const all = Array.from(
    state.subarray(0, MOST_SIGNS),
    (value) => vartype === "ising" ? (value > 0 ? "+" : "-") : `${value}`,
  );
  return all.join("") + (state.length > MOST_SIGNS ? "..." : "");
}

function valueText(value: unknown): string {
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return value === undefined ? "" : String(value);
}

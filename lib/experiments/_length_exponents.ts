import { gapExponent } from "../analysis/mod.ts";
import type { ReportSection } from "../display/mod.ts";
import { GATHERED_TOKENS } from "../kernels/mod.ts";
import type { LengthBench, LengthRow } from "./length_record.ts";
import { enoughSolved } from "./tts_gap_analysis.ts";
import { withEnds } from "./_tts_gap_words.ts";

/** Methods that keep no probabilities from `GATHERED_TOKENS` on: another way of computing, and another law of their memory. */
const TILED: readonly LengthRow["method"][] = ["softmax", "qamaSelected"];

const MEASURES: readonly (readonly [keyof LengthRow & ("stepMs" | "touchedBytes" | "bytes"), string])[] = [
  ["stepMs", "time of a step"],
  ["touchedBytes", "memory touched"],
  ["bytes", "memory reserved"],
];

/** Exponents of time and memory of the operator against N, fitted to what was measured; nothing without a record. */
export function lengthExponents(bench: LengthBench | null): ReportSection[] {
  if (bench === null) return [];
  const rows = [
    ...Map.groupBy(bench.rows, ({ heads, method }) => `${method}, ${heads === 1 ? "1 head" : `${heads} heads`}`),
  ]
    .map(([name, found]) => [
      name,
      ...[Math.min(...found.map(({ tokens }) => tokens)), Math.max(...found.map(({ tokens }) => tokens))].map(String),
      ...MEASURES.map(([measure]) => exponentOf(found, measure)),
    ]);
  return [{
    title: "Complexity as measured",
    level: 3,
    tables: [{
      caption: "Exponent k of N^k over the lengths measured, with 95 % interval",
      columns: [
        ...[{ title: "method" }, { title: "tokens from", align: "right" as const }, {
          title: "to",
          align: "right" as const,
        }],
        ...MEASURES.map(([, title]) => ({ title, align: "right" as const })),
      ],
      rows,
    }],
    notes: [
      "A line through the logarithms of all lengths measured: constant costs, which weigh on the short ones, make k smaller than the " +
      "exponent of the longest. Memory of softmax and qamaSelected is fitted from 1,024 tokens on, where they keep no probabilities; - where that leaves too few lengths. The interval holds the scatter of the lengths about the line, bootstrapped.",
    ],
  }];
}

function exponentOf(rows: readonly LengthRow[], measure: typeof MEASURES[number][0]): string {
  const points = rows.flatMap(({ tokens, method, [measure]: value }) => {
    const other = measure !== "stepMs" && TILED.includes(method) && tokens < GATHERED_TOKENS;
    return value === null || other ? [] : [{ gap: 1 / tokens, value, censored: false }];
  });
  if (!enoughSolved(points)) return "-";
  const { k, low, high } = gapExponent(points);
  return withEnds(k, low, high);
}

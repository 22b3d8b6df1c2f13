import { operatorTitles } from "./operators.ts";
import type { TextTable } from "./results_table.ts";
import type { TableRow } from "./rows.ts";

/**
 * Writes the last accuracy of every run: a line an operator, a column a seed.
 *
 * @param rows from `tableRows`
 * @returns columns and entries, percent; a dash where a row has no run of a seed
 *
 * Cost O(rows * seeds).
 * Source: none needed.
 *
 * @example Two seeds, two columns
 * ```ts
 * import { exampleRecord, seedTable, tableRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const { rows } = seedTable(tableRows([exampleRecord(), exampleRecord({ seed: 2 })]));
 * assertEquals(rows[0].slice(2), ["2", "80.00", "80.00"]);
 * ```
 */
export function seedTable(rows: readonly TableRow[]): TextTable {
  const seeds = [...new Set(rows.flatMap((row) => row.seeds))].sort((a, b) => a - b);
  const columns = [
    { title: "data" },
    { title: "operator" },
    { title: "epochs", align: "right" as const },
    ...seeds.map((seed) => ({ title: `seed ${seed}, %`, align: "right" as const })),
  ];
  const entries = rows.map((row) => [
    row.dataTitle,
    operatorTitles[row.operator],
    String(row.epochs),
    ...seeds.map((seed) => row.lastAccuracies[row.seeds.indexOf(seed)]?.toFixed(2) ?? "-"),
  ]);
  return { columns, rows: entries };
}

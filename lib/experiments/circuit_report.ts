import { meanInterval, wilsonInterval } from "../analysis/mod.ts";
import { type Column, markdownTable } from "../display/mod.ts";
import { CIRCUIT_NAMES, CIRCUIT_ROWS, type CircuitName, isCircuitName } from "../training/mod.ts";
import { accuraciesOf, seedDifferences, toldApart, withInterval } from "./_seed_accuracies.ts";
import { operatorTitles } from "./operators.ts";
import type { CircuitNoiseRecord } from "./circuit_noise_record.ts";
import type { RunRecord } from "./types.ts";

/** The report of the experiment with circuits. */
export interface CircuitReport {
  /** A table a data set, in Markdown. */
  readonly tables: string;
  /** What couplings contribute, and how far classical models of the same pictures or of as many parameters are away: sentences. */
  readonly findings: readonly string[];
}

/** What a learned evolution is compared with. */
const CONTRASTS: Readonly<Partial<Record<CircuitName, readonly (readonly [CircuitName, string])[]>>> = {
  evolutionAmplitudes: [
    ["evolutionAmplitudesApart", "itself without couplings"],
    ["linearPixels16", "a linear model of the same pixels"],
    ["networkPixels8", "a small network of as many parameters"],
  ],
  evolutionReuploading: [
    ["evolutionReuploadingApart", "itself without couplings"],
    ["linearPixels8", "a linear model of the same pixels"],
    ["networkPixels8", "a small network of about as many parameters"],
  ],
  evolutionAngles: [
    ["evolutionAnglesApart", "itself without couplings"],
    ["linearPixels4", "a linear model of the same pixels"],
    ["networkPixels8", "a small network of as many parameters"],
  ],
};

const COLUMNS: readonly Column[] = [
  { title: "model" },
  { title: "parameters", align: "right" },
  { title: "seeds", align: "right" },
  { title: "test, %", align: "right" },
  { title: "training, %", align: "right" },
  { title: "s an epoch", align: "right" },
];

/**
 * Renders what the runs of the experiment with circuits came to: tables, and what their couplings contribute.
 *
 * Accuracies are of the last epoch. Intervals are 95 % t intervals over seeds; differences are taken seed by seed.
 *
 * @param given records of rows with circuits, in any order; others are left out
 * @returns tables and findings
 *
 * Cost O(records).
 * Source: `meanInterval` for the intervals.
 *
 * @example A row alone has nothing to be compared with
 * ```ts
 * import { circuitReport, exampleRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(circuitReport([exampleRecord({ operator: "evolutionAngles" })]).findings, []);
 * ```
 */
export function circuitReport(given: readonly RunRecord[]): CircuitReport {
  const tables: string[] = [], findings: string[] = [];
  for (const [title, own] of byData(given)) {
    const rows = CIRCUIT_NAMES.flatMap((name) => {
      const runs = own.filter(({ operator }) => operator === name).toSorted((a, b) => a.seed - b.seed);
      return runs.length === 0 ? [] : [{ name, runs }];
    });
    const synthetic = own.some(({ data }) => data.synthetic) ? " (synthetic data)" : "";
    tables.push(
      `**${title}${synthetic}**\n\n${markdownTable(COLUMNS, rows.map(({ name, runs }) => entriesOf(name, runs)))}`,
    );
    const plain = plainWords(rows);
    if (plain !== null) findings.push(`${title}: ${plain}`);
    for (const { name, runs } of rows) {
      const parts = (CONTRASTS[name] ?? []).flatMap(([other, words]) => {
        const found = rows.find((row) => row.name === other);
        const text = found === undefined ? null : differenceWords(runs, found.runs);
        return text === null ? [] : [`${text} points against ${words}`];
      });
      if (parts.length > 0) findings.push(`${title}: ${operatorTitles[name]} ${parts.join(", ")}.`);
    }
  }
  return { tables: tables.join("\n"), findings };
}

function entriesOf(name: CircuitName, runs: readonly RunRecord[]): string[] {
  const last = (key: "testAccuracy" | "trainAccuracy") => runs.map(({ epochs }) => 100 * epochs.at(-1)![key]);
  const seconds = runs.map(({ clocks, epochs }) => clocks.trainMs / 1000 / epochs.length);
  return [
    operatorTitles[name],
    String(runs[0].parameters),
    runs.map(({ seed }) => seed).join(", "),
    withInterval(last("testAccuracy")),
    meanInterval(last("trainAccuracy")).mean.toFixed(2),
    meanInterval(seconds).mean.toFixed(1),
  ];
}

/**
 * Renders test accuracies of all rows in one table, a column a data set.
 *
 * @param given records of rows with circuits, in any order; others are left out
 * @returns Markdown; empty without records
 *
 * Cost O(records).
 * Source: `meanInterval` for the intervals.
 *
 * @example One row, one data set
 * ```ts
 * import { circuitOverview, exampleRecord } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(circuitOverview([exampleRecord({ operator: "evolutionAngles" })]), "(one seed)");
 * ```
 */
export function circuitOverview(given: readonly RunRecord[]): string {
  const data = [...byData(given)];
  if (data.length === 0) return "";
  const columns: Column[] = [
    ...[{ title: "model" }, { title: "parameters", align: "right" } as const],
    ...data.map(([title]) => ({ title: `${title}, %`, align: "right" }) as const),
  ];
  const rows = CIRCUIT_NAMES.flatMap((name) => {
    const own = data.map(([, runs]) => runs.filter(({ operator }) => operator === name));
    const [any] = own.flat();
    if (any === undefined) return [];
    const accuracies = own.map((runs) =>
      runs.length === 0 ? "-" : withInterval(runs.map(({ epochs }) => 100 * epochs.at(-1)!.testAccuracy))
    );
    return [[operatorTitles[name], String(any.parameters), ...accuracies]];
  });
  return markdownTable(columns, rows);
}

/** Which model is best, and whether it is a circuit: null where one kind is not there. */
function plainWords(
  rows: readonly { readonly name: CircuitName; readonly runs: readonly RunRecord[] }[],
): string | null {
  const best = (kind: "circuit" | "pixels") =>
    rows.filter(({ name }) => CIRCUIT_ROWS[name].kind === kind)
      .map((row) => ({ ...row, mean: meanInterval(row.runs.map(({ epochs }) => epochs.at(-1)!.testAccuracy)).mean }))
      .toSorted((a, b) => b.mean - a.mean)[0];
  const [circuit, pixels] = [best("circuit"), best("pixels")];
  if (circuit === undefined || pixels === undefined) return null;
  const of = ({ name, runs, mean }: typeof circuit) =>
    `${operatorTitles[name]} (${runs[0].parameters} parameters): ${(100 * mean).toFixed(2)} %`;
  const word = !toldApart(accuraciesOf(circuit.runs), accuraciesOf(pixels.runs))
    ? "not told apart from"
    : circuit.mean > pixels.mean
    ? "above"
    : "below";
  return `the best circuit is ${word} the best classical model. ${of(circuit)}; ${of(pixels)}.`;
}

/** Differences of seeds that both rows have, points; null where there is none. */
function differenceWords(runs: readonly RunRecord[], others: readonly RunRecord[]): string | null {
  const differences = seedDifferences(accuraciesOf(runs), accuraciesOf(others));
  if (differences.length === 0) return null;
  return `${differences.reduce((sum, value) => sum + value, 0) < 0 ? "" : "+"}${withInterval(differences)}`;
}

/** Finished runs of rows with circuits, by data set and number of epochs. */
function byData(given: readonly RunRecord[]): Map<string, RunRecord[]> {
  const records = given.filter(({ operator, epochs }) => isCircuitName(operator) && epochs.length > 0);
  return Map.groupBy(
    records,
    ({ data, options: { epochs } }) => `${data.title}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`,
  );
}

const NOISE_COLUMNS: readonly Column[] = [
  { title: "what" },
  { title: "value", align: "right" },
  { title: "right, %", align: "right" },
  { title: "95 % interval", align: "right" },
  { title: "as the exact circuit, %", align: "right" },
  { title: "largest error of an expectation", align: "right" },
];

const KINDS: Readonly<Record<CircuitNoiseRecord["variants"][number]["kind"], string>> = {
  exact: "exact",
  shots: "shots",
  depolarising: "depolarising, an operation and qubit",
  amplitudeDamping: "amplitude damping, an operation and qubit",
  readout: "readout error, a bit",
};

/**
 * Renders what noise and shots do to trained circuits: a table a circuit, with Wilson's intervals over the pictures.
 *
 * @param records evaluations, in any order
 * @returns Markdown; empty without records
 *
 * Cost O(records).
 * Source: `wilsonInterval` for the intervals.
 *
 * @example Nothing evaluated
 * ```ts
 * import { circuitNoiseTables } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(circuitNoiseTables([]), "");
 * ```
 */
export function circuitNoiseTables(records: readonly CircuitNoiseRecord[]): string {
  return records.map(({ run, items, trajectories, variants }) => {
    const rows = variants.map(({ kind, value, correct, agreeing, largestError }) => {
      const [low, high] = wilsonInterval(correct, items);
      const percent = (share: number) => (100 * share).toFixed(1);
      return [
        ...[KINDS[kind], kind === "exact" ? "-" : String(value), percent(correct / items)],
        ...[`${percent(low)} - ${percent(high)}`, percent(agreeing / items)],
        largestError < 1e-6 ? "-" : largestError.toFixed(3),
      ];
    });
    const title = isCircuitName(run.operator) ? operatorTitles[run.operator] : run.operator;
    return `**${title}, ${run.data.title}, seed ${run.seed}: ${items} test pictures, ${trajectories} trajectories each**\n\n${
      markdownTable(NOISE_COLUMNS, rows)
    }`;
  }).join("\n");
}

import { type HalvingRate, halvingRate } from "../analysis/mod.ts";
import { type SampleEncoding, twoDesignVariance, type VarianceEstimate } from "../circuits/mod.ts";
import { type Column, markdownTable, scatterGrid, type ScatterPanel, type Shown } from "../display/mod.ts";
import type { CircuitPlateauRecord } from "./circuit_plateau_record.ts";

/** The report of gradients before training. */
export interface CircuitPlateauReport {
  /** What was found: sentences. */
  readonly findings: readonly string[];
  /** Rates, and variances beside that of 2-designs, in Markdown. */
  readonly table: string;
  /** Variances against qubits. */
  readonly figure: Shown;
}

/** Variances of one family of circuits over numbers of qubits. */
interface Family {
  readonly label: string;
  readonly rows: readonly (VarianceEstimate & { readonly qubits: number })[];
  /** Null where there are fewer than three sizes. */
  readonly fit: HalvingRate | null;
  /** The rate of the 2-design over the same sizes, as they were weighted. */
  readonly design: number | null;
}

/** What a picture comes in as. */
const ENCODED: Readonly<Record<SampleEncoding, string>> = {
  amplitudes: "amplitudes",
  reuploading: "angles uploaded again",
  angles: "angles once",
};

/** Qubits of the classifiers that are trained. */
const TRAINED = 8;

/**
 * Renders what gradients do against qubits before training, beside the plateau of unitary 2-designs.
 *
 * @param record what was measured
 * @returns findings, a table and a figure
 *
 * Cost O(rows).
 * Source: `halvingRate` for the rates, `twoDesignVariance` for the plateau.
 *
 * @example Three sizes have a rate
 * ```ts
 * import { circuitPlateauReport, measureCircuitPlateau } from "qama/experiments";
 * import { loadGlyphs } from "qama/datasets";
 * import { assertStringIncludes } from "@std/assert";
 * const data = await loadGlyphs({ trainCount: 20, testCount: 2 });
 * const size = { qubits: [2, 3, 4], depths: [1], samples: 20, seed: 1 };
 * const record = await measureCircuitPlateau(data, size, { profile: "own" });
 * assertStringIncludes(circuitPlateauReport(record!).table, "random, 1 layer, local");
 * ```
 */
export function circuitPlateauReport(record: CircuitPlateauRecord): CircuitPlateauReport {
  const { depths, random, classifiers, samples } = record;
  const ofRandom = (cost: "local" | "global") =>
    depths.map((depth) =>
      familyOf(
        `random, ${depth} ${depth === 1 ? "layer" : "layers"}, ${cost}`,
        random.filter((row) => row.cost === cost && row.depth === depth),
      )
    );
  const ofClassifiers = (start: "own" | "uniform") =>
    (Object.keys(ENCODED) as SampleEncoding[]).map((encoding) =>
      familyOf(
        `${ENCODED[encoding]}, ${start === "own" ? "as training starts" : "coefficients from anywhere"}`,
        classifiers.filter((row) => row.encoding === encoding && row.start === start),
      )
    ).filter(({ rows }) => rows.length > 0);
  const [local, global] = [ofRandom("local"), ofRandom("global")];
  const [own, uniform] = [ofClassifiers("own"), ofClassifiers("uniform")];
  const deepest = Math.max(...depths);
  const findings = [
    `Random circuits of ${deepest} layers: ${
      [local, global].map((list, k) => `${["local", "global"][k]} cost ${rateWords(list[depths.indexOf(deepest)])}`)
        .join(", ")
    }.`,
    `Random circuits of ${depths[0]} ${depths[0] === 1 ? "layer" : "layers"}: local cost ${rateWords(local[0])}, ` +
    `global cost ${rateWords(global[0])}.`,
    ...own.map((family) => `The classifier on ${family.label}: ${rateWords(family)}${trainedWords(family)}.`),
    ...uniform.map((family) => `The same circuit on ${family.label}: ${rateWords(family)}${trainedWords(family)}.`),
    verdict(own, uniform),
  ];
  const families = [...local, ...global, ...own, ...uniform];
  return {
    findings,
    table: markdownTable(COLUMNS, families.map(entriesOf)),
    figure: scatterGrid(
      [
        panel("Random circuits, local cost", local),
        panel("Random circuits, global cost", global),
        panel("Classifiers, as training starts", own),
        panel("The same, coefficients from anywhere", uniform),
      ],
      { title: `Variance of a derivative against qubits, ${samples} draws each`, columns: 2 },
    ),
  };
}

const COLUMNS: readonly Column[] = [
  { title: "circuits" },
  { title: "qubits", align: "right" },
  { title: "halvings a qubit", align: "right" },
  { title: "those of 2-designs", align: "right" },
  { title: "misfit", align: "right" },
  { title: "variance at most qubits", align: "right" },
  { title: "over that of 2-designs", align: "right" },
];

function familyOf(label: string, rows: Family["rows"]): Family {
  const points = rows.filter(({ variance, standardError }) => variance > 0 && standardError > 0);
  if (new Set(points.map(({ qubits }) => qubits)).size < 3) return { label, rows, fit: null, design: null };
  const fitted = (value: (row: Family["rows"][number]) => number) =>
    halvingRate(points.map((row) => ({
      n: row.qubits,
      value: value(row),
      // the same relative errors, so that both lines are weighted alike
      standardError: row.standardError / row.variance * value(row),
    })));
  return {
    ...{ label, rows },
    fit: fitted(({ variance }) => variance),
    design: fitted(({ qubits }) => twoDesignVariance(qubits)).rate,
  };
}

function entriesOf({ label, rows, fit, design }: Family): string[] {
  const last = rows[rows.length - 1];
  return [
    label,
    `${rows[0].qubits} - ${last.qubits}`,
    fit === null ? "-" : fitText(fit),
    design === null ? "-" : design.toFixed(2),
    fit === null ? "-" : fit.misfit.toFixed(1),
    `${scientific(last.variance)} ± ${scientific(NORMAL * last.standardError)}`,
    ratioText(last),
  ];
}

/** Standard errors of a 95 % interval. */
const NORMAL = 1.96;

function ratioText({ qubits, variance }: Family["rows"][number]): string {
  return timesText(variance / twoDesignVariance(qubits));
}

function timesText(ratio: number): string {
  return ratio < 100 ? ratio.toPrecision(2) : Math.round(ratio).toLocaleString("en");
}

/** The smallest and the largest variance of the trained size over that of 2-designs; empty where there is none. */
function timesWords(families: readonly Family[]): string {
  const ratios = families.flatMap(({ rows }) => rows).filter(({ qubits }) => qubits === TRAINED)
    .map(({ variance }) => variance / twoDesignVariance(TRAINED));
  if (ratios.length === 0) return "";
  return `, with ${timesText(Math.min(...ratios))} to ${timesText(Math.max(...ratios))} times that variance`;
}

function fitText({ rate, halfWidth }: HalvingRate): string {
  // no minus before a rate that is 0 in two digits
  return `${rate.toFixed(2).replace(/^-(?=0\.00$)/, "")} ± ${halfWidth.toFixed(2)}`;
}

function rateWords({ fit, design }: Family): string {
  if (fit === null || design === null) return "too few sizes for a rate";
  const apart = Math.abs(fit.rate - design) > fit.halfWidth;
  const falls = fit.rate - fit.halfWidth > 0;
  const word = !falls
    ? "no fall with qubits can be told"
    : !apart
    ? "a plateau like that of 2-designs"
    : fit.rate > design
    ? "falls faster than 2-designs"
    : "falls, but slower than 2-designs";
  return `${fitText(fit)} halvings a qubit (2-designs ${design.toFixed(2)}; ${word})`;
}

function trainedWords({ rows }: Family): string {
  const row = rows.find(({ qubits }) => qubits === TRAINED);
  return row === undefined ? "" : `; at ${TRAINED} qubits ${ratioText(row)} times the variance of 2-designs`;
}

function verdict(own: readonly Family[], uniform: readonly Family[]): string {
  // no plateau: well above it where we train, and falling more slowly, both beyond chance
  const clear = (family: Family) => {
    const row = family.rows.find(({ qubits }) => qubits === TRAINED);
    return row !== undefined && family.fit !== null && family.design !== null &&
      row.variance - NORMAL * row.standardError > twoDesignVariance(TRAINED) &&
      family.fit.rate + family.fit.halfWidth < family.design;
  };
  const count = own.filter(clear).length;
  const other = uniform.filter((family) => !clear(family)).length;
  const found =
    `Verdict: ${count} of ${own.length} classifiers start off the plateau, a variance at ${TRAINED} qubits above that of 2-designs and a rate ` +
    `below theirs, both beyond chance${timesWords(own)}. With coefficients from anywhere this holds for ` +
    `${uniform.length - other} of ${uniform.length}${timesWords(uniform)}.`;
  const meaning = count === own.length && other === uniform.length
    ? " What keeps the classifiers off it is where they start, not the circuit."
    : "";
  return `${found}${meaning} Nothing is said of later steps, nor of more qubits than were measured.`;
}

function panel(title: string, families: readonly Family[]): ScatterPanel {
  const sizes = [...new Set(families.flatMap(({ rows }) => rows.map(({ qubits }) => qubits)))].toSorted((a, b) =>
    a - b
  );
  return {
    title,
    xLabel: "qubits",
    yLabel: "variance",
    xScale: "linear",
    groups: families.map(({ label, rows }, slot) => ({
      // the panel says the rest
      label: label.replace(/^random, |, (local|global|as training starts|coefficients from anywhere)$/g, ""),
      slot: label.startsWith("random") ? slot : slot + 4,
      points: rows.map(({ qubits, variance, standardError }) => ({
        x: qubits,
        y: variance,
        yRange: [
          Math.max(variance - NORMAL * standardError, variance / 100),
          variance + NORMAL * standardError,
        ] as const,
      })),
    })),
    lines: [{
      label: "unitary 2-designs",
      dash: "dash",
      points: sizes.map((n) => [n, twoDesignVariance(n)] as const),
    }],
  };
}

function scientific(value: number): string {
  return value.toExponential(1);
}

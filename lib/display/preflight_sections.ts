import type { PreflightReport } from "../machine/mod.ts";
import { lineChart } from "./line_chart.ts";
import type { ReportSection } from "./report_page.ts";

/** A preflight and what it is of. */
export interface NamedPreflight {
  /** Name of the model, short. */
  readonly name: string;
  /** What was found. */
  readonly report: PreflightReport;
}

const VERDICTS = {
  safe: "next to nothing is lost",
  lossy: "something is lost",
  ruined: "the machine would solve another problem",
};

const ACTIONS = {
  "other-form": "other form",
  fix: "fix first",
  clip: "clip",
  drop: "drop",
  stochastic: "round stochastically",
  split: "split",
  decompose: "decompose",
  "more-bits": "more bits",
};

/**
 * Writes what rounding does to models as sections of a page: the number, what survives, the curve over bits, what would help.
 *
 * @param flights one or more, all of the same number of bits
 * @returns sections for `reportPage`
 * @throws {RangeError} if there is none, or their bits differ
 *
 * Cost O(models).
 *
 * @example The sections of one
 * ```ts
 * import { preflightSections } from "qama/display";
 * import { preflight } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const report = await preflight(isingModel({ couplings: sparseCouplings(1, []), linear: [1] }), { bits: 8 });
 * assertEquals(preflightSections([{ name: "one spin", report }]).map(({ title }) => title).slice(0, 2), [
 *   "What 8 bits leave",
 *   "Over bits",
 * ]);
 * ```
 */
export function preflightSections(flights: readonly NamedPreflight[]): ReportSection[] {
  if (flights.length === 0) throw new RangeError("Cannot show a preflight: there is none");
  const { bits } = flights[0].report;
  const other = flights.find(({ report }) => report.bits !== bits);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot show preflights together: ${flights[0].name} is of ${bits} bits, ${other.name} of ${other.report.bits}`,
    );
  }
  return [numbers(flights, bits), overBits(flights), ...advice(flights, bits)];
}

function numbers(flights: readonly NamedPreflight[], bits: number): ReportSection {
  const right = (title: string) => ({ title, align: "right" as const });
  return {
    title: `What ${bits} bits leave`,
    paragraphs: flights.length > 1 ? [] : flights.map(({ report }) => sentence(report)),
    tables: [{
      columns: [
        { title: "model" },
        { title: "form" },
        right("n"),
        right("loss, %"),
        { title: "verdict" },
        right("couplings left, %"),
        right("cut to integers, %"),
        right("its loss, %"),
        right("loss without couplings, %"),
        right("optimum"),
        right("range"),
        right("bits for 50 / 90 / 99 / 100 %"),
      ],
      rows: flights.map(({ name, report: r }) => [
        name,
        r.vartype === "ising" ? "Ising" : "QUBO",
        `${r.variables}`,
        loss(r.loss),
        r.verdict,
        percent(r.couplings.share),
        percent(r.truncated.couplings.share),
        loss(r.truncated.loss),
        loss(r.lossWithoutCouplings),
        r.optimum.proved ? "proved" : "lowest seen",
        (r.range.largest / r.range.largestCoupling).toFixed(1),
        [r.range.bitsFor50, r.range.bitsFor90, r.range.bitsFor99, r.range.bitsForAll]
          .map((value) => value === Infinity ? "> 53" : `${value}`).join(" / "),
      ]),
    }],
    reading:
      "Loss is the one number: the optimum of the rounded model, looked at with the energy of the model as it was given, on the way from " +
      "its own lowest energy (0) to that of a random state (100); where several states are optima of the rounded model, their mean. It is " +
      "what an ideal machine of so many bits loses by rounding alone. Couplings left: share of the couplings that are not rounded to 0; " +
      "cut to integers: the same where numbers are cut toward 0, as a cast does. Loss without couplings: what the linear coefficients " +
      "alone give; rounding that is no better than this has removed the problem. Range: the largest coefficient in units of the largest " +
      "coupling. Bits: at which the couplings that survive carry so much of the weight.",
  };
}

function sentence(report: PreflightReport): string {
  const { bits, loss: lost, verdict, optimumSurvives, couplings } = report;
  return `Loss ${loss(lost)} %: ${
    VERDICTS[verdict]
  }. ${couplings.after} of ${couplings.before} couplings survive ${bits} bits; ` +
    `the optimum ${optimumSurvives ? "is still one" : "is one no more"}.`;
}

function overBits(flights: readonly NamedPreflight[]): ReportSection {
  const shown = flights.slice(0, 8);
  const bits = shown[0].report.curve.map((point) => point.bits);
  const line = (name: string, values: (bits: number) => number | undefined) => ({
    label: name,
    values: bits.map((width) => values(width) ?? NaN),
  });
  const at = (report: PreflightReport, width: number) => report.curve.find((point) => point.bits === width);
  return {
    title: "Over bits",
    figures: [
      lineChart(
        shown.map(({ name, report }) => line(name, (width) => at(report, width)?.loss)),
        { title: "Loss", x: bits, xLabel: "bits of a coefficient", yLabel: "loss, %", compact: true },
      ),
      lineChart(
        shown.map(({ name, report }) => line(name, (width) => 100 * (at(report, width)?.couplings ?? NaN))),
        {
          title: "Couplings that survive",
          x: bits,
          xLabel: "bits of a coefficient",
          yLabel: "couplings left, %",
          compact: true,
        },
      ),
    ],
    tables: [{
      caption: "Is the optimum still an optimum, and how many variables keep their value, %",
      columns: [{ title: "model" }, ...bits.map((width) => ({ title: `${width}`, align: "right" as const }))],
      rows: flights.map(({ name, report }) => [
        name,
        ...bits.map((width) => {
          const point = at(report, width);
          return point === undefined
            ? ""
            : `${point.optimumSurvives ? "yes" : "no"} ${(100 * point.agreement).toFixed(0)}`;
        }),
      ]),
    }],
    ...(flights.length > shown.length &&
      { notes: [`The figures show the first ${shown.length} of ${flights.length} models.`] }),
  };
}

function advice(flights: readonly NamedPreflight[], bits: number): ReportSection[] {
  const right = (title: string) => ({ title, align: "right" as const });
  return [{
    title: "What would help",
    paragraphs: [`Each is tried at ${bits} bits and its loss measured as above; where it was not, there is a line.`],
    tables: flights.map(({ name, report }) => ({
      caption: `${name}: loss ${loss(report.loss)} % as it is`,
      columns: [{ title: "what" }, { title: "how" }, right("loss, %"), right("jobs"), right("variables")],
      rows: report.advice.map((given) => [
        ACTIONS[given.action],
        given.how,
        given.loss === null ? "-" : loss(given.loss),
        `${given.jobs}`,
        `${given.variables}`,
      ]),
    })),
  }];
}

function loss(value: number): string {
  return value === 0 ? "0" : value < 0.01 ? "< 0.01" : value.toFixed(2);
}

function percent(share: number): string {
  return share === 0 ? "0" : share < 1e-4 ? "< 0.01" : (100 * share).toFixed(2);
}

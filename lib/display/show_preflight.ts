import type { PreflightReport } from "../machine/mod.ts";
import { makeShown } from "./_make_shown.ts";
import { htmlTable } from "./_html_table.ts";
import { type NamedPreflight, preflightSections } from "./preflight_sections.ts";
import { sectionsMarkdown } from "./sections_markdown.ts";
import type { Shown } from "./shown.ts";
import { showTogether } from "./show_together.ts";

/** How {@link showPreflight} shows a preflight. */
export interface ShowPreflightOptions {
  /** The line above. @default {"What 8 bits leave"} */
  readonly title?: string;
}

/**
 * Makes a value that shows what rounding to the bits of a machine does to models: loss and surviving couplings over bits, and the verdict.
 *
 * @param flights a report, or several with the names of their models, all of the same number of bits
 * @param options see {@link ShowPreflightOptions}
 * @returns a value to be left at the end of a cell: HTML, SVG and text, which has the tables too
 * @throws {RangeError} if there is none, or their bits differ
 *
 * Cost O(models).
 * Source: none needed.
 *
 * @example One spin
 * ```ts
 * import { showPreflight } from "qama/display";
 * import { preflight } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertStringIncludes } from "@std/assert";
 * const report = await preflight(isingModel({ couplings: sparseCouplings(1, []), linear: [1] }), { bits: 8 });
 * assertStringIncludes(showPreflight(report).text, "What 8 bits leave");
 * ```
 */
export function showPreflight(
  flights: PreflightReport | readonly NamedPreflight[],
  options: ShowPreflightOptions = {},
): Shown {
  const named = "verdict" in flights ? [{ name: "model", report: flights }] : flights;
  const sections = preflightSections(named);
  const figures = sections.flatMap((section) => section.figures ?? []);
  const says = named.map(({ name, report }) =>
    `${name}: loss ${Number(report.loss.toPrecision(3))} %, ${report.verdict}`
  );
  const title = options.title ?? `${sections[0].title}: ${says.slice(0, 4).join("; ")}`;
  const svg = showTogether(figures, { title, says: says.join("; ") }).svg ?? "";
  const text = sectionsMarkdown(sections.map(({ reading: _reading, ...section }) => section));
  const tables = sections.flatMap((section) => section.tables ?? []).map((table) => htmlTable(table, true));
  return makeShown({ svg, html: `${svg}${tables.join("\n")}`, text });
}

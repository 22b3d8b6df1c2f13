import { legendEntries } from "./_scatter_legend.ts";
import { escapeHtml } from "./_text.ts";
import type { ScatterGroup, ScatterLine } from "./scatter_types.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

/**
 * Makes the legend of several scatter charts of a page, flowing with the width.
 *
 * @param groups what the charts show, with their slots
 * @param lines what lines they have. @default {none}
 * @returns a value for a report: HTML with a small SVG an entry
 * @throws {RangeError} if there is nothing to explain
 *
 * Cost O(points).
 * Source: none needed.
 *
 * @example One entry
 * ```ts
 * import { JUPYTER_DISPLAY, scatterLegend } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const shown = scatterLegend([{ label: "glasses", points: [{ x: 1, y: 1 }] }]);
 * assertStringIncludes(String(shown[JUPYTER_DISPLAY]()["text/html"]), "glasses");
 * ```
 */
export function scatterLegend(groups: readonly ScatterGroup[], lines: readonly ScatterLine[] = []): Shown {
  const entries = legendEntries(groups, lines);
  if (entries.length === 0) throw new RangeError("Cannot write the legend: there is no point and no line");
  const items = entries.map(({ sign, words }) =>
    `<li><svg width="30" height="18" viewBox="0 -9 30 18" aria-hidden="true">${sign}</svg>${escapeHtml(words)}</li>`
  );
  const html = `<ul class="legend">${items.join("")}</ul>`;
  return makeShown({ html, text: entries.map(({ words }) => words).join("\n") });
}

import { text, titleText } from "./_chart.ts";
import { checkInteger, checkProblemIndex } from "./_check.ts";
import { palette } from "./_colours.ts";
import { makeShown } from "./_make_shown.ts";
import { svgElement } from "./_svg.ts";
import { counted, short } from "./_text.ts";
import { textHeads } from "./_text_heads.ts";
import { heatMap } from "./heat_map.ts";
import type { Shown } from "./shown.ts";
import { showTogether } from "./show_together.ts";

/** Which tokens each head chose. */
export interface ChosenHeads {
  /** x, `[B, H, N]`, 0 or 1: what a solver gives as `chosen`. */
  readonly chosen: Uint8Array;
  /** H. */
  readonly heads: number;
  /** N. */
  readonly tokens: number;
}

/** How {@link showHeads} shows heads. */
export interface ShowHeadsOptions {
  /** The line above. @default {"What 8 heads chose of 49 tokens"} */
  readonly title?: string;
  /** Which problem of the batch. @default {0} */
  readonly index?: number;
  /** Tokens in a row of a map. @default {the square root where it is whole, else all up to 32} */
  readonly across?: number;
}

/**
 * Makes a value that shows what heads chose: a map of the tokens a head, and how many tokens every two heads have in common.
 *
 * @param heads the choice, its heads and tokens: `{ ...problem, ...selection }` will do
 * @param options see {@link ShowHeadsOptions}
 * @returns a value to be left at the end of a cell: HTML, SVG and text
 * @throws {TypeError} if the choice is no whole number of problems
 * @throws {RangeError} if there is no such problem, or a size is no count
 *
 * Cost O(H^2 N).
 * Source: none needed.
 *
 * @example Two heads that share one of four tokens
 * ```ts
 * import { showHeads } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const shown = showHeads({ chosen: Uint8Array.of(1, 1, 0, 0, 0, 1, 0, 0), heads: 2, tokens: 4 });
 * assertStringIncludes(shown.text, "head 1: 2");
 * ```
 */
export function showHeads({ chosen, heads, tokens }: ChosenHeads, options: ShowHeadsOptions = {}): Shown {
  const cannot = "Cannot show the heads";
  for (const [name, value] of Object.entries({ heads, tokens })) {
    checkInteger(cannot, name, value);
  }
  const batch = chosen.length / (heads * tokens);
  if (!Number.isInteger(batch) || batch < 1) {
    throw new TypeError(
      `${cannot}: ${chosen.length} entries are no whole number of ${heads} heads of ${tokens} tokens`,
    );
  }
  const { index = 0 } = options;
  checkProblemIndex(cannot, index, batch);
  const root = Math.sqrt(tokens);
  const across = options.across ?? (Number.isInteger(root) ? root : Math.min(tokens, 32));
  checkInteger(cannot, "across", across);
  const lists = Array.from({ length: heads }, (_, t) => {
    const from = (index * heads + t) * tokens;
    return Array.from({ length: tokens }, (_, i) => i).filter((i) => chosen[from + i] !== 0);
  });
  const sets = lists.map((list) => new Set(list));
  const common = sets.flatMap((a) => sets.map((b) => a.intersection(b).size));
  const overlaps = heatMap(common, {
    rows: heads,
    title: "Tokens in common",
    rowLabel: "head",
    columnLabel: "head",
    valueLabel: "tokens",
    from: 1,
    edge: 200,
    write: heads <= 12,
  });
  const title = options.title ?? `What ${counted(heads, "head")} chose of ${tokens} tokens`;
  return showTogether([tokenMaps(lists, tokens, across), overlaps], { title });
}

function tokenMaps(lists: readonly (readonly number[])[], tokens: number, across: number): Shown {
  const down = Math.ceil(tokens / across);
  const cell = Math.max(2, Math.min(12, 96 / Math.max(across, down)));
  const [width, height] = [across * cell, down * cell];
  const step = { x: Math.max(width, 78) + 18, y: height + 34 };
  const perLine = Math.max(1, Math.min(lists.length, Math.floor(480 / step.x)));
  const parts = [titleText(16, 24, "Chosen tokens")];
  lists.forEach((list, t) => {
    const [x, y] = [16 + (t % perLine) * step.x, 58 + Math.floor(t / perLine) * step.y];
    const path = list.map((i) =>
      `M${short(i % across * cell)} ${short(Math.floor(i / across) * cell)}h${short(cell)}v${short(cell)}h${
        short(-cell)
      }z`
    ).join("");
    parts.push(
      text(x, y - 6, `head ${t + 1}: ${list.length}`, "start", ' font-size="12"'),
      `<g transform="translate(${short(x)} ${short(y)})"><path d="${path}" fill="${palette.blue}"/>` +
        `<path d="M0 0h${short(width)}v${short(height)}h${short(-width)}z" fill="none" stroke="${palette.grey}"/></g>`,
    );
  });
  const lines = Math.ceil(lists.length / perLine);
  const svg = svgElement(
    Math.ceil(Math.max(170, 16 + perLine * step.x)),
    Math.ceil(58 + lines * step.y - 14),
    "Chosen tokens",
    parts,
  );
  return makeShown({ svg, text: `Chosen tokens\n${textHeads(lists, tokens, across)}` });
}

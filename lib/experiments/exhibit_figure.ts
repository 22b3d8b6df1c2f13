import { selectionPanels, selectionWords, type Shown } from "../display/mod.ts";
import type { Exhibit, ExhibitItem, TextItem } from "./exhibit.ts";

/** Most words of a text that are shown; a page of long reviews stays one that can be read. */
const SHOWN_WORDS = 120;

/**
 * Makes the figure of an exhibit's item: a picture with a panel a head, or a text with its chosen words marked. Of a text longer
 * than 120 words the beginning is shown, and the title says so.
 *
 * @param item one of the exhibit's items
 * @param exhibit for the names of the classes
 * @returns a value for a report or the end of a notebook's cell
 * @throws {RangeError} if a token is not in the item
 *
 * Cost O(pixels + tokens).
 * Source: none needed.
 *
 * @example The invented picture
 * ```ts
 * import { exampleExhibit, exhibitFigure } from "qama/experiments";
 * import { JUPYTER_DISPLAY } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const exhibit = exampleExhibit();
 * const shown = exhibitFigure(exhibit.items[0], exhibit)[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["image/svg+xml"]), "zero, classified as one");
 * ```
 */
export function exhibitFigure(item: ExhibitItem, { classes }: Pick<Exhibit, "classes">): Shown {
  const right = item.label === item.predicted;
  const verdict = right ? "classified so" : `classified as ${classes[item.predicted]}`;
  const title = `${classes[item.label]}, ${verdict}`;
  if (item.kind === "text") return selectionWords(beginning(item, title));
  const values = item.tokenEnergies.length > 0 ? { values: item.tokenEnergies } : {};
  const { rows, columns, channels, patch, chosen } = item;
  const pixels = Uint8Array.fromBase64(item.pixels);
  return selectionPanels({ pixels, rows, columns, channels, patch, chosen, title, ...values });
}

function beginning({ words, chosen }: TextItem, title: string) {
  if (words.length <= SHOWN_WORDS) return { words, chosen, title };
  return {
    words: [...words.slice(0, SHOWN_WORDS), "…"],
    chosen: chosen.map((numbers) => numbers.filter((i) => i < SHOWN_WORDS)),
    title: `${title}; the first ${SHOWN_WORDS} of ${words.length} words`,
  };
}

import { escapeHtml, wrapped } from "./_text.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

/** A text and what each head chose in it. */
export interface SelectionWords {
  /** The tokens. */
  readonly words: readonly string[];
  /** Numbers of the chosen tokens, a list a head. */
  readonly chosen: readonly (readonly number[])[];
  /** The line above the text. */
  readonly title: string;
}

/**
 * Makes a value that shows a text with its chosen words marked; with several heads each mark has their numbers, from 1.
 *
 * @param text see {@link SelectionWords}
 * @returns a value for a report or the end of a notebook's cell: HTML, styled by itself
 * @throws {RangeError} if a token is not in the text
 *
 * Cost O(words * heads).
 * Source: none needed.
 *
 * @example The second word of two
 * ```ts
 * import { JUPYTER_DISPLAY, selectionWords } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const shown = selectionWords({ words: ["a", "dull"], chosen: [[1]], title: "Review" })[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["text/html"]), "a <mark>dull</mark>");
 * ```
 */
export function selectionWords({ words, chosen, title }: SelectionWords): Shown {
  const strange = chosen.flat().find((i) => !Number.isInteger(i) || i < 0 || i >= words.length);
  if (strange !== undefined) {
    throw new RangeError(`Cannot mark the words: they are numbered from 0 to ${words.length - 1}, got ${strange}`);
  }
  const heads = chosen.map((numbers) => new Set(numbers));
  const marked = words.map((word, i) => {
    const by = heads.flatMap((head, t) => head.has(i) ? [t + 1] : []);
    if (by.length === 0) return escapeHtml(word);
    return `<mark>${escapeHtml(word)}${heads.length > 1 ? `<sup>${by.join(" ")}</sup>` : ""}</mark>`;
  });
  const html = `<div class="words"><p><strong>${escapeHtml(title)}</strong></p>` +
    `<p style="max-height:16em;overflow-y:auto;overflow-wrap:anywhere">${marked.join(" ")}</p></div>`;
  const plain = words.map((word, i) => {
    const by = heads.flatMap((head, t) => head.has(i) ? [t + 1] : []);
    return by.length === 0 ? word : `[${word}]${heads.length > 1 ? by.join("+") : ""}`;
  });
  return makeShown({ html, text: `${title}\n${wrapped(plain.join(" "), 100).join("\n")}` });
}

import { markdownTable } from "../lib/display/mod.ts";
import {
  commandOf,
  epochNotes,
  readingNotes,
  resultsTable,
  type RunRecord,
  tableRows,
} from "../lib/experiments/mod.ts";
import { inDataOrder, PROFILE_ORDER } from "./_publish_results.ts";

const OPEN = "<!-- results -->";
const CLOSE = "<!-- /results -->";
// the block is compared character by character, so `deno fmt` must leave its lines as they are
const IGNORE = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];

/** Columns of the results table that the front page has room for, by their titles. */
const SHOWN = ["data", "operator", "epochs", "seeds (n)", "last, %", "paper here, %", "chosen, %"];

/** What the front page shows of the records: figure, table and what to read from it, of the largest profile there is. */
export function readmeBlock(records: readonly RunRecord[]): string {
  const profile = PROFILE_ORDER.find((name) => records.some((record) => record.profile === name));
  if (profile === undefined) throw new RangeError("Cannot render the results: there is no record of a known profile");
  const shown = inDataOrder(records.filter((record) => record.profile === profile));
  const rows = tableRows(shown);
  const { columns, rows: entries } = resultsTable(rows);
  const places = SHOWN.map((title) => {
    const at = columns.findIndex((column) => column.title === title);
    if (at < 0) throw new RangeError(`Cannot render the results: the table has no column "${title}"`);
    return at;
  });
  const table = markdownTable(places.map((at) => columns[at]), entries.map((row) => places.map((at) => row[at])));
  const notes = [...readingNotes(rows), ...epochNotes(rows)].map((note) => `- ${note}\n`).join("");
  return `![Test accuracy and test loss against epochs, one row a data set](results/learning_curves_${profile}.svg)\n\n` +
    `Test accuracy after the last epoch. Rendered from the records of \`${commandOf(shown)}\`:\n\n${table}` +
    (notes === "" ? "" : `\n${notes}`);
}

/**
 * Puts a block between the markers of a page, in place of what is there.
 *
 * @throws {SyntaxError} if the page does not have each marker once, in their order
 */
export function withBlock(page: string, block: string): string {
  const [before, rest, ...more] = page.split(OPEN);
  const [inside, after, ...others] = (rest ?? "").split(CLOSE);
  if (inside === undefined || after === undefined || more.length > 0 || others.length > 0) {
    throw new SyntaxError(`Cannot put the results into the page: expected ${OPEN} and then ${CLOSE}, once each`);
  }
  return `${before}${OPEN}\n${IGNORE[0]}\n\n${block.trim()}\n\n${IGNORE[1]}\n${CLOSE}${after}`;
}

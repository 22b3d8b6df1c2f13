import { markdownTable } from "../lib/display/mod.ts";
import {
  commandOf,
  epochNotes,
  readingNotes,
  resultsTable,
  type RunRecord,
  tableRows,
} from "../lib/experiments/mod.ts";
import { inDataOrder, PROFILE_ORDER, profileRank } from "./_publish_results.ts";

const OPEN = "<!-- results -->";
const CLOSE = "<!-- /results -->";
// the block is compared character by character, so `deno fmt` must leave its lines as they are
const IGNORE = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];

/** Columns of the results table that the front page has room for, by their titles. */
const SHOWN = ["data", "operator", "epochs", "seeds (n)", "last, %", "best, %", "paper here, %", "chosen, %"];

/** What the front page shows beside the runs of `deno task reproduce`, in its order, and the headings. */
const PARTS = {
  gaps: "Time to solution against spectral gap",
  preflight: "Eight bits of a machine",
  machine: "A coherent Ising machine behind the layer",
  gradients: "The gradient laboratory",
  study: "What solving a QUBO per sample buys",
  long: "Long sequences",
  circuits: "Circuits that learn their Hamiltonian",
  nats: "The queue of several machines, killed, cut and full",
} as const;

/** A part of the front page. */
export type PartName = keyof typeof PARTS;

/** Where the study judges what single seeds of the table leave open. */
const MORE_SEEDS = `Five seeds, tests and trained controls: [${PARTS.study}](#${
  PARTS.study.toLowerCase().replaceAll(" ", "-")
}).`;

const PART_NAMES = Object.keys(PARTS) as PartName[];

/**
 * What the front page shows of the records: of every data set the profile with the most operators, what to read from it, and
 * the runs of a larger profile where there are some; then the parts that there are, each under its heading.
 *
 * @param parts the blocks of `renderParts`
 *   @default {none}
 */
export function readmeBlock(
  records: readonly RunRecord[],
  parts: { readonly [N in PartName]?: string } = {},
): string {
  const known = records.filter(({ profile }) => profileRank(profile) < 2 * PROFILE_ORDER.length);
  if (known.length === 0) throw new RangeError("Cannot render the results: there is no record of a known profile");
  const main: RunRecord[] = [], larger: RunRecord[] = [];
  for (const ofData of Map.groupBy(inDataOrder(known), ({ data }) => data.name).values()) {
    const groups = [...Map.groupBy(ofData, ({ profile }) => profile).values()]
      .sort(([a], [b]) => profileRank(a.profile) - profileRank(b.profile));
    const widest = groups.reduce((a, b) => operatorsOf(b) > operatorsOf(a) ? b : a);
    main.push(...widest);
    larger.push(...groups.slice(0, groups.indexOf(widest)).flat());
  }
  const rows = tableRows(main);
  const notes = [...readingNotes(rows), ...epochNotes(rows)].map((note) => `- ${note}\n`).join("");
  const figures = [...new Set(main.map(({ profile }) => profile))].map((profile) =>
    `![Test accuracy and test loss against epochs, one row a data set](results/learning_curves_${profile}.svg)\n\n`
  );
  const more = larger.length === 0 ? "" : `\nLonger runs, ${commandsOf(larger)}:\n\n${tableOf(larger)}`;
  return `${figures.join("")}Test accuracy after the last epoch. Rendered from the records of ${
    commandsOf(main)
  }:\n\n` +
    `${tableOf(main)}${more}${notes === "" ? "" : `\n${notes}`}${
      parts.study === undefined ? "" : `\n${MORE_SEEDS}\n`
    }` +
    PART_NAMES.map((name) => parts[name] === undefined ? "" : `\n### ${PARTS[name]}\n\n${parts[name]}`).join("");
}

function operatorsOf(records: readonly RunRecord[]): number {
  return new Set(records.map(({ operator }) => operator)).size;
}

function commandsOf(records: readonly RunRecord[]): string {
  const groups = [...Map.groupBy(records, ({ profile }) => profile).values()];
  return groups.map((ofProfile) => `\`${commandOf(ofProfile)}\``).join(" and ");
}

function tableOf(records: readonly RunRecord[]): string {
  const { columns, rows } = resultsTable(tableRows(records));
  const places = SHOWN.map((title) => {
    const at = columns.findIndex((column) => column.title === title);
    if (at < 0) throw new RangeError(`Cannot render the results: the table has no column "${title}"`);
    return at;
  });
  return markdownTable(places.map((at) => columns[at]), rows.map((row) => places.map((at) => row[at])));
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

import { fileURLToPath } from "node:url";
import { readRecords, writeWhole } from "../lib/experiments/mod.ts";
import { runCli, stop, type Values } from "./_cli.ts";
import { renderParts } from "./_publish_parts.ts";
import { readBeside, renderResults, staleFiles } from "./_publish_results.ts";
import { readmeBlock, withBlock } from "./_readme_results.ts";

/** The command line. */
export const cli = {
  command: "deno task results",
  summary:
    "Renders README.md, index.html and the figures of the results folder from the records in its folder records/, what is in " +
    "exhibits/, bench/length.json and soft_selection.json, and its notes.md and reasons.json, which are written by hand; the same " +
    "of tts-gap/, machine/, gradients/, study/ and circuits/ from their records/ and of preflight/ from its flights.json; and the results in the front page, between its markers.",
  examples: ["deno task results", "deno task results --check"],
  options: {
    folder: { type: "string", help: "the results folder, in place of the repository's; the front page is left alone" },
    check: { type: "boolean", help: "writes nothing; fails if a rendered file differs from what the records give" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<void> {
  const folder = values.folder ?? fileURLToPath(new URL("../results", import.meta.url));
  const page = values.folder === undefined ? await Deno.readTextFile(`${folder}/../README.md`) : undefined;
  const { files, unkept } = await rendered(folder, page);
  if (values.check) {
    const stale = await staleFiles(folder, files);
    if (stale.length > 0) stop(`${stale.join(", ")} differ from the records: run deno task results`, 1);
    console.log(`${files.size} files are what the records give`);
  } else {
    const all = [...files, ...unkept];
    for (const [name, text] of all) await writeWhole(`${folder}/${name}`, text);
    console.log(`written: ${all.map(([name]) => `${folder}/${name}`).join(", ")}`);
  }
}

/** The files of a results folder, and the front page where there is one, by their names in the folder; apart what git leaves out. */
async function rendered(
  folder: string,
  page: string | undefined,
): Promise<Record<"files" | "unkept", Map<string, string>>> {
  const records = await readRecords(`${folder}/records`);
  const beside = await readBeside(folder);
  const files = await renderResults(records, beside);
  const parts = await renderParts(folder, beside.lengths);
  for (const part of parts.values()) for (const [name, text] of part.files) files.set(name, text);
  const unkept = new Map([...parts.values()].flatMap((part) => [...part.unkept ?? []]));
  if (page !== undefined) {
    const blocks = Object.fromEntries([...parts].map(([name, { block }]) => [name, block]));
    files.set("../README.md", withBlock(page, readmeBlock(records, blocks)));
  }
  return { files, unkept };
}

if (import.meta.main) await runCli(cli, main);

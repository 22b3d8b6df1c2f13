import type { TrainingData } from "../training/mod.ts";
import { lastLoaded, weightsOf } from "./_trained_runs.ts";
import type { Exhibit } from "./exhibit.ts";
import { readExhibits, writeExhibit } from "./exhibit_file.ts";
import { makeExhibit } from "./make_exhibit.ts";
import { recordFileName } from "./record_file.ts";
import type { RunRecord } from "./types.ts";

/**
 * Keeps an exhibit beside each finished record whose weights are at hand: one a configuration, of its lowest seed.
 *
 * One that is there and made from the record's weights is kept as it is. A run without its checkpoint, or with one of other
 * weights, gets none. Controls that choose without solving are left out: they choose the same everywhere.
 *
 * @param records of one folder
 * @param options.out the folder: exhibits go to `exhibits/`, weights are read from `checkpoints/`
 * @param options.data loads the pictures or texts that the runs of a data set saw, by its name; null where there are none
 * @param options.onMade called after each that was made. @default {nothing}
 * @returns every exhibit of the folder
 * @throws {SyntaxError} if a checkpoint or an exhibit is unreadable
 * @throws {Deno.errors.PermissionDenied} if the folder cannot be written
 *
 * Cost that of `makeExhibit` for each that is made.
 * Source: none needed.
 *
 * @example No checkpoint, no exhibit
 * ```ts
 * import { exampleRecord, keepExhibits } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const out = await Deno.makeTempDir();
 * const record = exampleRecord({ operator: "qamaV2" });
 * assertEquals(await keepExhibits([record], { out, data: async () => null }), []);
 * ```
 */
export async function keepExhibits(records: readonly RunRecord[], options: {
  readonly out: string;
  readonly data: (name: string) => Promise<TrainingData | null>;
  readonly onMade?: (exhibit: Exhibit) => void;
}): Promise<Exhibit[]> {
  const { out, data, onMade } = options;
  const folder = `${out}/exhibits`;
  await Deno.mkdir(folder, { recursive: true });
  const there = new Set((await readExhibits(folder)).map((exhibit) => exhibit.weightsDigest));
  const load = lastLoaded(data);
  for (const record of shownRecords(records)) {
    if (there.has(record.weightsDigest)) continue;
    const weights = await weightsOf(out, record);
    if (weights === null) continue;
    const items = await load(record.data.name);
    if (items === null) continue;
    const exhibit = makeExhibit(record, items, weights);
    if (exhibit === null) continue;
    await writeExhibit(`${folder}/${recordFileName(record)}`, exhibit);
    onMade?.(exhibit);
  }
  return await readExhibits(folder);
}

/**
 * Of each data set, operator and profile the finished run of the lowest seed, where the operator solves for its tokens; the
 * soft weights of revision 1 are no selection that an exhibit could show.
 */
export function shownRecords(records: readonly RunRecord[]): RunRecord[] {
  const solved = records.filter(({ ending, operator }) =>
    ending === "completed" && operator.startsWith("qama") && !operator.endsWith("Fixed") && operator !== "qamaV1"
  );
  const groups = Map.groupBy(solved, ({ data, operator, profile }) => `${data.title}/${operator}/${profile}`);
  return [...groups.values()].map((runs) => runs.reduce((a, b) => a.seed <= b.seed ? a : b));
}

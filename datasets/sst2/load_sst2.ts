import { loadCorpus, type LoadTextOptions, parseTsv, type TextCorpus, type TextSet } from "../text/mod.ts";

/** The two files of SST-2 that are used. */
export const SST2: TextSet = {
  name: "SST-2",
  folders: ["sst2", "SST-2", "glue/SST-2"],
  classes: ["negative", "positive"],
  train: { name: "train.tsv", count: 67_349 },
  test: { name: "dev.tsv", count: 872 },
  published: "SST-2 of the GLUE benchmark",
  parse: parseTsv,
};

/**
 * Loads SST-2: 67,349 training phrases and sentences of film reviews, and 872 sentences to test on.
 *
 * The test set is GLUE's development set, as in most of the literature: the labels of its own test set are not published
 * with it. The training set holds the phrases of its sentences beside them, so it is not 67,349 independent reviews.
 *
 * @param options where to look, see {@link LoadTextOptions}; the files are looked for in `sst2/` or `SST-2/` below a data folder
 * @returns the texts, already in lower case and in tokens separated by spaces
 * @throws whatever {@link loadCorpus} throws
 *
 * Cost about 0.2 s.
 * Source: R. Socher et al., Recursive deep models for semantic compositionality over a sentiment treebank (2013); A. Wang
 * et al., GLUE (2018), DOI 10.18653/v1/W18-5446.
 *
 * @example A folder that does not exist
 * ```ts
 * import { loadSst2 } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadSst2({ dataDir: "no/such" }), Deno.errors.NotFound, "no/such, named by dataDir");
 * ```
 */
export function loadSst2(options: LoadTextOptions = {}): Promise<TextCorpus> {
  return loadCorpus(SST2, options);
}

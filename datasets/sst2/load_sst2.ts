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
 * SST-2 with the 1,821 sentences of its own test set, in a file with labels.
 *
 * GLUE keeps those labels back, so where such a file comes from decides what it is worth.
 */
export const SST2_TEST: TextSet = {
  ...SST2,
  name: "SST-2 (its own test set)",
  test: { name: "test-labeled.tsv", count: 1_821 },
};

/**
 * Loads SST-2: 67,349 training phrases and sentences of film reviews, and 872 sentences to test on.
 *
 * The test set is GLUE's development set, as in most of the literature: the labels of its own test set are not published
 * with it ({@link SST2_TEST} reads a file that has them). The training set holds the phrases of its sentences beside them,
 * so it is not 67,349 independent reviews.
 *
 * @param options where to look, see {@link LoadTextOptions}; the files are looked for in `sst2/` or `SST-2/` below a data folder
 * @param set {@link SST2}, or {@link SST2_TEST}
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
export function loadSst2(options: LoadTextOptions = {}, set: TextSet = SST2): Promise<TextCorpus> {
  return loadCorpus(set, options);
}

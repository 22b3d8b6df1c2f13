import {
  type LabelledTexts,
  loadCorpus,
  type LoadTextOptions,
  parseJsonl,
  type TextCorpus,
  type TextSet,
} from "../text/mod.ts";

/** The two files of IMDB. */
export const IMDB: TextSet = {
  name: "IMDB",
  folders: ["imdb"],
  classes: ["negative", "positive"],
  train: { name: "train.jsonl", count: 25_000 },
  test: { name: "test.jsonl", count: 25_000 },
  published: "Large Movie Review Dataset v1.0; one JSON object a line, fields text and label, 1 = positive",
  parse: (bytes, options) => alternate(withoutBreaks(parseJsonl(bytes, options)), options.classes),
};

/**
 * Loads IMDB: 25,000 + 25,000 film reviews, half of them positive.
 *
 * HTML line breaks become spaces; other markup, some twenty tags in 50,000 reviews, is left as text. The files hold all
 * reviews of one class before those of the other; here the classes take turns, each in the file's order, so that the first
 * n texts are a balanced part.
 *
 * @param options where to look, see {@link LoadTextOptions}; the files are looked for in `imdb/` below a data folder
 * @returns the texts
 * @throws whatever {@link loadCorpus} throws
 *
 * Cost about 1.5 s, 65 MB of text.
 * Source: A. L. Maas et al., Learning word vectors for sentiment analysis (2011), ACL P11-1015.
 *
 * @example A folder that does not exist
 * ```ts
 * import { loadImdb } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadImdb({ dataDir: "no/such" }), Deno.errors.NotFound, "no/such, named by dataDir");
 * ```
 */
export function loadImdb(options: LoadTextOptions = {}): Promise<TextCorpus> {
  return loadCorpus(IMDB, options);
}

function withoutBreaks({ texts, labels }: LabelledTexts): LabelledTexts {
  return { texts: texts.map((text) => text.replace(/(?:<br\s*\/?>\s*)+/gi, " ")), labels };
}

/** The first text of each class, highest first, then the second of each, and so on; what is left over at the end. */
function alternate({ texts, labels }: LabelledTexts, classes: number): LabelledTexts {
  const queues: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, i) => queues[label].push(i));
  const order: number[] = [];
  for (let turn = 0; order.length < labels.length; turn++) {
    for (let label = classes - 1; label >= 0; label--) {
      if (turn < queues[label].length) order.push(queues[label][turn]);
    }
  }
  return { texts: order.map((i) => texts[i]), labels: Uint8Array.from(order, (i) => labels[i]) };
}

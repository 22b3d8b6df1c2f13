import { join } from "node:path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzip, withFolder } from "../_testing.ts";
import { DataUnavailableError, sha256 } from "../mod.ts";
import { loadCorpus, parseTsv, type TextSet } from "./mod.ts";

const set: TextSet = {
  name: "Small",
  folders: ["small", "other/small"],
  classes: ["bad", "good"],
  train: { name: "train.tsv", count: 2 },
  test: { name: "dev.tsv", count: 1 },
  published: "the small set",
  parse: parseTsv,
};
const train = new TextEncoder().encode("sentence\tlabel\nso good\t1\nso bad\t0\n");
const test = new TextEncoder().encode("sentence\tlabel\nfine\t1\n");

async function write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, name), bytes);
}

Deno.test("loadCorpus() reads packed and unpacked files, in any of the set's folders", async () => {
  for (const below of set.folders) {
    await withFolder(async (dataDir) => {
      await write(join(dataDir, below), "train.tsv.gz", await gzip(train));
      await write(join(dataDir, below), "dev.tsv", test);
      const corpus = await loadCorpus(set, { dataDir });
      assertEquals([corpus.name, corpus.synthetic, corpus.classes], ["Small", false, ["bad", "good"]]);
      assertEquals([corpus.train.texts, [...corpus.train.labels]], [["so good", "so bad"], [1, 0]]);
      assertEquals([corpus.test.texts, [...corpus.test.labels]], [["fine"], [1]]);
      const packed = await sha256(await gzip(train));
      assertEquals(corpus.checksums, { "train.tsv.gz": packed, "dev.tsv": await sha256(test) });
    });
  }
});

Deno.test("loadCorpus() takes dataDir before QAMA_DATA_DIR, and that before the cache", async () => {
  await withFolder(async (folder) => {
    const [dataDir, environment, cacheDir] = ["data", "environment", "cache"].map((name) => join(folder, name));
    for (const [place, text] of [[dataDir, "one"], [environment, "two"], [cacheDir, "three"]]) {
      await write(join(place, "small"), "train.tsv", train);
      await write(join(place, "small"), "dev.tsv", new TextEncoder().encode(`sentence\tlabel\n${text}\t0\n`));
    }
    assertEquals((await loadCorpus(set, { cacheDir })).test.texts, ["three"]);
    Deno.env.set("QAMA_DATA_DIR", environment);
    assertEquals((await loadCorpus(set, { cacheDir })).test.texts, ["two"]);
    assertEquals((await loadCorpus(set, { cacheDir, dataDir })).test.texts, ["one"]);
  });
});

Deno.test("loadCorpus() says where the files go, if they are nowhere", async () => {
  await withFolder(async (cacheDir) => {
    const error = await assertRejects(() => loadCorpus(set, { cacheDir }), DataUnavailableError);
    for (
      const text of [
        `expected train.tsv and dev.tsv (or packed, .gz) in ${cacheDir}/small/`,
        "name the folder above it with dataDir or QAMA_DATA_DIR (published as the small set)",
        "or use the reviews, which need no file",
      ]
    ) assert(error.message.includes(text), error.message);
  });
});

Deno.test("loadCorpus() never looks elsewhere than in a folder that the user named", async () => {
  await withFolder(async (folder) => {
    await write(join(folder, "cache", "small"), "train.tsv", train);
    await write(join(folder, "cache", "small"), "dev.tsv", test);
    await write(join(folder, "half", "small"), "train.tsv", train);
    const cacheDir = join(folder, "cache");
    const [missing, half, file] = [join(folder, "missing"), join(folder, "half"), join(cacheDir, "small", "dev.tsv")];
    const { NotFound, NotADirectory } = Deno.errors;
    const cases = [
      [missing, NotFound, `the folder ${missing}, named by dataDir, does not exist`],
      [
        half,
        NotFound,
        `expected small/dev.tsv.gz (or unpacked) in ${half}`,
      ],
      [file, NotADirectory, `a folder that holds small/, got the file ${file}`],
    ] as const;
    for (const [dataDir, type, text] of cases) {
      await assertRejects(() => loadCorpus(set, { dataDir, cacheDir }), type, text);
    }
  });
});

Deno.test("loadCorpus() names the file that is damaged, and how", async () => {
  const packed = await gzip(train);
  const more = new TextEncoder().encode("a\t0\n");
  const cases = [
    ["train.tsv.gz", packed.slice(0, -9), SyntaxError, "expected one whole gzip stream"],
    ["train.tsv.gz", new Uint8Array(), SyntaxError, "got an empty file"],
    ["train.tsv.gz", train, SyntaxError, "expected first bytes 1f 8b"],
    ["train.tsv.gz", await gzip(new Uint8Array()), SyntaxError, "expected lines, got an empty file"],
    ["train.tsv.gz", await gzip(Uint8Array.from([...train, ...more])), RangeError, "expected 2 texts, got 3"],
    ["train.tsv", train.slice(0, -9), RangeError, "expected 2 texts, got 1"],
    ["train.tsv", train.slice(0, -2), SyntaxError, 'line 3: expected a label from 0 to 1, got ""'],
    ["train.tsv", packed, SyntaxError, "line 1: expected UTF-8"],
  ] as const;
  for (const [name, bytes, type, text] of cases) {
    await withFolder(async (dataDir) => {
      await write(join(dataDir, "small"), name, bytes);
      await write(join(dataDir, "small"), "dev.tsv", test);
      const error = await assertRejects(() => loadCorpus(set, { dataDir }), type, text);
      assert(error.message.includes(join(dataDir, "small", name)), error.message);
    });
  }
});

Deno.test("loadCorpus() stops when told to, and knows its options", async () => {
  const reason = new Error("enough");
  assertEquals(await assertRejects(() => loadCorpus(set, { signal: AbortSignal.abort(reason) })), reason);
  const misspelt: Record<string, string> = { datadir: "a" };
  await assertRejects(() => loadCorpus(set, misspelt), TypeError, "no option datadir");
});

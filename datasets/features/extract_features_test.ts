import { join } from "node:path";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openFeatureTable } from "../../lib/training/mod.ts";
import { withFolder } from "../_testing.ts";
import type { TextCorpus } from "../mod.ts";
import { extractFeatures, type FeatureExtractor, type FeatureSource } from "./mod.ts";

const corpus: TextCorpus = {
  name: "Mine",
  synthetic: false,
  classes: ["a", "b"],
  train: { texts: ["x y", "", "x x x x", "y", "y x y"], labels: Uint8Array.of(0, 1, 0, 1, 1) },
  test: { texts: ["y y", "x"], labels: Uint8Array.of(1, 0) },
  checksums: { "train.tsv": "aa" },
};

/** A model whose rows tell token and length of the text; `stop` is thrown at the text of that number. */
class Fake implements FeatureSource {
  opened = 0;
  closed = 0;
  extracted: string[] = [];
  stopAt = Infinity;
  known = true;
  modelKey = "one";

  key(): Promise<string | undefined> {
    return Promise.resolve(this.known ? this.modelKey : undefined);
  }

  open(): Promise<FeatureExtractor> {
    this.opened++;
    return Promise.resolve({
      model: "fake",
      key: this.modelKey,
      vocabulary: ["<unk>", "x", "y"],
      unknown: 0,
      tokenise: (texts: readonly string[], longest: number) => {
        const whole = texts.map((text) => text === "" ? [0] : text.split(" ").map((word) => word === "x" ? 1 : 2));
        const truncatedTexts = whole.filter((tokens) => tokens.length > longest).length;
        return Promise.resolve({ tokens: whole.map((tokens) => tokens.slice(0, longest)), truncatedTexts });
      },
      extract: (tokens: readonly number[]) => {
        if (this.extracted.length === this.stopAt) throw new Error("stopped");
        this.extracted.push(tokens.join(""));
        return Promise.resolve(Float16Array.from(tokens.flatMap((token) => [token, tokens.length, 0.1])));
      },
      close: () => {
        this.closed++;
        return Promise.resolve();
      },
    });
  }
}

function rowsOf(path: string): number[][] {
  using table = openFeatureTable(path);
  const all = new Float32Array(table.rows * table.width);
  table.read(0, table.rows, all);
  return Array.from({ length: table.rows }, (_, r) => [...all.subarray(3 * r, 3 * r + 3)]);
}

const tenth = Math.f16round(0.1);
const wanted = [
  ...[[1, 2, tenth], [2, 2, tenth]],
  [0, 1, tenth],
  ...Array(4).fill([1, 4, tenth]),
  [2, 1, tenth],
  ...[[2, 3, tenth], [1, 3, tenth], [2, 3, tenth]],
];

Deno.test("extractFeatures() gives row r to token r, under the model's own tokens", async () => {
  await withFolder(async (cacheDir) => {
    const fake = new Fake();
    const data = await extractFeatures(corpus, fake, { cacheDir });
    assertEquals([data.name, data.synthetic, data.vocabulary], ["Mine", false, ["<unk>", "x", "y"]]);
    assertEquals([[...data.train.tokens], [...data.train.starts]], [[1, 2, 0, 1, 1, 1, 1, 2, 2, 1, 2], [
      0,
      2,
      3,
      7,
      8,
      11,
    ]]);
    assertEquals([[...data.test.tokens], [...data.test.labels], data.test.count], [[2, 2, 1], [1, 0], 2]);
    assertEquals(data.encoding?.train, { truncatedTexts: 0, emptyTexts: 1, unknownTokens: 1 });
    assertEquals([data.features?.model, data.features?.width], ["fake", 3]);
    assertEquals(rowsOf(data.features?.trainPath ?? ""), wanted);
    assertEquals(rowsOf(data.features?.testPath ?? ""), [[2, 2, tenth], [2, 2, tenth], [1, 1, tenth]]);
    assertEquals(data.checksums["train.tsv"], "aa");
    assert(/^[0-9a-f]{64}$/.test(data.checksums["features of fake"]));
    assertEquals([fake.opened, fake.closed], [1, 1]);
  });
});

Deno.test("extractFeatures() opens no model where the cache has the features, and another key is another cache", async () => {
  await withFolder(async (cacheDir) => {
    const fake = new Fake();
    const first = await extractFeatures(corpus, fake, { cacheDir });
    assertEquals(await extractFeatures(corpus, fake, { cacheDir }), first);
    assertEquals([fake.opened, fake.extracted.length], [1, 7]);
    fake.known = false;
    assertEquals(await extractFeatures(corpus, fake, { cacheDir }), first);
    assertEquals([fake.opened, fake.closed, fake.extracted.length], [2, 2, 7]);
    const keys = new Set([first.checksums["features of fake"]]);
    const other = { ...corpus, test: { texts: ["y y", "y"], labels: corpus.test.labels } };
    fake.modelKey = "two";
    keys.add((await extractFeatures(corpus, fake, { cacheDir })).checksums["features of fake"]);
    keys.add((await extractFeatures(other, fake, { cacheDir })).checksums["features of fake"]);
    const short = await extractFeatures(corpus, fake, { cacheDir, tokens: 2 });
    keys.add(short.checksums["features of fake"]);
    keys.add((await extractFeatures({ ...corpus, checksums: {} }, fake, { cacheDir })).checksums["features of fake"]);
    assertEquals([keys.size, fake.extracted.length], [5, 35]);
    assertEquals([short.encoding?.train.truncatedTexts, short.train.starts[5]], [2, 8]);
  });
});

Deno.test("extractFeatures() goes on after the last whole text, to the same bytes", async () => {
  await withFolder(async (folder) => {
    const whole = await extractFeatures(corpus, new Fake(), { cacheDir: join(folder, "whole") });
    const bytes = await Deno.readFile(whole.features?.trainPath ?? "");
    for (const stopAt of [0, 1, 2, 4, 5, 6]) {
      const cacheDir = join(folder, `${stopAt}`);
      const stopped = new Fake();
      stopped.stopAt = stopAt;
      await assertRejects(() => extractFeatures(corpus, stopped, { cacheDir }), Error, "stopped");
      assertEquals(stopped.closed, 1);
      const part = (whole.features?.trainPath ?? "").replace(join(folder, "whole"), cacheDir) + ".part";
      // as if it had been killed in the midst of a text, and of a row
      if (stopAt > 1 && stopAt < 5) await Deno.writeFile(part, new Uint8Array(7), { append: true });
      const rest = new Fake();
      const data = await extractFeatures(corpus, rest, { cacheDir });
      assertEquals(await Deno.readFile(data.features?.trainPath ?? ""), bytes);
      // the first text of a split is run again, since it gives the width
      if (stopAt === 4) assertEquals(rest.extracted, ["12", "212", "22", "1"]);
    }
  });
});

Deno.test("extractFeatures() goes on where all rows had been written but the file had no name yet", async () => {
  await withFolder(async (cacheDir) => {
    const data = await extractFeatures(corpus, new Fake(), { cacheDir });
    const path = data.features?.trainPath ?? "";
    await Deno.remove(join(path, "..", "manifest.json"));
    await Deno.rename(path, `${path}.part`);
    await Deno.writeFile(`${path}.part`, new Uint8Array(9), { append: true });
    const rest = new Fake();
    assertEquals(rowsOf((await extractFeatures(corpus, rest, { cacheDir })).features?.trainPath ?? ""), wanted);
    assertEquals(rest.extracted, ["12", "22"]);
  });
});

Deno.test("extractFeatures() begins anew where what is left is of something else", async () => {
  await withFolder(async (cacheDir) => {
    const data = await extractFeatures(corpus, new Fake(), { cacheDir });
    const path = data.features?.trainPath ?? "";
    await Deno.remove(join(path, "..", "manifest.json"));
    await Deno.rename(path, `${path}.part`);
    const bytes = await Deno.readFile(`${path}.part`);
    bytes[30] ^= 1;
    await Deno.writeFile(`${path}.part`, bytes);
    assertEquals(rowsOf((await extractFeatures(corpus, new Fake(), { cacheDir })).features?.trainPath ?? ""), wanted);
  });
});

Deno.test("extractFeatures() refuses a cache with a damaged, cut or missing file", async () => {
  const names = ["train.features", "test.features", "train.tokens", "test.tokens", "manifest.json"];
  for (const name of names) {
    for (const harm of ["flip", "cut", "remove"]) {
      if (name === "manifest.json" && harm === "remove") continue;
      await withFolder(async (cacheDir) => {
        const data = await extractFeatures(corpus, new Fake(), { cacheDir });
        const path = join(data.features?.trainPath ?? "", "..", name);
        const bytes = await Deno.readFile(path);
        if (harm === "flip") bytes[Math.floor(bytes.length / 2)] ^= 0x80;
        if (harm === "remove") await Deno.remove(path);
        else await Deno.writeFile(path, harm === "cut" ? bytes.subarray(0, -1) : bytes);
        const again = extractFeatures(corpus, new Fake(), { cacheDir });
        const error = await assertRejects(() => again, SyntaxError, "remove its folder to have them computed again");
        assert(error.message.includes(path), error.message);
      });
    }
  }
});

Deno.test("extractFeatures() reports how far it is, and stops when told to", async () => {
  await withFolder(async (cacheDir) => {
    const seen: string[] = [];
    const onProgress = (p: { split: string; texts: number; totalTexts: number; rows: number; totalRows: number }) =>
      seen.push(`${p.split} ${p.texts}/${p.totalTexts} ${p.rows}/${p.totalRows}`);
    await extractFeatures(corpus, new Fake(), { cacheDir, onProgress });
    assert(seen.includes("train 5/5 11/11") && seen.at(-1) === "test 2/2 3/3", String(seen));
    const reason = new Error("enough");
    const stop = new AbortController();
    const options = { cacheDir, tokens: 3, signal: stop.signal, onProgress: () => stop.abort(reason) };
    assertEquals(await assertRejects(() => extractFeatures(corpus, new Fake(), options)), reason);
    const rest = new Fake();
    await extractFeatures(corpus, rest, { cacheDir, tokens: 3 });
    assert(rest.extracted.length < 8, String(rest.extracted));
  });
});

Deno.test("extractFeatures() keeps two that want the same features from writing at once", async () => {
  await withFolder(async (cacheDir) => {
    const fakes = [new Fake(), new Fake()];
    const [a, b] = await Promise.all(fakes.map((fake) => extractFeatures(corpus, fake, { cacheDir })));
    assertEquals(a, b);
    assertEquals(fakes.map((fake) => fake.extracted.length).sort(), [0, 7]);
  });
});

Deno.test("extractFeatures() refuses numbers that float16 cannot hold, and lengths out of range", async () => {
  await withFolder(async (cacheDir) => {
    const fake = new Fake();
    const source: FeatureSource = {
      key: () => fake.key(),
      open: async () => ({
        ...await fake.open(),
        extract: (tokens: readonly number[]) => Promise.resolve(Float16Array.from(tokens, () => 1e6)),
      }),
    };
    await assertRejects(() => extractFeatures(corpus, source, { cacheDir }), RangeError, "that float16 cannot hold");
    for (const tokens of [0, 1.5, NaN]) {
      await assertRejects(() => extractFeatures(corpus, fake, { cacheDir, tokens }), RangeError, "tokens must be");
    }
    const misspelt: Record<string, number> = { token: 1 };
    await assertRejects(() => extractFeatures(corpus, fake, misspelt), TypeError, "no option token");
    const file = join(cacheDir, "file");
    await Deno.writeTextFile(file, "");
    await assertRejects(
      () => extractFeatures(corpus, fake, { cacheDir: file }),
      Error,
      "name a folder that can be written",
    );
  });
});

Deno.test("openFeatureTable() refuses what is cut, foreign or out of range, and reads any rows", async () => {
  await withFolder(async (cacheDir) => {
    const path = (await extractFeatures(corpus, new Fake(), { cacheDir })).features?.trainPath ?? "";
    {
      using table = openFeatureTable(path);
      const rows = new Float32Array(10);
      table.read(6, 3, rows);
      assertEquals([...rows], [...wanted.slice(6, 9).flat(), 0]);
      table.read(11, 0, rows);
      for (const [first, count] of [[-1, 1], [11, 1], [0, 4], [NaN, 1], [9, 3]]) {
        assertThrows(() => table.read(first, count, rows), RangeError, "Cannot read features");
      }
    }
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, -1));
    assertThrows(() => openFeatureTable(path), SyntaxError, "its head speaks of");
    const texts = ["", "PK\u0003\u0004", "qama features 1\n", "qama features 1\n{}\n", "qama features 1\nnull\n"];
    for (const text of texts) {
      await Deno.writeTextFile(path, text);
      assertThrows(() => openFeatureTable(path), SyntaxError, "is no table of features");
    }
  });
});

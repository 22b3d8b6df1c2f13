import { join } from "node:path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzip, idxOf, serveBytes, smallSet, withFolder, withServer, writeSet } from "../_testing.ts";
import { DataUnavailableError, loadIdxImages, sha256 } from "../mod.ts";

const { set, files } = await smallSet();
const nobody = () => Promise.reject(new Error("no network in this test"));

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return files.get(name) ?? new Uint8Array();
}

Deno.test("loadIdxImages() reads packed and unpacked files, in any of the set's folders", async () => {
  for (const below of set.folders) {
    for (const packed of [true, false]) {
      await withFolder(async (folder) => {
        await writeSet(join(folder, below), files, packed);
        const data = await loadIdxImages(set, { dataDir: folder, fetch: nobody });
        assertEquals([data.name, data.synthetic, data.classes], ["Small", false, ["a", "b"]]);
        assertEquals([data.rows, data.columns, data.channels], [2, 2, 1]);
        assertEquals([data.train.count, [...data.train.labels]], [3, [0, 1, 1]]);
        assertEquals([...data.train.images], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        assertEquals([data.test.count, [...data.test.labels]], [2, [1, 0]]);
        assertEquals([...data.test.images], [20, 21, 22, 23, 24, 25, 26, 27]);
        const name = packed ? "test-labels.gz" : "test-labels";
        assertEquals(data.checksums[name], await sha256(bytesOf(name)));
        assertEquals(Object.keys(data.checksums).length, 4);
      });
    }
  }
});

Deno.test("loadIdxImages() never downloads in the stead of a folder that the user named", async () => {
  await withFolder(async (folder) => {
    await writeSet(join(folder, "cache", "small"), files, true);
    await writeSet(join(folder, "half", "small"), files, true);
    await Deno.remove(join(folder, "half", "small", "test-images.gz"));
    await Deno.writeTextFile(join(folder, "file"), "");
    const cacheDir = join(folder, "cache");
    const missing = join(folder, "missing"), half = join(folder, "half"), file = join(folder, "file");
    const { NotFound, NotADirectory } = Deno.errors;
    const cases = [
      [missing, NotFound, `Cannot load Small: the folder ${missing}, named by NAME, does not exist`],
      [half, NotFound, `expected small/test-images.gz (or unpacked) in ${half}, named by NAME, got none`],
      [file, NotADirectory, `expected NAME to name a folder that holds small/, got the file ${file}`],
    ] as const;
    for (const [dataDir, type, text] of cases) {
      await assertRejects(
        () => loadIdxImages(set, { dataDir, cacheDir, fetch: nobody }),
        type,
        text.replace("NAME", "dataDir"),
      );
      Deno.env.set("QAMA_DATA_DIR", dataDir);
      await assertRejects(
        () => loadIdxImages(set, { cacheDir, fetch: nobody }),
        type,
        text.replace("NAME", "QAMA_DATA_DIR"),
      );
      Deno.env.delete("QAMA_DATA_DIR");
    }
  });
});

Deno.test("loadIdxImages() takes dataDir before QAMA_DATA_DIR, and that before the cache", async () => {
  await withFolder(async (folder) => {
    const [data, environment, cache] = ["data", "environment", "cache"].map((name) => join(folder, name));
    await writeSet(join(data, "small"), files, true);
    await writeSet(join(environment, "small"), files, false);
    await Deno.mkdir(cache);
    Deno.env.set("QAMA_DATA_DIR", environment);
    const first = await loadIdxImages(set, { dataDir: data, cacheDir: cache, fetch: nobody });
    const second = await loadIdxImages(set, { cacheDir: cache, fetch: nobody });
    assertEquals(Object.keys(first.checksums)[0], "train-images.gz");
    assertEquals(Object.keys(second.checksums)[0], "train-images");
  });
});

Deno.test("loadIdxImages() downloads once, then reads the cache without a network", async () => {
  await withFolder(async (cacheDir) => {
    const answer = (request: Request) =>
      serveBytes(bytesOf(new URL(request.url).pathname.replace("/mirror/", "")), request);
    await withServer(answer, async (url, asked) => {
      const seen = new Set<string>();
      const options = { cacheDir, mirrors: [`${url}mirror`], onProgress: (p: { file: string }) => seen.add(p.file) };
      const data = await loadIdxImages(set, options);
      assertEquals([...data.test.labels], [1, 0]);
      const expected = ["train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz"];
      assertEquals(asked.map(({ path }) => path), expected.map((name) => `/mirror/${name}`));
      assertEquals([...seen], expected);
    });
    const again = await loadIdxImages(set, { cacheDir, offline: true, fetch: nobody });
    assertEquals([...again.train.labels], [0, 1, 1]);
  });
});

Deno.test("loadIdxImages() without the set, a network or leave to use it says what else can be done", async () => {
  await withFolder(async (cacheDir) => {
    const cases = [
      [{ offline: true }, "no leave to use the network"],
      [{ mirrors: ["http://mirror/"] }, "http://mirror/train-images.gz could not be reached (no network in this test)"],
      [{}, "no mirror is known"],
    ] as const;
    for (const [options, text] of cases) {
      const error = await assertRejects(
        () => loadIdxImages(set, { cacheDir, fetch: nobody, ...options }),
        DataUnavailableError,
      );
      assert(error.message.includes(text), error.message);
      assert(error.message.includes("QAMA_DATA_DIR, or use the glyphs, which need no file"), error.message);
    }
  });
});

Deno.test("loadIdxImages() names the file that is not what was published, and how it differs", async () => {
  const images = bytesOf("train-images.gz");
  const other = await gzip(idxOf([3, 2, 2], new Uint8Array(12)));
  const cases: [string, Uint8Array<ArrayBuffer>, typeof SyntaxError | typeof RangeError, string][] = [
    ["train-images.gz", images.slice(0, -4), SyntaxError, "expected one whole gzip stream"],
    ["train-images.gz", bytesOf("train-images"), SyntaxError, "expected first bytes 1f 8b, got 00 00"],
    ["train-images.gz", await gzip(new Uint8Array([0, 0, 9, 3])), SyntaxError, "expected the magic number 00 00 08 nn"],
    ["train-images.gz", await gzip(idxOf([3, 2, 2], new Uint8Array(11))), SyntaxError, "it is cut short"],
    ["train-images.gz", bytesOf("test-images.gz"), RangeError, "expected shape [3, 2, 2], got [2, 2, 2]"],
    ["train-images.gz", bytesOf("train-labels.gz"), RangeError, "expected shape [3, 2, 2], got [3]"],
    ["train-images.gz", other, SyntaxError, `expected SHA-256 ${await sha256(images)}, got ${await sha256(other)}`],
    ["test-labels.gz", await gzip(idxOf([3], [1, 0, 0])), RangeError, "expected shape [2], got [3]"],
  ];
  for (const [name, bytes, type, text] of cases) {
    await withFolder(async (dataDir) => {
      await writeSet(join(dataDir, "small"), files, true);
      const path = join(dataDir, "small", name);
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => loadIdxImages(set, { dataDir }), type, text);
      assert(error.message.includes(path), error.message);
    });
  }
  await withFolder(async (dataDir) => {
    await writeSet(join(dataDir, "small"), files, false);
    await Deno.writeFile(join(dataDir, "small", "test-labels"), idxOf([2], [0, 0]));
    await assertRejects(() => loadIdxImages(set, { dataDir }), SyntaxError, "expected SHA-256");
  });
});

Deno.test("loadIdxImages() stops when told to", async () => {
  await withFolder(async (folder) => {
    await writeSet(join(folder, "small"), files, true);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    assertEquals(await assertRejects(() => loadIdxImages(set, { dataDir: folder, signal })), reason);
    const stop = new AbortController();
    const fetch = () => (stop.abort(reason), Promise.reject(reason));
    const options = { cacheDir: join(folder, "cache"), mirrors: ["http://mirror/"], signal: stop.signal, fetch };
    assertEquals(await assertRejects(() => loadIdxImages(set, options)), reason);
  });
});

Deno.test("loadIdxImages() tells before the first request what is to be fetched, how much, from where, to where", async () => {
  await withFolder(async (cacheDir) => {
    const told: unknown[] = [];
    const answer = (request: Request) => {
      told.push("request");
      return serveBytes(bytesOf(new URL(request.url).pathname.slice(1)), request);
    };
    await withServer(answer, async (url) => {
      const onDownload = (plan: unknown) => told.push(plan);
      await loadIdxImages(set, { cacheDir, mirrors: [url, "https://second.example/a"], onDownload });
      await loadIdxImages(set, { cacheDir, mirrors: [url], onDownload });
      const bytes = Object.values(set.files).reduce((sum, { packedBytes }) => sum + packedBytes, 0);
      const hosts = [new URL(url).host, "second.example"];
      assertEquals(told[0], { what: "Small", files: 4, bytes, hosts, folder: join(cacheDir, "small") });
      assertEquals(told[1], "request");
      assertEquals(told.filter((one) => one !== "request").length, 1);
    });
  });
});

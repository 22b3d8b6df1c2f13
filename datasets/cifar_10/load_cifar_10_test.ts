import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gzip, serveBytes, withFolder, withServer } from "../_testing.ts";
import { CIFAR_10, type CifarSet, DataUnavailableError, loadCifar10, parseCifarBatch, sha256 } from "../mod.ts";
import { untar } from "./_untar.ts";

const RECORD = 3073;
const nobody = () => Promise.reject(new Error("no network in this test"));

/** A batch of two pictures: label, and in plane c, row y, column x the byte `seed + 100 c + 3 y + x`, modulo 256. */
function batchOf(labels: readonly number[], seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(labels.length * RECORD);
  labels.forEach((label, i) => {
    bytes[i * RECORD] = label;
    for (let c = 0; c < 3; c++) {
      for (let at = 0; at < 1024; at++) {
        bytes[i * RECORD + 1 + c * 1024 + at] = seed + 100 * c + 3 * Math.floor(at / 32) + at % 32;
      }
    }
  });
  return bytes;
}

function tarOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, bytes] of [["cifar-10-batches-bin/", new Uint8Array()] as const, ...files]) {
    const header = new Uint8Array(512);
    const path = name.endsWith("/") ? name : `cifar-10-batches-bin/${name}`;
    header.set(new TextEncoder().encode(path));
    header.set(new TextEncoder().encode(`${bytes.length.toString(8).padStart(11, "0")} `), 124);
    const padded = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
    padded.set(bytes);
    parts.push(header, padded);
  }
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 1024));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const files = new Map([
  ["a.bin", batchOf([1, 0], 3)],
  ["b.bin", batchOf([1, 1], 50)],
  ["t.bin", batchOf([0, 1], 90)],
]);
const changed = batchOf([1, 1], 51);
const packedTar = await gzip(tarOf(files));
const digest = (name: string) => sha256(files.get(name) ?? new Uint8Array());
const set: CifarSet = {
  name: "Small",
  folders: ["small", "other"],
  classes: ["x", "y"],
  records: 2,
  train: [{ name: "a.bin", sha256: await digest("a.bin") }, {
    name: "b.bin",
    sha256: await digest("b.bin"),
    substituted: { sha256: await sha256(changed), pictures: 1 },
  }],
  test: { name: "t.bin", sha256: await digest("t.bin") },
  archive: {
    name: "small.tar",
    mirrors: [],
    packedBytes: packedTar.length,
    packedSha256: await sha256(packedTar),
  },
};

async function write(folder: string, packed: boolean): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    await Deno.writeFile(join(folder, packed ? `${name}.gz` : name), packed ? await gzip(bytes) : bytes);
  }
}

Deno.test("parseCifarBatch() puts the three values of a pixel side by side", () => {
  const { images, labels } = parseCifarBatch(batchOf([4, 9], 7), { name: "a", records: 2, classes: 10 });
  assertEquals([[...labels], images.length], [[4, 9], 2 * 3072]);
  for (const [i, y, x] of [[0, 0, 0], [0, 31, 31], [1, 5, 17]]) {
    for (let c = 0; c < 3; c++) {
      assertEquals(images[((i * 32 + y) * 32 + x) * 3 + c], (7 + 100 * c + 3 * y + x) % 256);
    }
  }
});

Deno.test("parseCifarBatch() names the file, its bytes, and the record of a wrong label", () => {
  const bytes = batchOf([4, 9, 2], 7);
  const options = { name: "x.bin", records: 3, classes: 10 };
  const cut =
    "Cannot read x.bin: expected 9219 bytes, 3 records of 3073, got 9000, 2 whole records and 2854 bytes; it is cut short";
  assertThrows(() => parseCifarBatch(bytes.subarray(0, 9000), options), SyntaxError, cut);
  assertThrows(() => parseCifarBatch(bytes, { ...options, records: 2 }), SyntaxError, "it is too long");
  assertThrows(() => parseCifarBatch(new Uint8Array(), options), SyntaxError, "got 0, 0 whole records and 0 bytes");
  bytes[2 * RECORD] = 10;
  const label = "Cannot read x.bin: expected a label from 0 to 9 in record 2 (byte 6146), got 10";
  assertThrows(() => parseCifarBatch(bytes, options), SyntaxError, label);
});

Deno.test("loadCifar10() reads batches packed and unpacked, and the archive packed and unpacked", async () => {
  const load = async (prepare: (folder: string) => Promise<void>) => {
    let result: Awaited<ReturnType<typeof loadCifar10>> | undefined;
    await withFolder(async (dataDir) => {
      await prepare(dataDir);
      result = await loadCifar10({ dataDir, fetch: nobody }, set);
    });
    assert(result);
    return result;
  };
  const first = await load((folder) => write(join(folder, "small"), true));
  assertEquals([first.name, first.synthetic, first.rows, first.columns, first.channels], ["Small", false, 32, 32, 3]);
  assertEquals([first.train.count, [...first.train.labels], [...first.test.labels]], [4, [1, 0, 1, 1], [0, 1]]);
  assertEquals([first.train.images[2 * 3072], first.train.images[2 * 3072 + 1], first.test.images[0]], [50, 150, 90]);
  assertEquals(first.checksums, {
    "a.bin": await digest("a.bin"),
    "b.bin": await digest("b.bin"),
    "t.bin": await digest("t.bin"),
  });
  assertEquals(await load((folder) => write(join(folder, "other"), false)), first);
  assertEquals(await load((folder) => Deno.writeFile(join(folder, "small.tar.gz"), packedTar)), first);
  assertEquals(await load((folder) => Deno.writeFile(join(folder, "small.tar"), tarOf(files))), first);
});

Deno.test("loadCifar10() says in its name how many pictures are not the published ones", async () => {
  await withFolder(async (dataDir) => {
    await write(join(dataDir, "small"), false);
    await Deno.writeFile(join(dataDir, "small", "b.bin"), changed);
    const data = await loadCifar10({ dataDir }, set);
    assertEquals(data.name, "Small (1 of 6 pictures from JPEG)");
    assertEquals(data.checksums["b.bin"], await sha256(changed));
  });
});

Deno.test("loadCifar10() names the file that is missing, cut short or another one", async () => {
  const cases: [string, Uint8Array<ArrayBuffer> | null, typeof SyntaxError | typeof Deno.errors.NotFound, string][] = [
    ["t.bin", null, Deno.errors.NotFound, "Cannot load Small: expected small/t.bin.gz (or unpacked) in"],
    ["a.bin", batchOf([1, 0], 3).slice(0, 5000), SyntaxError, "expected 6146 bytes, 2 records of 3073, got 5000"],
    ["a.bin", batchOf([1, 2], 3), SyntaxError, "expected a label from 0 to 1 in record 1 (byte 3073), got 2"],
    ["a.bin", batchOf([1, 0], 4), SyntaxError, `expected SHA-256 ${await digest("a.bin")} (unpacked), got`],
  ];
  for (const [name, bytes, type, text] of cases) {
    await withFolder(async (dataDir) => {
      await write(join(dataDir, "small"), false);
      const path = join(dataDir, "small", name);
      if (bytes === null) await Deno.remove(path);
      else await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => loadCifar10({ dataDir, fetch: nobody }, set), type, text);
      assert(bytes === null || error.message.includes(path), error.message);
    });
  }
  await withFolder(async (dataDir) => {
    await write(join(dataDir, "small"), true);
    await Deno.writeFile(join(dataDir, "small", "a.bin.gz"), (await gzip(batchOf([1, 0], 3))).slice(0, -5));
    await assertRejects(() => loadCifar10({ dataDir }, set), SyntaxError, "expected one whole gzip stream");
  });
});

Deno.test("untar() names what is missing and where an archive ends too early", () => {
  const tar = tarOf(files);
  assertEquals(untar(tar, ["b.bin"], "x.tar").get("b.bin"), files.get("b.bin"));
  assertThrows(() => untar(tar, ["c.bin"], "x.tar"), SyntaxError, "Cannot unpack x.tar: expected a file c.bin in it");
  const text = "expected a whole tar archive, got 9000 bytes and at byte 7680";
  assertThrows(() => untar(tar.slice(0, 9000), ["a.bin"], "x.tar"), SyntaxError, text);
  assertThrows(() => untar(new Uint8Array(1024).fill(60), ["a.bin"], "x.tar"), SyntaxError, "at byte 0 a header");
});

Deno.test("loadCifar10() downloads the archive once, and says what else can be done where it cannot", async () => {
  await withFolder(async (cacheDir) => {
    await withServer((request) => serveBytes(packedTar, request), async (url, asked) => {
      const data = await loadCifar10({ cacheDir, mirrors: [url] }, { ...set, folders: ["nowhere"] });
      assertEquals([[...data.test.labels], asked.map(({ path }) => path)], [[0, 1], ["/small.tar.gz"]]);
    });
    assertEquals((await loadCifar10({ cacheDir, offline: true, fetch: nobody }, set)).train.count, 4);
  });
  await withFolder(async (cacheDir) => {
    const error = await assertRejects(() => loadCifar10({ cacheDir, offline: true }, set), DataUnavailableError);
    assert(error.message.includes("or use the glyphs, which need no file"), error.message);
  });
});

Deno.test("CIFAR_10 pins six batches, 98 pictures of the known copy being from JPEG", () => {
  const batches = [...CIFAR_10.train, CIFAR_10.test];
  const digests = batches.flatMap(({ sha256, substituted }) => [sha256, substituted?.sha256 ?? ""]);
  assertEquals([batches.length, new Set(digests).size], [6, 12]);
  for (const digest of [...digests, CIFAR_10.archive.packedSha256]) assert(/^[0-9a-f]{64}$/.test(digest), digest);
  assertEquals(batches.reduce((sum, { substituted }) => sum + (substituted?.pictures ?? 0), 0), 98);
});

Deno.test("loadCifar10() gives the published counts", async () => {
  const shared = fileURLToPath(new URL("../../../shared/data", import.meta.url));
  const dataDir = Deno.env.get("QAMA_DATA_DIR") || shared;
  const data = await loadCifar10({ dataDir }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: CIFAR-10 is not in ${dataDir}`);
  });
  if (data === undefined) return;
  assertEquals([data.train.count, data.train.images.length], [50_000, 153_600_000]);
  assertEquals([data.test.count, data.test.images.length], [10_000, 30_720_000]);
  for (const [{ labels }, each] of [[data.train, 5000], [data.test, 1000]] as const) {
    const counts = new Array(10).fill(0);
    for (const label of labels) counts[label]++;
    assertEquals(counts, new Array(10).fill(each));
  }
  // a frog comes first, and a cat in the test batch
  assertEquals([data.classes[data.train.labels[0]], data.classes[data.test.labels[0]]], ["frog", "cat"]);
  // the means of red, green and blue that the literature standardises with
  const sums = [0, 0, 0];
  data.train.images.forEach((value, i) => sums[i % 3] += value);
  sums.forEach((sum, c) => assert(Math.abs(sum / 50_000 / 1024 / 255 - [0.4914, 0.4822, 0.4465][c]) < 1e-4));
});

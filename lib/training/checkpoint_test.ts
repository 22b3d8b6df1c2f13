import { assertEquals, assertRejects } from "@std/assert";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./mod.ts";

const WHOLE: Checkpoint = {
  configuration: "all",
  epochs: [{ epoch: 1, trainLoss: 1, trainAccuracy: 0.5, testLoss: 2, testAccuracy: 0.25, density: null }],
  step: 4,
  optimiserStep: 12,
  running: { loss: 3, hits: 2 },
  clocks: { trainMs: 5, evaluateMs: 6 },
  arrays: { weights: Float32Array.of(1, 2), m: Float32Array.of(3, 4), v: Float32Array.of(5, 6) },
};

async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(`${folder}/state`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readCheckpoint() gives what writeCheckpoint() wrote, and no other file is left", async () => {
  await withFile(async (path) => {
    await writeCheckpoint(path, WHOLE);
    assertEquals(await readCheckpoint(path), WHOLE);
    await assertRejects(() => Deno.stat(`${path}.tmp`), Deno.errors.NotFound);
  });
});

Deno.test("readCheckpoint() refuses every header that is not whole with the same way out", async () => {
  await withFile(async (path) => {
    await writeCheckpoint(path, WHOLE);
    const [magic, line] = new TextDecoder().decode(await Deno.readFile(path)).split("\n");
    const header: Record<string, unknown> = JSON.parse(line);
    const headers = [line.slice(0, -4), "null", "7", "[]", "{}"];
    for (const name of Object.keys(header)) {
      for (const wrong of [undefined, null, -1, true, [1]]) headers.push(JSON.stringify({ ...header, [name]: wrong }));
    }
    assertEquals(headers.length, 5 + 5 * 9);
    // the first checkpoints did not name their version
    assertEquals(headers.splice(headers.indexOf(JSON.stringify({ ...header, version: undefined })), 1).length, 1);
    for (const text of headers) {
      await Deno.writeTextFile(path, `${magic}\n${text}\n`);
      await assertRejects(
        () => readCheckpoint(path),
        SyntaxError,
        `Cannot resume from ${path}: its header is damaged; remove the file to start over`,
      );
    }
  });
});

Deno.test("readCheckpoint() refuses what another version of the package wrote, and says which", async () => {
  await withFile(async (path) => {
    await writeCheckpoint(path, WHOLE);
    const bytes = await Deno.readFile(path);
    const old = new TextDecoder("latin1").decode(bytes).replace(/"version":"[^"]*"/, '"version":"0.0.9"');
    await Deno.writeFile(path, Uint8Array.from(old, (letter) => letter.charCodeAt(0)));
    await assertRejects(() => readCheckpoint(path), TypeError, "version 0.0.9 of this package wrote it");
  });
});

Deno.test("readCheckpoint() refuses a checkpoint cut at any place, and one with any bit turned in its arrays", async () => {
  await withFile(async (path) => {
    await writeCheckpoint(path, WHOLE);
    const bytes = await Deno.readFile(path);
    for (let length = 0; length < bytes.length; length += 7) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await assertRejects(() => readCheckpoint(path), SyntaxError, "remove the file to start over");
    }
    for (let at = bytes.length - 24; at < bytes.length; at++) {
      const turned = bytes.slice();
      turned[at] ^= 1;
      await Deno.writeFile(path, turned);
      await assertRejects(() => readCheckpoint(path), SyntaxError, "the checksum does not fit");
    }
  });
});

Deno.test({
  name: "writeCheckpoint() on a full disk keeps the checkpoint that was there and leaves no other file",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await withFile(async (path) => {
      await writeCheckpoint(path, WHOLE);
      await Deno.symlink("/dev/full", `${path}.tmp`);
      const error = await assertRejects(() => writeCheckpoint(path, { ...WHOLE, step: 5 }), Error, "No space left");
      assertEquals(error.message.startsWith(`Cannot keep a checkpoint at ${path}: `), true);
      assertEquals(await readCheckpoint(path), WHOLE);
      assertEquals([...Deno.readDirSync(path.replace(/\/state$/, ""))].length, 1);
    });
  },
});

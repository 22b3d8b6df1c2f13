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
    assertEquals(headers.length, 5 + 5 * 8);
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

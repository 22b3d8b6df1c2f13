import { assertEquals } from "@std/assert";
import { crc32, inflateSync } from "node:zlib";
import { Buffer } from "node:buffer";
import { pngBytes } from "./_png.ts";

/** Chunks by name, their checksums compared. */
function chunksOf(file: Uint8Array): Record<string, Uint8Array> {
  const chunks: Record<string, Uint8Array> = {};
  const view = new DataView(file.buffer);
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const body = file.subarray(at + 4, at + 8 + length);
    assertEquals(view.getUint32(at + 8 + length), crc32(Buffer.from(body)));
    chunks[new TextDecoder().decode(body.subarray(0, 4))] = body.subarray(4);
    at += 12 + length;
  }
  return chunks;
}

for (const [rows, columns, channels] of [[2, 3, 1], [5, 4, 3], [150, 150, 3]] as const) {
  Deno.test(`pngBytes() of ${rows} x ${columns} x ${channels} unpacks to the pixels, a filter byte before each line`, () => {
    const pixels = Uint8Array.from({ length: rows * columns * channels }, (_, i) => (i * 37) % 256);
    const chunks = chunksOf(pngBytes(pixels, rows, columns, channels));
    assertEquals(Object.keys(chunks), ["IHDR", "IDAT", "IEND"]);
    assertEquals([...chunks.IHDR.subarray(8)], [8, channels === 1 ? 0 : 2, 0, 0, 0]);
    const lines = inflateSync(chunks.IDAT);
    const width = columns * channels;
    for (let r = 0; r < rows; r++) {
      const line = [...lines.subarray(r * (width + 1), (r + 1) * (width + 1))];
      assertEquals(line, [0, ...pixels.subarray(r * width, (r + 1) * width)]);
    }
  });
}

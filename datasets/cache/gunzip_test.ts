import { assertEquals, assertRejects } from "@std/assert";
import { gzip } from "../_testing.ts";
import { gunzip } from "./mod.ts";

const BYTES = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);

Deno.test("gunzip() undoes gzip, also of nothing", async () => {
  for (const bytes of [BYTES, new Uint8Array()]) assertEquals(await gunzip(await gzip(bytes), { name: "a" }), bytes);
});

Deno.test("gunzip() refuses a stream that is cut short, damaged, or followed by others", async () => {
  const whole = await gzip(BYTES);
  const flipped = (at: number) => whole.map((byte, i) => i === at ? byte ^ 0xff : byte);
  const trailed = new Uint8Array([...whole, 0, 1, 2]);
  const cases = [
    whole.slice(0, -1),
    whole.slice(0, 40),
    flipped(whole.length - 6),
    flipped(whole.length >> 1),
    trailed,
  ];
  for (const bytes of cases) {
    await assertRejects(
      () => gunzip(bytes, { name: "a.gz" }),
      SyntaxError,
      `Cannot unpack a.gz: expected one whole gzip stream, got ${bytes.length} bytes`,
    );
  }
});

Deno.test("gunzip() says what came where it is no gzip file", async () => {
  await assertRejects(() => gunzip(new Uint8Array(), { name: "a" }), SyntaxError, "got an empty file");
  await assertRejects(() => gunzip(new Uint8Array([0x1f]), { name: "a" }), SyntaxError, "1f 8b, got 1f;");
  await assertRejects(() => gunzip(new Uint8Array([0, 0, 8, 1]), { name: "a" }), SyntaxError, "got 00 00;");
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { readLines } from "./_lines.ts";
import { chunks } from "./_test_mutations.ts";

const encode = (text: string) => new TextEncoder().encode(text);

async function numbersOf(text: string): Promise<number[]> {
  const found: number[] = [];
  await readLines(chunks(encode(text), 7), (line) => {
    while (!line.atEnd()) found.push(line.value("a number"));
  });
  return found;
}

Deno.test("LineCursor.value() rounds every decimal as the engine does", async () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 24 });
  const decimal = fc.tuple(
    fc.constantFrom("", "-", "+"),
    digits,
    fc.oneof(fc.constant(""), digits.map((text) => `.${text}`)),
    fc.oneof(fc.constant(""), fc.integer({ min: -330, max: 280 }).map((power) => `e${power}`)),
  ).map((parts) => parts.join("")).filter((text) => Number.isFinite(Number(text)));
  const texts = fc.array(fc.oneof(decimal, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), {
    minLength: 50,
  });
  await fc.assert(
    fc.asyncProperty(texts, async (list) => assertEquals(await numbersOf(list.join("\n")), list.map(Number))),
    { numRuns: 200, seed: 1 },
  );
});

Deno.test("LineCursor.value() rounds the digits around 2^53 once, whatever the power of ten", async () => {
  const digits = Array.from({ length: 7 }, (_, k) => `${2n ** 53n - 3n + BigInt(k)}`);
  const powers = Array.from({ length: 47 }, (_, k) => k - 23);
  const texts = digits.flatMap((text) => powers.map((power) => `${text}e${power}`));
  texts.push("900.7199254740993", "-90071.99254740993", "9007.199254740993");
  assertEquals(await numbersOf(texts.join("\n")), texts.map(Number));
});

Deno.test("LineCursor.value() refuses what is no decimal number, and names the place", async () => {
  for (
    const text of [
      "nan",
      "inf",
      "-Infinity",
      "1e999",
      "0x10",
      "1_000",
      "1,5",
      "--1",
      "+",
      ".",
      "1e",
      "1.5.2",
      "1e+",
      "١",
    ]
  ) {
    const error = await assertRejects(() => numbersOf(`1 2\n 7 ${text} 1`), SyntaxError, "expected a number");
    assert(error.message.includes("line 2, column 4"), error.message);
  }
});

Deno.test("readLines() gives the same lines for every size of chunk and both line ends", async () => {
  const lines = ["", "a b", "  c ", "é£", "", "x".repeat(3000), "end"];
  for (const ending of ["\n", "\r\n"]) {
    for (const last of ["", ending]) {
      for (const size of [1, 2, 3, 64, 1000, 1e6]) {
        const found: string[] = [];
        const bytes = encode("\ufeff" + lines.join(ending) + last);
        assertEquals(await readLines(chunks(bytes, size), (line) => found.push(line.rest())), lines.length);
        assertEquals(found, lines.map((line) => line.trim()));
      }
    }
  }
});

Deno.test("readLines() counts columns in characters and refuses bytes that are no UTF-8, and UTF-16", async () => {
  const column = (bytes: Uint8Array) =>
    assertRejects(
      () =>
        readLines(chunks(bytes, 5), (line) => {
          line.word("a word");
          line.integer("a count", 0, 9);
        }),
      SyntaxError,
    ).then((error) => error.message);
  assertEquals(
    await column(encode("éé x")),
    'Cannot read the file at line 1, column 4: expected a count, an integer from 0 to 9, got "x"',
  );
  assert((await column(Uint8Array.of(97, 255, 32, 49))).includes("expected text in UTF-8"));
  assert((await column(Uint8Array.of(0xff, 0xfe, 49, 0))).includes("UTF-16"));
});

Deno.test("readLines() refuses a line above the limit, within a chunk and across chunks", async () => {
  for (const size of [3, 1000]) {
    const error = await assertRejects(
      () => readLines(chunks(encode("12\n" + "1".repeat(30) + "\n"), size), () => {}, { maxLineBytes: 20 }),
      SyntaxError,
    );
    assertEquals(error.message, "Cannot read the file at line 2, column 21: expected a line of at most 20 bytes");
  }
});

Deno.test("readLines() stops at its signal and throws the reason", async () => {
  const controller = new AbortController();
  let seen = 0;
  await assertRejects(
    () =>
      readLines(chunks(encode("1\n".repeat(100)), 10), () => {
        if (++seen === 10) controller.abort(new RangeError("enough"));
      }, { signal: controller.signal }),
    RangeError,
    "enough",
  );
  assertEquals(seen, 10);
});

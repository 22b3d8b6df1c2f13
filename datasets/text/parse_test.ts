import { assertEquals, assertThrows } from "@std/assert";
import { parseJsonl, parseTsv } from "./mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const options = { name: "a.file", classes: 2 };

Deno.test("parseTsv() reads LF and CR LF, a byte order mark, and a last line without an end", () => {
  for (const end of ["\n", "\r\n"]) {
    const lines = ["sentence\tlabel", 'He said "no" \t0', "clich\u00e9s\t1", "\t1"];
    for (const file of [lines.join(end), lines.join(end) + end, `\ufeff${lines.join(end)}`]) {
      const { texts, labels } = parseTsv(bytes(file), options);
      assertEquals([texts, [...labels]], [['He said "no" ', "clich\u00e9s", ""], [0, 1, 1]]);
    }
  }
});

Deno.test("parseTsv() says on which line a file is not what it should be", () => {
  const head = "sentence\tlabel\n";
  const cases = [
    ["", "Cannot read a.file: expected lines, got an empty file; fetch it again"],
    ["\n", 'line 1: expected the header "sentence<TAB>label", got ""'],
    ["a\t0\n", 'line 1: expected the header "sentence<TAB>label", got "a\\t0"'],
    [`${head}a\t0\nb\n`, 'line 3: expected a sentence, a tab and a label, found 1 column: "b"'],
    [`${head}a\t0\n\nb\t1`, 'line 3: expected a sentence, a tab and a label, found 1 column: ""'],
    [`${head}a\t0\t1`, 'line 2: expected a sentence, a tab and a label, found 3 columns: "a\\t0\\t1"'],
    [`${head}a\t2`, 'line 2: expected a label from 0 to 1, got "2"'],
    [`${head}a\t-1`, 'got "-1"'],
    [`${head}a\t1.0`, 'got "1.0"'],
    [`${head}a\t`, 'line 2: expected a label from 0 to 1, got ""'],
    [`${head}a\t1 `, 'got "1 "'],
    [`${head}${"long ".repeat(100)}`, "long ..."],
  ];
  for (const [file, text] of cases) assertThrows(() => parseTsv(bytes(file), options), SyntaxError, text);
});

Deno.test("parsers say on which line bytes are not UTF-8", () => {
  const bad = (text: string) => Uint8Array.from([...bytes(text), 0x61, 0xff, 0x0a]);
  const text = "line 2: expected UTF-8, got other bytes";
  assertThrows(() => parseTsv(bad("sentence\tlabel\n"), options), SyntaxError, text);
  assertThrows(() => parseJsonl(bad('{"text":"","label":0}\n'), options), SyntaxError, text);
  // a character cut off at the end of the file
  const cut = bytes('{"text":"é').subarray(0, -1);
  assertThrows(() => parseJsonl(cut, options), SyntaxError, "line 1: expected UTF-8");
});

Deno.test("parseJsonl() reads texts of any characters", () => {
  const texts = ["", 'a "b" \\ \n \u0085 é 😀', "{}"];
  const file = texts.map((text, i) => JSON.stringify({ id: `${i}`, label: i % 2, text })).join("\r\n");
  const read = parseJsonl(bytes(file), options);
  assertEquals([read.texts, [...read.labels]], [texts, [0, 1, 0]]);
});

Deno.test("parseJsonl() says on which line a file is not what it should be", () => {
  const good = '{"text":"a","label":1}\n';
  const cases = [
    ["", "expected lines, got an empty file"],
    [`${good}{"text":"a","label":1`, 'line 2: expected one JSON object, got "{\\"text\\":\\"a\\",\\"label\\":1"'],
    [`${good}\n`, 'line 2: expected one JSON object, got ""'],
    [`${good}${good.trim()} ${good}`, "line 2: expected one JSON object"],
    ["[1]", "line 1: expected a JSON object"],
    ["null", "line 1: expected a JSON object"],
    ['{"label":1}', 'line 1: expected a string "text", got "none"'],
    ['{"text":5,"label":1}', 'line 1: expected a string "text", got "5"'],
    ['{"text":"a"}', 'line 1: expected a "label" from 0 to 1, got none'],
    ['{"text":"a","label":2}', "got 2"],
    ['{"text":"a","label":-1}', "got -1"],
    ['{"text":"a","label":0.5}', "got 0.5"],
    ['{"text":"a","label":"1"}', 'got "1"'],
    ['{"text":"a","label":true}', "got true"],
  ];
  for (const [file, text] of cases) assertThrows(() => parseJsonl(bytes(file), options), SyntaxError, text);
});

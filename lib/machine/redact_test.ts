import { assertEquals } from "@std/assert";
import { property, string, uint8Array } from "fast-check";
import { assert } from "fast-check";
import { redactor } from "./mod.ts";

Deno.test("redactor() finds a key in base64, URL and JSON forms, wherever it stands in them", () => {
  const printable = string({ minLength: 8, maxLength: 40, unit: "grapheme-ascii" }).filter((key) => key.trim() === key);
  const wrap = uint8Array({ maxLength: 9 });
  assert(property(printable, wrap, wrap, (key, before, after) => {
    const redact = redactor([key]);
    const inside = btoa(String.fromCharCode(...before, ...new TextEncoder().encode(key), ...after));
    const core = btoa(String.fromCharCode(...new Uint8Array(before.length % 3), ...new TextEncoder().encode(key)))
      .slice(Math.ceil((before.length % 3) * 8 / 6), Math.floor((before.length % 3 + key.length) * 8 / 6));
    const json = JSON.stringify({ a: JSON.stringify({ b: key }) });
    for (const text of [key, `<${encodeURIComponent(key)}>`, JSON.stringify(key), json]) {
      const seen = redact(text);
      if (seen.includes(key) || seen.includes(encodeURIComponent(key))) throw new Error(seen);
    }
    if (redact(inside).includes(core)) throw new Error(`${inside} -> ${redact(inside)}`);
  }));
});

Deno.test("redactor() blacks out what stands behind a name that announces a secret, and nothing else", () => {
  const redact = redactor([]);
  const cases: [string, string][] = [
    ['{"policy":"eyJ","n":1}', '{"policy":"[redacted]","n":1}'],
    ['{"security_token": "a\\"b", "n":1}', '{"security_token": "[redacted]", "n":1}'],
    ['{\\"x_oss_credential\\":\\"abc/1\\",\\"n\\":1}', '{\\"x_oss_credential\\":\\"[redacted]\\",\\"n\\":1}'],
    ['{"x_oss_date":"20260101T000000Z"}', '{"x_oss_date":"[redacted]"}'],
    ["Authorization: Bearer abc.def", "Authorization: [redacted]"],
    ["X-Auth-Token=abc&n=1", "X-Auth-Token=[redacted]&n=1"],
    ["https://h/p?Signature=ab%2Bc&x=1", "https://h/p?Signature=[redacted]&x=1"],
    ['["authorization", "abc"]', '["authorization", "[redacted]"]'],
    ['{"tokens": 512, "energy": -3}', '{"tokens": 512, "energy": -3}'],
    ['{"token": 512}', '{"token": 512}'],
  ];
  for (const [text, expected] of cases) {
    assertEquals(redact(text), expected);
    assertEquals(redact(redact(text)), expected, "twice");
  }
});

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Rng } from "../../random/mod.ts";
import { JsonReader } from "./_json_reader.ts";
import { chunks } from "./_test_mutations.ts";

const SEED = '{"a": [1, -2.5e-3, true, null, {"b\\u00e9\\n": "\\"x"}], "": {"é": []}, "n": 0.1}';
const LETTERS = '{}[]",:0123456789.-+eE \n\ttruefalsn\\u/';

interface Token {
  readonly token: string;
  readonly value: string | number;
  readonly line: number;
  readonly column: number;
}

async function tokens(text: string, size: number): Promise<Token[]> {
  const reader = new JsonReader(chunks(new TextEncoder().encode(text), size));
  const list: Token[] = [];
  for (;;) {
    const token = reader.step() || await reader.more();
    const value = token === "number" ? reader.value : token === "string" || token === "key" ? reader.text : "";
    list.push({ token, value, line: reader.line, column: reader.column });
    if (token === "end") return list;
  }
}

// the value of a token list
function valueOf(list: readonly Token[]): unknown {
  let at = 0;
  const next = (): unknown => {
    const { token, value } = list[at++];
    if (token === "[") {
      const items: unknown[] = [];
      while (list[at].token !== "]") items.push(next());
      at++;
      return items;
    }
    if (token === "{") {
      const members: [string | number, unknown][] = [];
      while (list[at].token === "key") members.push([list[at++].value, next()]);
      at++;
      return Object.fromEntries(members);
    }
    return token === "string" || token === "number" ? value : token === "null" ? null : token === "true";
  };
  return next();
}

const parsed = (text: string): unknown => JSON.parse(text);

// undefined for what is no JSON, or has a number that float64 cannot hold
function canonical(text: string): string | undefined {
  try {
    let finite = true;
    const value = JSON.stringify(parsed(text), (_, each: unknown) => {
      finite &&= typeof each !== "number" || Number.isFinite(each);
      return each;
    });
    return finite ? value : undefined;
  } catch {
    return undefined;
  }
}

Deno.test("JsonReader gives the values of JSON.parse for any chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json(),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(0, 1, 3),
      async (text, size, indent) => {
        const spaced = JSON.stringify(parsed(text), undefined, indent);
        assertEquals(JSON.stringify(valueOf(await tokens(spaced, size))), JSON.stringify(parsed(spaced)));
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("JsonReader accepts 20,000 mutated texts exactly where JSON.parse does", async () => {
  const rng = new Rng(5);
  let accepted = 0;
  for (let k = 0; k < 20_000; k++) {
    let text = SEED;
    for (let times = 1 + rng.integer(3); times > 0; times--) {
      const at = rng.integer(text.length);
      text = text.slice(0, at) + LETTERS[rng.integer(LETTERS.length)].repeat(rng.integer(3)) +
        text.slice(at + rng.integer(2));
    }
    const expected = canonical(text);
    let actual: string | undefined;
    try {
      actual = JSON.stringify(valueOf(await tokens(text, 1 + rng.integer(40))));
    } catch (error) {
      assert(error instanceof SyntaxError && /at line \d+, column \d+: /.test(error.message), `${text}: ${error}`);
    }
    assertEquals(actual, expected, text);
    if (actual !== undefined) accepted++;
  }
  assert(accepted > 2000 && accepted < 18_000, `${accepted} accepted`);
});

Deno.test("JsonReader names the line and the column of a token, in any chunks, behind a byte order mark", async () => {
  const text = '\ufeff{"a":\n  [1,\n\n   "x"]}';
  for (let size = 1; size < 12; size++) {
    const places = (await tokens(text, size)).map(({ token, line, column }) => `${token}@${line}:${column}`);
    assertEquals(places, ["{@1:1", "key@1:2", "[@2:3", "number@2:4", "string@4:4", "]@4:7", "}@4:8", "end@4:9"]);
  }
});

Deno.test("JsonReader reads numbers correctly rounded", async () => {
  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  const format = fc.constantFrom<(x: number) => string>(String, (x) => x.toExponential(20), (x) => x.toPrecision(17));
  await fc.assert(
    fc.asyncProperty(numbers, format, async (x, write) => {
      const text = write(x);
      assertEquals((await tokens(text, 3))[0].value, Number(text) + 0);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

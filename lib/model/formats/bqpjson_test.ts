import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { bqpjsonFormat } from "./bqpjson.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenText } from "./_test_files.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";

interface Term {
  readonly id: number;
  readonly id_tail: number;
  readonly id_head: number;
  readonly coeff: number;
}

interface Bqp {
  readonly variable_ids: readonly number[];
  readonly scale: number;
  readonly offset: number;
  readonly linear_terms: readonly Term[];
  readonly quadratic_terms: readonly Term[];
}

// written by hand after the format's documentation, members in the order of its own tool, which sorts them
const SPIN = `{
  "description": "a small model",
  "id": 0,
  "linear_terms": [{"coeff": 1.25, "id": 2}, {"coeff": -0.5, "id": 6}],
  "metadata": {"generated": "by hand", "nested": [{"coeff": [1, null, true]}]},
  "offset": 1.5,
  "quadratic_terms": [{"coeff": -0.25, "id_head": 4, "id_tail": 2}, {"coeff": 1.5, "id_head": 6, "id_tail": 2}],
  "scale": 2.5,
  "solutions": [{"id": 0, "assignment": [{"id": 2, "value": -1}]}],
  "variable_domain": "spin",
  "variable_ids": [2, 4, 6, 9],
  "version": "1.0.0"
}
`;
const BOOLEAN = '{"version":"1.0.0","id":3,"metadata":{},"variable_ids":[5,1],"variable_domain":"boolean","scale":1,' +
  '"offset":-2,"linear_terms":[{"id":1,"coeff":3}],"quadratic_terms":[{"id_tail":1,"id_head":5,"coeff":-4e0}]}';

// the definition, from the document itself
function evaluate(text: string, state: readonly number[]): number {
  const { variable_ids, scale, offset, linear_terms, quadratic_terms }: Bqp = JSON.parse(text);
  const b = new Map(variable_ids.map((id, i) => [id, state[i]]));
  const at = (id: number) => b.get(id) ?? NaN;
  const linear = linear_terms.reduce((sum, { id, coeff }) => sum + coeff * at(id), 0);
  const pairs = quadratic_terms.reduce(
    (sum, { id_tail, id_head, coeff }) => sum + coeff * at(id_tail) * at(id_head),
    0,
  );
  return scale * (pairs + linear + offset);
}

Deno.test("bqpjsonFormat reads scale (sum c b b + sum c b + offset) over all states", async () => {
  for (const text of [SPIN, BOOLEAN]) {
    const problem = await readFile(bqpjsonFormat, text);
    assertEquals(problem.labels, JSON.parse(text).variable_ids);
    assertEnergies(problem, (state) => evaluate(text, state));
  }
});

Deno.test("bqpjsonFormat keeps the description and says that solutions were not read", async () => {
  const { title, notes } = await readFile(bqpjsonFormat, SPIN);
  assertEquals([title, ...notes], ["a small model", "the solutions in the file were not read"]);
});

Deno.test("bqpjsonFormat sums a pair that comes twice, in either order, and says so", async () => {
  const text = BOOLEAN.replace('"quadratic_terms":[', '"quadratic_terms":[{"id_tail":5,"id_head":1,"coeff":7},');
  const problem = await readFile(bqpjsonFormat, text);
  assertEquals(problem.notes, ["1 duplicate entry was summed, at line 1"]);
  assertEnergies(problem, (state) => evaluate(text, state));
});

Deno.test("bqpjsonFormat reads back every problem it writes, to the last bit", async () => {
  await fc.assert(
    fc.asyncProperty(problems({ labels: fc.nat() }), async (problem) => {
      const text = await writtenText(bqpjsonFormat, problem);
      assertEquals(JSON.parse(text).variable_ids, problem.labels);
      assertSameProblem(await readFile(bqpjsonFormat, text), problem);
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("bqpjsonFormat reads no variables, one variable, only zeros and an offset of 1e15", async () => {
  const text = (ids: string, linear: string, offset: string) =>
    `{"version":"1.0.0","variable_ids":[${ids}],"variable_domain":"spin","scale":1,"offset":${offset},` +
    `"linear_terms":[${linear}],"quadratic_terms":[]}`;
  const cases = [
    text("", "", "1e15"),
    text("3", "", "0"),
    text("3", '{"id":3,"coeff":0.125}', "1e15"),
    text("1,2", "", "0"),
  ];
  for (const each of cases) assertEnergies(await readFile(bqpjsonFormat, each), (state) => evaluate(each, state));
});

Deno.test("bqpjsonFormat refuses what is no BQPJSON, and names line and column", async () => {
  const cases: [string, string][] = [
    ["", "line 1, column 1: expected a value"],
    ["{}", "line 1, column 2: expected a member version"],
    ["[]", "line 1, column 1: expected a BQPJSON object"],
    [SPIN.replace("1.25", "NaN"), "line 4, column 30: expected a finite number"],
    [SPIN.replace("1.25", "1e999"), "line 4, column 30: expected a number that float64 can hold"],
    [SPIN.replace("1.25", '"1.25"'), "line 4, column 30: expected a finite coefficient"],
    [SPIN.replace("1.25", "01"), "line 4, column 30"],
    [SPIN.replace('"id": 2}', '"id": 3}'), 'line 4, column 42: expected a variable of variable_ids, got "3"'],
    [SPIN.replace('"id": 2}', '"id": -2}'), "line 4, column 42: expected an identifier, an integer from 0"],
    [SPIN.replace('"id": 2}', '"id": 2.5}'), "line 4, column 42"],
    [SPIN.replace('"id_head": 4', '"id_head": 2'), "line 7, column 66: expected two variables"],
    [SPIN.replace('"id_head": 4, ', ""), "line 7, column 52: expected a term of id_tail, id_head, coeff"],
    [SPIN.replace("[2, 4, 6, 9]", "[2, 4, 6, 4]"), "line 11, column 29: expected every identifier once"],
    [SPIN.replace('"spin"', '"ternary"'), "line 10, column 22: expected spin or boolean"],
    [SPIN.replace('"scale": 2.5,', '"scale": -1,'), "line 8, column 12: expected a scale from 0"],
    [SPIN.replace('"scale": 2.5,', ""), "expected a member scale"],
    [SPIN.replace('"scale": 2.5,', '"scale": 2.5, "scale": 1,'), "line 8, column 17: expected every name once"],
    [SPIN.replace('"1.0.0"', '"2.0.0"'), "line 12, column 14"],
    [SPIN.replace("]", ""), "line 5, column"],
    [SPIN + "x", "line 14, column 1: expected the end of the file"],
    ["[".repeat(1000), "column 1: expected a BQPJSON object"],
  ];
  for (const [text, place] of cases) {
    await assertRejects(() => readFile(bqpjsonFormat, text), SyntaxError, place);
  }
  await assertRejects(() => readFile(bqpjsonFormat, SPIN, { as: "ising" }), TypeError, "leave as out");
});

Deno.test("bqpjsonFormat reads 10,000 mutated files as what they say, or refuses them with line and column", async () => {
  const { read, refused } = await mutationsOf(bqpjsonFormat, { files: [SPIN, BOOLEAN], oracle });
  assert(read > 500 && refused > 1000, `${read} read, ${refused} refused`);
});

function oracle(bytes: Uint8Array): PlainTerms {
  const { variable_ids, scale, offset, linear_terms, quadratic_terms }: Bqp = JSON.parse(
    new TextDecoder().decode(bytes),
  );
  const place = (id: number) => variable_ids.indexOf(id);
  return {
    n: variable_ids.length,
    offset: scale * offset,
    terms: [
      ...linear_terms.map(({ id, coeff }) => [place(id), place(id), scale * coeff] as const),
      ...quadratic_terms.map(({ id_tail, id_head, coeff }) => [place(id_tail), place(id_head), scale * coeff] as const),
    ],
  };
}

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { bqmJsonFormat } from "./bqm_json.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenText } from "./_test_files.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";

// dimod 0.12.23: json.dumps(bqm.to_serializable()) of
// BQM({"a": 1.5, ("c", 1): -2, 3: 0.5}, {("a", 3): -1, (("c", 1), "a"): 2.25}, 0.75, "SPIN")
const SPIN = '{"type": "BinaryQuadraticModel", "version": {"bqm_schema": "3.0.0"}, "use_bytes": false, ' +
  '"index_type": "int32", "bias_type": "float64", "num_variables": 3, "num_interactions": 2, ' +
  '"variable_labels": ["a", 3, ["c", 1]], "variable_type": "SPIN", "offset": 0.75, "info": {}, ' +
  '"linear_biases": [1.5, 0.5, -2.0], "quadratic_biases": [-1.0, 2.25], "quadratic_head": [0, 0], "quadratic_tail": [1, 2]}';
// dimod 0.12.23: to_serializable(use_bytes=True, bytes_type=lambda b: base64.b64encode(b).decode()) of
// BQM({0: 1.5, 1: -2, 2: 0.5}, {(0, 1): -1, (2, 0): 2.25}, 0.75, "BINARY")
const BYTES = '{"type": "BinaryQuadraticModel", "version": {"bqm_schema": "3.0.0"}, "use_bytes": true, ' +
  '"index_type": "int32", "bias_type": "float64", "num_variables": 3, "num_interactions": 2, ' +
  '"variable_labels": [0, 1, 2], "variable_type": "BINARY", "offset": 0.75, "info": {}, ' +
  '"linear_biases": "AAAAAAAA+D8AAAAAAAAAwAAAAAAAAOA/", "quadratic_biases": "AAAAAAAA8L8AAAAAAAACQA==", ' +
  '"quadratic_head": "AAAAAAAAAAA=", "quadratic_tail": "AQAAAAIAAAA="}';
// written by hand after dimod 0.6's schema
const SCHEMA_1 = `{"linear_terms": [{"bias": -1.0, "label": "b"}, {"bias": 0.5, "label": 7}],
  "quadratic_terms": [{"bias": 2.0, "label_head": 7, "label_tail": "b"}], "offset": 1.5, "info": {},
  "variable_labels": [7, "b"], "variable_type": "BINARY", "version": {"dimod": "0.6.0", "bqm_schema": "1.0.0"}}`;
const energy = ([a, b, c]: readonly number[]) => 1.5 * a + 0.5 * b - 2 * c - a * b + 2.25 * a * c + 0.75;

Deno.test("bqmJsonFormat reads dimod's lists over all states, labels kept", async () => {
  const problem = await readFile(bqmJsonFormat, SPIN);
  assertEquals([problem.model.vartype, ...problem.labels], ["ising", "a", 3, '["c",1]']);
  assertEquals(problem.notes, ["1 labels are lists: each is called by its JSON text"]);
  assertEnergies(problem, energy);
});

Deno.test("bqmJsonFormat reads dimod's bytes in base64 over all states", async () => {
  const problem = await readFile(bqmJsonFormat, BYTES);
  assertEquals([problem.model.vartype, ...problem.labels], ["qubo", 0, 1, 2]);
  assertEnergies(problem, ([a, b, c]) => energy([a, c, b]) - 2.25 * a * b + a * c + 2.25 * a * c - a * b);
});

Deno.test("bqmJsonFormat reads schema 1 and 2 over all states", async () => {
  const first = await readFile(bqmJsonFormat, SCHEMA_1);
  assertEquals(first.labels, [7, "b"]);
  assertEnergies(first, ([x, b]) => 0.5 * x - b + 2 * x * b + 1.5);
  assertEnergies(await readFile(bqmJsonFormat, SPIN.replace("3.0.0", "2.0.0")), energy);
});

Deno.test("bqmJsonFormat reads its members in any order", async () => {
  const members = Object.entries(JSON.parse(SPIN)).reverse();
  assertEnergies(await readFile(bqmJsonFormat, JSON.stringify(Object.fromEntries(members), undefined, 1)), energy);
});

Deno.test("bqmJsonFormat sums an interaction that comes twice, in either order, and says so", async () => {
  const text = SPIN.replace(
    '"quadratic_head": [0, 0], "quadratic_tail": [1, 2]',
    '"quadratic_head": [0, 1], "quadratic_tail": [1, 0]',
  );
  const problem = await readFile(bqmJsonFormat, text);
  assertEquals(problem.notes[0], "1 duplicate entry was summed, at line 1");
  assertEnergies(problem, ([a, b, c]) => 1.5 * a + 0.5 * b - 2 * c + 1.25 * a * b + 0.75);
});

Deno.test("bqmJsonFormat reads back every problem it writes, to the last bit, labels of any kind", async () => {
  const labels = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Number.isInteger(x)),
  );
  await fc.assert(
    fc.asyncProperty(problems({ labels }), async (problem) => {
      assertSameProblem(await readFile(bqmJsonFormat, await writtenText(bqmJsonFormat, problem)), problem);
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("bqmJsonFormat reads no variables, one variable, only zeros and an offset of 1e15", async () => {
  const text = (labels: string, linear: string, offset: string) =>
    `{"variable_labels":[${labels}],"variable_type":"SPIN","offset":${offset},"linear_biases":[${linear}],` +
    `"quadratic_biases":[],"quadratic_head":[],"quadratic_tail":[]}`;
  assertEnergies(await readFile(bqmJsonFormat, text("", "", "1e15")), () => 1e15);
  assertEnergies(await readFile(bqmJsonFormat, text('"x"', "0.125", "1e15")), ([s]) => 1e15 + 0.125 * s);
  assertEnergies(await readFile(bqmJsonFormat, text("0,1", "0,0", "0")), () => 0);
});

Deno.test("bqmJsonFormat refuses what is no BQM, and names line and column", async () => {
  const cases: [string, string | RegExp, string][] = [
    ["", "", "column 2: expected a member variable_type"],
    ["-2.0]", "NaN]", "expected a finite number, got"],
    ["-2.0]", "-Infinity]", "expected a finite number, got"],
    ["-2.0]", "-2.0, 1]", "expected 3 linear biases, as many as labels"],
    ["-2.0]", "null]", "expected a finite bias"],
    ['"num_variables": 3', '"num_variables": 4', "expected 4 linear biases, as num_variables says"],
    ['"num_interactions": 2', '"num_interactions": 3', "expected 3 entries, as num_interactions says"],
    ["[1, 2]}", "[1, 3]}", "expected an index of a variable, an integer from 0 to 2"],
    ["[1, 2]}", "[1, -1]}", "expected an index of a variable, an integer from 0 to 2"],
    ["[1, 2]}", "[1, 0]}", 'expected two variables in interaction 1, got "0 with itself"'],
    ["[1, 2]}", "[1]}", "expected 2 entries, as many as quadratic biases"],
    ['"a", 3', '"a", "a"', "expected every label once"],
    ['"a", 3', '"a", 1e300', "expected a label that float64 holds exactly"],
    ['"a", 3', '"a", null', "expected a label"],
    ['"SPIN"', '"spin"', "expected SPIN or BINARY"],
    ['"3.0.0"', '"4.0.0"', "expected schema 1, 2 or 3"],
    ['"offset": 0.75, ', "", "expected a member offset"],
    ['"use_bytes": false', '"use_bytes": true', "in base64, as use_bytes says"],
    ["[1, 2]}", "[1, 2]}]", "expected the end of the file"],
    ["[1, 2]}", "[1, 2]", 'expected , or }, got "the end of the file"'],
  ];
  for (const [old, replaced, expected] of cases) {
    const text = old === "" ? "{}" : SPIN.replace(old, String(replaced));
    const error = await assertRejects(() => readFile(bqmJsonFormat, text), SyntaxError, expected);
    assert(/at line 1, column \d+: /.test(error.message), error.message);
  }
  await assertRejects(() => readFile(bqmJsonFormat, BYTES.replace("AAA=", "A")), SyntaxError, "base64");
  await assertRejects(
    () => readFile(bqmJsonFormat, BYTES.replace("AQAAAAIAAAA=", "AQAAAAMAAAA=")),
    SyntaxError,
    "from 0 to 2",
  );
  await assertRejects(() => readFile(bqmJsonFormat, SPIN, { as: "qubo" }), TypeError, "leave as out");
});

Deno.test("bqmJsonFormat reads 10,000 mutated files as what they say, or refuses them with line and column", async () => {
  const { read, refused } = await mutationsOf(bqmJsonFormat, { files: [SPIN, SCHEMA_1], oracle });
  assert(read > 300 && refused > 1000, `${read} read, ${refused} refused`);
});

interface Bqm {
  readonly variable_labels: readonly unknown[];
  readonly offset: number;
  readonly linear_biases: readonly number[];
  readonly quadratic_biases: readonly number[];
  readonly quadratic_head: readonly number[];
  readonly quadratic_tail: readonly number[];
  readonly linear_terms?: readonly { label: unknown; bias: number }[];
  readonly quadratic_terms: readonly { label_head: unknown; label_tail: unknown; bias: number }[];
}

function oracle(bytes: Uint8Array): PlainTerms {
  const bqm: Bqm = JSON.parse(new TextDecoder().decode(bytes));
  const { variable_labels: labels, offset } = bqm;
  const names = labels.map((label) => JSON.stringify(label));
  const place = (label: unknown) => names.indexOf(JSON.stringify(label));
  const terms: [number, number, number][] = bqm.linear_terms === undefined
    ? [
      ...bqm.linear_biases.map((bias, i): [number, number, number] => [i, i, bias]),
      ...bqm.quadratic_biases.map((
        bias,
        k,
      ): [number, number, number] => [bqm.quadratic_head[k], bqm.quadratic_tail[k], bias]),
    ]
    : [
      ...bqm.linear_terms.map(({ label, bias }): [number, number, number] => [place(label), place(label), bias]),
      ...bqm.quadratic_terms.map((
        { label_head, label_tail, bias },
      ): [number, number, number] => [place(label_head), place(label_tail), bias]),
    ];
  return { n: labels.length, terms, offset };
}

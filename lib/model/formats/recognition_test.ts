import { assert, assertEquals, assertRejects } from "@std/assert";
import { detectFormat, formatNamed } from "./problem_formats.ts";
import { CSR, NAMED, SQUARE } from "./_test_numpy_files.ts";
import { parseProblem } from "./read_problem.ts";
import type { FormatName } from "./types.ts";

const BQM = '{"type": "BinaryQuadraticModel", "version": {"bqm_schema": "3.0.0"}, "use_bytes": false}';
const BQM_1 = '{"linear_terms": [{"bias": 1, "label": 0}], "quadratic_terms": [], "variable_labels": [0]}';
const BQPJSON = '{\n "description": "x",\n "id": 0,\n "linear_terms": [{"coeff": 1.5, "id": 2}],';
const BQPJSON_IDS = '\ufeff{"version":"1.0.0","id":0,"metadata":{},"variable_ids":[],';
const COO = "# vartype=SPIN\n0 1 -1\n";

Deno.test("detectFormat() tells the formats of machines from their content, without a name", () => {
  const files: [string | Uint8Array, string][] = [
    [BQM, "bqm-json"],
    [BQM_1, "bqm-json"],
    [BQPJSON, "bqpjson"],
    [BQPJSON_IDS, "bqpjson"],
    [COO, "coo"],
    [SQUARE, "npy"],
    [CSR, "npz"],
    [NAMED, "npz"],
  ];
  for (const [file, name] of files) {
    const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
    assertEquals(detectFormat(bytes, "").name, name, String(file));
  }
});

Deno.test("detectFormat() tells a matrix and the JSON formats by their endings and content", () => {
  const files: [string, string, string][] = [
    ["0,1\n1,0\n", "J.CSV", "csv"],
    ["0,1\n1,0\n", "j.kaiwu.csv", "kaiwu-csv"],
    ["0 0 1\n", "a.coo", "coo"],
    [BQM, "model.json", "bqm-json"],
    [BQPJSON, "model.json", "bqpjson"],
    ["{}", "x.bqm.json", "bqm-json"],
    ["{}", "x.bqpjson", "bqpjson"],
  ];
  for (const [file, path, name] of files) {
    assertEquals(detectFormat(new TextEncoder().encode(file), path).name, name, path);
  }
});

Deno.test("parseProblem() reads a deflated archive and a matrix", async () => {
  assertEquals((await parseProblem(NAMED)).model.offset, -1.25);
  assertEquals((await parseProblem("0,3\n3,0\n", { format: "kaiwu-csv" })).model.n, 2);
});

Deno.test("every machine format stops at an aborted signal and lets go of its source", async () => {
  const starts: [FormatName, string][] = [
    ["coo", COO],
    ["bqm-json", '{"offset": 1,'],
    ["bqpjson", '{"offset": 1,'],
    ["npy", "\x93NUMPY"],
    ["npz", "PK"],
    ["csv", "0,1\n"],
    ["kaiwu-csv", "0,1\n"],
  ];
  for (const [name, start] of starts) {
    const controller = new AbortController();
    let released = false;
    const source = async function* () {
      try {
        yield await Promise.resolve(Uint8Array.from(start, (letter) => letter.charCodeAt(0)));
        controller.abort(new Error("enough"));
        for (;;) yield await Promise.resolve(new Uint8Array([32]));
      } finally {
        released = true;
      }
    };
    const as = name === "npy" || name === "csv" ? "ising" : undefined;
    await assertRejects(() => formatNamed(name).read(source(), { as, signal: controller.signal }), Error, "enough");
    assert(released, `${name} keeps its source`);
  }
});

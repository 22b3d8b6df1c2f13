import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isingModel, sparseCouplings, toDense } from "../mod.ts";
import { float64Bytes, npyHeader } from "./_npy_array.ts";
import { npzFormat } from "./npz.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenBytes } from "./_test_files.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { COO, CSC, CSR, NAMED } from "./_test_numpy_files.ts";
import { crc32, zipPieces } from "./_zip.ts";

const square = ([a, b, c]: readonly number[]) => 1.5 * a + 2 * a * b - b + 0.25 * b * c + 3 * c;

/** An archive of float64 arrays. */
async function archive(arrays: Readonly<Record<string, [shape: number[], values: number[]]>>): Promise<Uint8Array> {
  const members = Object.entries(arrays).map(([name, [shape, values]]) => ({
    name: `${name}.npy`,
    content: Uint8Array.from([...npyHeader("<f8", shape), ...float64Bytes(values)]),
  }));
  return new Uint8Array(await new Blob(Array.from(zipPieces(members), (piece) => piece.slice())).arrayBuffer());
}

Deno.test("npzFormat reads SciPy's csr, csc and coo as x'Qx over all states, stored and deflated", async () => {
  for (const file of [CSR, CSC, COO]) assertEnergies(await readFile(npzFormat, file, { as: "qubo" }), square);
  await assertRejects(() => readFile(npzFormat, CSR), TypeError, "without knowing what its numbers mean");
  await assertRejects(() => readFile(npzFormat, CSR, { as: "ising" }), SyntaxError, "expected 0 on the diagonal");
  const { notes } = await readFile(npzFormat, CSR, { as: "maxcut" });
  assertEquals(notes, ["3 edges from a vertex to itself were left out"]);
});

Deno.test("npzFormat reads J, h and offset, and Q and offset, over all states", async () => {
  assertEnergies(
    await readFile(npzFormat, NAMED),
    ([a, b, c]) => a * b - 2 * a * c + 0.5 * b * c + a + 2 * b + 3 * c - 1.25,
  );
  const qubo = await archive({ Q: [[2, 2], [1, 2, 3, 4]], offset: [[1], [1e15]] });
  assertEnergies(await readFile(npzFormat, qubo), ([a, b]) => a + 5 * a * b + 4 * b + 1e15);
  await assertRejects(() => readFile(npzFormat, NAMED, { as: "qubo" }), TypeError, "the file itself says ising");
});

Deno.test("npzFormat reads one array of any name as the matrix that as makes of it, and names what it passes over", async () => {
  const one = await archive({ arr_0: [[2, 2], [0, 3, 3, 0]] });
  assertEnergies(await readFile(npzFormat, one, { as: "ising" }), ([a, b]) => 3 * a * b);
  assertEnergies(await readFile(npzFormat, one, { as: "qubo" }), ([a, b]) => 6 * a * b);
  const more = await archive({ J: [[1, 1], [0]], seed: [[], [7]] });
  assertEquals((await readFile(npzFormat, more)).notes, ["not read: seed"]);
});

Deno.test("npzFormat sums entries of the same place and wants both triangles alike, or one empty", async () => {
  const coo = (row: number[], col: number[], data: number[]) => {
    const text = { name: "format.npy", content: Uint8Array.from([...npyHeader("|S3", []), 99, 111, 111]) };
    const array = (name: string, values: number[]) => ({
      name: `${name}.npy`,
      content: Uint8Array.from([...npyHeader("<f8", [values.length]), ...float64Bytes(values)]),
    });
    const members = [text, array("row", row), array("col", col), array("data", data), array("shape", [3, 3])];
    return Uint8Array.from(Array.from(zipPieces(members), (piece) => [...piece]).flat());
  };
  const twice = await readFile(npzFormat, coo([0, 0, 1], [1, 1, 2], [1, 2, 4]), { as: "ising" });
  assertEquals(twice.notes, ["duplicate entries of the matrix were summed"]);
  assertEnergies(twice, ([a, b, c]) => 3 * a * b + 4 * b * c);
  const both = coo([0, 1, 1, 2], [1, 0, 2, 1], [3, 3, 4, 4]);
  assertEnergies(await readFile(npzFormat, both, { as: "ising" }), ([a, b, c]) => 3 * a * b + 4 * b * c);
  assertEnergies(await readFile(npzFormat, both, { as: "maxcut" }), ([a, b, c]) => (3 * a * b + 4 * b * c - 7) / 2);
  assertEnergies(await readFile(npzFormat, both, { as: "qubo" }), ([a, b, c]) => 6 * a * b + 8 * b * c);
  assertEquals((await readFile(npzFormat, both, { as: "qubo" })).notes, []);
  const unlike = coo([0, 1], [1, 0], [3, 2]);
  await assertRejects(() => readFile(npzFormat, unlike, { as: "ising" }), SyntaxError, "expected a symmetric matrix");
  assertEnergies(await readFile(npzFormat, unlike, { as: "qubo" }), ([a, b]) => 5 * a * b);
  await assertRejects(
    () => readFile(npzFormat, coo([3], [0], [1]), { as: "qubo" }),
    SyntaxError,
    "integers from 0 to 2",
  );
});

Deno.test("npzFormat reads back every problem it writes, to the last bit, dense and sparse, labels kept", async () => {
  for (
    const labels of [
      undefined,
      fc.string({ unit: "binary" }).filter((text) => !text.endsWith("\0")),
      fc.integer(),
    ]
  ) {
    await fc.assert(
      fc.asyncProperty(problems({ labels }), fc.boolean(), async (problem, dense) => {
        const written = dense ? { ...problem, model: toDense(problem.model) } : problem;
        assertSameProblem(await readFile(npzFormat, await writtenBytes(npzFormat, written)), problem);
      }),
      { seed: 1, numRuns: 80 },
    );
  }
});

Deno.test("npzFormat tells which labels it holds", () => {
  assert(npzFormat.holdsLabels?.([3, -1]));
  assert(npzFormat.holdsLabels?.(["a", "b"]));
  assertEquals([["a", 1], [0.5, 1], ["a\0", "b"]].map((labels) => npzFormat.holdsLabels?.(labels)), [
    false,
    false,
    false,
  ]);
});

Deno.test("npzFormat reads no variables, one variable and only zeros", async () => {
  assertEquals((await readFile(npzFormat, await archive({ Q: [[0, 0], []] }))).model.n, 0);
  assertEnergies(await readFile(npzFormat, await archive({ J: [[1, 1], [0]], h: [[1], [2]] })), ([s]) => 2 * s);
  assertEnergies(await readFile(npzFormat, await archive({ Q: [[2, 2], [0, 0, 0, 0]] })), () => 0);
});

Deno.test("npzFormat refuses what is no such archive, and names the byte", async () => {
  const damaged = COO.slice();
  damaged[200] ^= 1;
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), "expected the end record of a zip archive"],
    [CSR.subarray(0, 900), "expected the end record of a zip archive"],
    [await archive({ J: [[2, 2], [0, 1, 1, NaN]] }), "expected a finite number"],
    [await archive({ J: [[2, 2], [0, 1, 1, 2]] }), "expected 0 on the diagonal"],
    [await archive({ J: [[2, 2], [0, 1, 1, 0]], h: [[3], [1, 2, 3]] }), "expected shape (2) in the array h"],
    [await archive({ J: [[2, 2], [0, 1, 1, 0]], Q: [[1, 1], [1]] }), "expected no second problem"],
    [await archive({ Q: [[2, 2], [0, 1, 1, 0]], h: [[2], [1, 2]] }), "expected no fields beside Q"],
    [await archive({ Q: [[4], [0, 1, 1, 0]] }), "expected a square matrix"],
    [await archive({ a: [[1], [1]], b: [[1], [1]] }), "expected one array J, Q or format"],
    [await archive({}), "expected one array J, Q or format"],
    [await archive({ J: [[2, 2], [0, 1, 1, 0]], labels: [[2], [1, 2]] }), "expected texts"],
  ];
  for (const [bytes, message] of cases) {
    const error = await assertRejects(() => readFile(npzFormat, bytes), SyntaxError, message);
    assert(/at byte \d+: /.test(error.message), error.message);
  }
  await assertRejects(() => readFile(npzFormat, damaged, { as: "qubo" }), SyntaxError, "as its checksum says it was");
});

Deno.test("npzFormat refuses to read or write 100,000 variables dense, with the memory they would need", async () => {
  const large = await archive({ Q: [[100_000, 100_000], []] });
  await assertRejects(() => readFile(npzFormat, large), RangeError, "it needs 74.5 GiB in float64");
  const couplings = {
    form: "factored",
    n: 100_000,
    width: 0,
    left: new Float64Array(),
    right: new Float64Array(),
  } as const;
  const labels = Array.from({ length: 100_000 }, (_, i) => i);
  const problem = { model: isingModel({ couplings }), labels, format: "npz", notes: [] } as const;
  assertThrows(() => npzFormat.write?.(problem, {}), RangeError, "it needs 74.5 GiB in float64");
});

Deno.test("crc32() gives the published check value", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

Deno.test("npzFormat reads 10,000 mutated archives as they were, or refuses them with the byte", async () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1.5], [1, 2, -2]]), linear: [0, 0, 3], offset: 7 });
  const own = await writtenBytes(npzFormat, { model, labels: [0, 1, 2], format: "npz", notes: [] });
  const expected: PlainTerms = { n: 3, terms: [[0, 1, 1.5], [1, 2, -2], [2, 2, 3]], offset: 7 };
  const { refused } = await mutationsOf(npzFormat, {
    files: [own],
    oracle: () => expected,
    place: /at byte \d+: /,
    count: 5000,
  });
  assert(refused > 4000, `${refused} refused`);
  const named: PlainTerms = {
    n: 3,
    terms: [[0, 1, 1], [0, 2, -2], [1, 2, 0.5], [0, 0, 1], [1, 1, 2], [2, 2, 3]],
    offset: -1.25,
  };
  await mutationsOf(npzFormat, { files: [NAMED], oracle: () => named, place: /at byte \d+: /, count: 5000, seed: 2 });
});

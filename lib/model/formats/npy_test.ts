import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isingModel, sparseCouplings } from "../mod.ts";
import { npyFormat } from "./npy.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenBytes } from "./_test_files.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { FORTRAN, SQUARE } from "./_test_numpy_files.ts";

const KINDS: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
};

/** A file of its own making, of any version; `data` are raw bytes. */
function npy(header: string, data: ArrayLike<number>, major = 1): Uint8Array {
  const text = new TextEncoder().encode(header + "\n");
  const size = major === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), major, 0, ...size, ...text, ...Array.from(data)]);
}

const dictionary = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

Deno.test("npyFormat reads NumPy's files as x'Qx over all states, C and Fortran order, either byte order", async () => {
  assertEnergies(
    await readFile(npyFormat, SQUARE, { as: "qubo" }),
    ([a, b, c]) => 1.5 * a + 2 * a * b - b + 0.25 * b * c + 3 * c,
  );
  assertEnergies(await readFile(npyFormat, FORTRAN, { as: "qubo" }), ([a, b, c]) => a + 2 * a * b - b + 3 * c);
});

Deno.test("npyFormat reads J and weights from one triangle or both, over all states", async () => {
  const bytes = (values: number[]) => npy(dictionary("|i1", "(3, 3)"), Int8Array.from(values).map((x) => x & 255));
  const matrices = [[0, 1, -2, 1, 0, 3, -2, 3, 0], [0, 1, -2, 0, 0, 3, 0, 0, 0], [0, 0, 0, 1, 0, 0, -2, 3, 0]];
  const J = ([a, b, c]: readonly number[]) => a * b - 2 * a * c + 3 * b * c;
  for (const values of matrices) {
    assertEnergies(await readFile(npyFormat, bytes(values), { as: "ising" }), J);
    const cut = await readFile(npyFormat, bytes(values), { as: "maxcut" });
    assertEnergies(cut, (s) => (J(s) - 2) / 2);
    assertEquals(cut.totalWeight, 2);
  }
});

Deno.test("npyFormat reads every type and byte order", async () => {
  for (const [kind, read] of Object.entries(KINDS)) {
    for (const order of kind.endsWith("1") ? ["|"] : ["<", ">"]) {
      const size = Number(kind[1]);
      const value = kind === "f8" ? 0.1 : kind === "f4" ? 0.5 : 65;
      const view = new DataView(new ArrayBuffer(size));
      if (kind === "f8") view.setFloat64(0, value, order === "<");
      else if (kind === "f4") view.setFloat32(0, value, order === "<");
      else view.setUint8(order === "<" ? 0 : size - 1, value);
      assertEquals(read(view, 0, order === "<"), value);
      const file = npy(dictionary(order + kind, "(1, 1)"), new Uint8Array(view.buffer), kind === "f8" ? 2 : 3);
      assertEnergies(await readFile(npyFormat, file, { as: "qubo" }), ([x]) => value * x);
    }
  }
});

Deno.test("npyFormat reads back every problem it writes, to the last bit", async () => {
  const cases = [
    ["ising", problems({ vartype: "ising", fields: false })],
    ["qubo", problems({ vartype: "qubo", offset: false })],
  ] as const;
  for (const [as, drawn] of cases) {
    await fc.assert(
      fc.asyncProperty(drawn, async (problem) => {
        assertSameProblem(await readFile(npyFormat, await writtenBytes(npyFormat, problem, { as }), { as }), problem);
      }),
      { seed: 1, numRuns: 150 },
    );
  }
});

Deno.test("npyFormat writes the header that NumPy writes", async () => {
  const problem = await readFile(npyFormat, SQUARE, { as: "qubo" });
  assertEquals(await writtenBytes(npyFormat, problem), new Uint8Array(SQUARE));
});

Deno.test("npyFormat refuses to write what it has no place for", () => {
  const model = isingModel({ couplings: sparseCouplings(1, []), offset: 1 });
  const write = () => npyFormat.write?.({ model, labels: [0], format: "npy", notes: [] }, { as: "ising" });
  assertThrows(write, RangeError, "it has an offset of 1");
});

Deno.test("npyFormat reads no variables and only zeros", async () => {
  assertEquals((await readFile(npyFormat, npy(dictionary("<f8", "(0, 0)"), []), { as: "qubo" })).model.n, 0);
  assertEnergies(await readFile(npyFormat, npy(dictionary("|i1", "(2, 2)"), [0, 0, 0, 0]), { as: "maxcut" }), () => 0);
});

Deno.test("npyFormat refuses what is no square matrix of numbers, and names the byte", async () => {
  const nan = new Uint8Array(new Float64Array([NaN]).buffer);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), "at byte 0: expected the start of a .npy, 8 bytes"],
    [new TextEncoder().encode("0 1 2 3 4 5"), "at byte 0"],
    [npy(dictionary("<f8", "(1, 1)"), nan, 4), "at byte 6: expected version 1.0, 2.0 or 3.0"],
    [npy(dictionary("<f8", "(1, 1)"), nan), "expected a finite number"],
    [npy(dictionary("<i8", "(1, 1)"), [1, 0, 0, 0, 0, 0, 0, 64]), "float64 holds exactly"],
    [npy(dictionary("<f2", "(1, 1)"), [0, 0]), "expected float64, float32 or integers"],
    [npy(dictionary("<c16", "(1, 1)"), []), "expected float64"],
    [npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", []), "expected descr (one plain type)"],
    [npy("{'descr': '<f8', 'fortran_order': False}", []), "expected a dictionary"],
    [npy(dictionary("|i1", "(2, 3)"), [0, 0, 0, 0, 0, 0]), "expected a square matrix"],
    [npy(dictionary("|i1", "(4,)"), [0, 0, 0, 0]), "expected a square matrix"],
    [npy(dictionary("|i1", "(2, 2)"), [0, 1, 1]), "expected numbers 0 to 3 of 4"],
    [npy(dictionary("|i1", "(2, 2)"), [0, 1, 1, 0, 0]), "expected the end of the file"],
    [npy(dictionary("|i1", "(2, 2)"), [0, 1, 2, 0]), "expected a symmetric matrix, or one with an empty triangle"],
    [npy(dictionary("|i1", "(2, 2)"), [0, 1, 2, 0]), "2 for (1, 0) and 1 for (0, 1)"],
    [npy(dictionary("|i1", "(2, 2)", "True"), [0, 1, 2, 0]), "1 for (1, 0) and 2 for (0, 1)"],
    [npy(dictionary("|i1", "(2, 2)"), [0, 1, 1, 5]), "expected 0 on the diagonal"],
    [SQUARE.subarray(0, 150), "expected numbers 0 to 8 of 9"],
  ];
  for (const [bytes, message] of cases) {
    const error = await assertRejects(() => readFile(npyFormat, bytes, { as: "ising" }), SyntaxError, message);
    assert(/at byte \d+: /.test(error.message), error.message);
  }
});

Deno.test("npyFormat refuses 100,000 variables with the memory they would need, before it reads them", async () => {
  const file = npy(dictionary("<f8", "(100000, 100000)"), []);
  await assertRejects(() => readFile(npyFormat, file, { as: "qubo" }), RangeError, "it needs 74.5 GiB in float64");
});

Deno.test("npyFormat reads 10,000 mutated files as what they say, or refuses them with the byte", async () => {
  const files = [SQUARE, FORTRAN];
  const options = { files, options: { as: "qubo" }, oracle, place: /at byte \d+: / } as const;
  const { read, refused } = await mutationsOf(npyFormat, options);
  assert(read > 500 && refused > 1000, `${read} read, ${refused} refused`);
});

function oracle(bytes: Uint8Array): PlainTerms {
  const text = new TextDecoder("latin1").decode(bytes);
  const [, order, kind] = /['"]descr['"]\s*:\s*['"]([<>|])(\w+)['"]/.exec(text) ?? [];
  const n = Number(/\(\s*(\d+)/.exec(text)?.[1]);
  const fortran = /['"]fortran_order['"]\s*:\s*True/.test(text);
  const view = new DataView(bytes.slice(bytes.length - n * n * Number(kind[1])).buffer);
  const terms: [number, number, number][] = [];
  for (let k = 0; k < n * n; k++) {
    const [i, j] = fortran ? [k % n, Math.floor(k / n)] : [Math.floor(k / n), k % n];
    terms.push([i, j, KINDS[kind](view, k * Number(kind[1]), order !== ">")]);
  }
  return { n, terms };
}

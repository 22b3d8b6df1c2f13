import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { energy } from "../energy.ts";
import { toDense } from "../forms.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused, assertSameProblem, halvable, problems } from "./_test_files.ts";
import { lpFormat } from "./lp.ts";
import { parseProblem } from "./read_problem.ts";

const TEXT = `\\ a comment
Minimize
 cost: 3 x - 2.5 y2 + 4 - z
  + [ 4 x * y2 - 3 z ^ 2
  + 2 y2*z - x * z ] / 2 + 1e1 z
Subject To
Bounds
 0 <= x <= 1
 y2 <= 1
Binaries
 x y2
 z unused
End
`;
const objective = ([x, y, z]: ArrayLike<number> & Iterable<number>) =>
  3 * x - 2.5 * y + 4 - z + (4 * x * y - 3 * z * z + 2 * y * z - x * z) / 2 + 10 * z;

Deno.test("lpFormat reads the objective, half of what stands in brackets, over all states", async () => {
  for (const [sense, sign] of [["Minimize", 1], ["min", 1], ["MAXIMUM", -1]] as const) {
    const { model, labels, title, notes } = await parseProblem(TEXT.replace("Minimize", sense));
    assertEquals([title, ...labels], ["cost", "x", "y2", "z", "unused"]);
    assertEquals(notes, sign < 0 ? ["the problem is maximised: energies are minus its objective"] : []);
    for (const x of allStates(4, "qubo")) assertEquals(energy(model, x), sign * objective(x));
  }
});

Deno.test("lpFormat reads the ways in which programs write the same", async () => {
  for (
    const text of [
      "min obj: 2x + [ 4x*y ]/2\nst\nbin\nx\ny\nend",
      "MINIMIZE\n2 x+[4 x*y]/2\nSUBJECT TO\nBINARY\ny x\nEND\n",
      "Minimize\r\n obj:\r\n 2\r\n x + [\r\n 2 x * y + 2 y * x\r\n ] / 2\r\nBounds\r\n x >= 0\r\nBinary\r\n x y\r\nEnd\r\n",
      "minimise\n - -2 x - [ - 4 x * y ] / 2\nbinaries\n x y\nend \\ done",
    ]
  ) {
    const { model, labels } = await parseProblem(text);
    assertEquals([...labels], ["x", "y"]);
    for (const x of allStates(2, "qubo")) assertEquals(energy(model, x), 2 * x[0] + 2 * x[0] * x[1], text);
  }
});

Deno.test("lpFormat reads back to the last bit a model written by the definition of the format", async () => {
  await fc.assert(
    fc.asyncProperty(problems({ vartype: "qubo", values: halvable }), async ({ model }) => {
      const { values } = toDense(model).couplings;
      const name = (i: number) => `x_${i}`;
      const signed = (value: number) => value < 0 ? `- ${-value}` : `+ ${value}`;
      const linear = Array.from(model.linear, (value, i) => `${signed(value)} ${name(i)}`);
      const cells = Array.from(values, (value, k) => [Math.floor(k / model.n), k % model.n, value]);
      const squares = cells.filter(([i, j]) => i < j).map(([i, j, value]) =>
        `${signed(2 * value)} ${name(i)} * ${name(j)}`
      );
      const bracket = squares.length > 0 ? `+ [ ${squares.join("\n ")} ] / 2` : "";
      const text = `Minimize\n obj: ${linear.join("\n ")} ${bracket} ${signed(model.offset)}\nBinary\n` +
        `${linear.map((_, i) => name(i)).join(" ")}\nEnd\n`;
      const labels = linear.map((_, i) => name(i));
      assertSameProblem(await parseProblem(text), { model, labels, format: "lp", notes: [] });
    }),
    { numRuns: 150, seed: 9 },
  );
});

Deno.test("lpFormat reads no variable, one variable and 1e15, and sums duplicates", async () => {
  const none = await parseProblem("min\n 1e15\nend\n");
  assertEquals([none.model.n, none.model.offset], [0, 1e15]);
  assertEquals((await parseProblem("min\nobj:\nbinary\n x\nend\n")).model.n, 1);
  const twice = await parseProblem("min\n [ 2 x * y\n + 2 y * x ] / 2\nbinary\n x y\nend\n");
  assertEquals([energy(twice.model, [1, 1]), ...twice.notes], [2, "1 duplicate entry was summed, at line 3"]);
});

Deno.test("lpFormat refuses by name what it does not read, with line and column", async () => {
  const how = { format: "lp" } as const;
  const swap = (from: string, to: string) => TEXT.replace(from, to);
  await assertRefused("", [1, 1], '"Minimize" or "Maximize"', how);
  await assertRefused(swap("Minimize", "Solve"), [2, 1], '"Minimize" or "Maximize"', how);
  await assertRefused(swap("Subject To\n", "Subject To\n c1: x + y2 <= 1\n"), [7, 2], "no constraint", how);
  await assertRefused(swap("Binaries", "Generals"), [10, 1], 'no section "Generals"', how);
  await assertRefused(swap("Bounds", "SOS\n"), [7, 1], 'no section "SOS"', how);
  await assertRefused(swap("Bounds", "Semi-continuous"), [7, 1], 'no section "Semi"', how);
  await assertRefused(swap("y2 <= 1", "y2 <= 2"), [9, 2], "no bounds other than 0 <= x <= 1", how);
  await assertRefused(swap("y2 <= 1", "y2 = 1"), [9, 2], "no bounds other than 0 <= x <= 1", how);
  await assertRefused(swap("y2 <= 1", "w <= 1"), [9, 2], "a binary variable", how);
  await assertRefused(swap(" x y2\n", " x\n"), [14, 1], "the variable y2 in a section", how);
  await assertRefused(swap("x y2\n", "x x\n"), [11, 4], "each variable once", how);
  await assertRefused(swap("3 x", "nan"), [14, 1], "the variable nan in a section", how);
  await assertRefused(swap("3 x", "1e999 x"), [3, 8], "float64", how);
  await assertRefused(swap("3 x", "3 4 x"), [3, 10], "a variable or an operator", how);
  await assertRefused(swap("3 x -", "3 x"), [3, 12], '"+" or "-" between two terms', how);
  await assertRefused(swap("4 x * y2", "4 x"), [4, 11], "in brackets", how);
  await assertRefused(swap("4 x * y2", "4"), [4, 7], "a product of two variables", how);
  await assertRefused(swap("^ 2", "^ 3"), [4, 24], '2 behind "^"', how);
  await assertRefused(swap("] / 2", "] + w"), [5, 22], '"/ 2" behind "]"', how);
  await assertRefused(swap("] / 2", "] / 3"), [5, 24], '2 behind "] /"', how);
  await assertRefused(swap("] / 2 + 1e1 z", ""), [6, 1], "brackets of the objective to close", how);
  await assertRefused(swap("1e1 z", ""), [6, 1], 'a term behind "+"', how);
  await assertRefused(swap("4 - z", "4 - z <= 3"), [3, 29], '"+" or "-" between two terms', how);
  await assertRefused(swap("End\n", ""), [13, 1], '"End"', how);
  await assertRefused(TEXT + "x\n", [14, 1], 'nothing behind "End"', how);
  await assertRefused(swap("3 x", "3 é"), [3, 10], "a number, a name or a sign", how);
});

Deno.test("lpFormat reads 10,000 mutated files as what they say, or names line and column", async () => {
  const small = "max\n a + [ b * c ] / 2 - 3\nst\nbin\n a b c\nend\n";
  const { read, refused } = await mutationsOf(lpFormat, { files: [TEXT, small], oracle });
  assertEquals([read > 200, refused > 2000], [true, true]);
});

// the objective by regular expressions: sections cut at their words, each signed term taken for itself
function oracle(bytes: Uint8Array): PlainTerms | undefined {
  const text = new TextDecoder().decode(bytes).replaceAll(/\\[^\n]*/g, "");
  const sections = text.split(
    /^\s*(minimi[sz]e|minimum|min|maximi[sz]e|maximum|max|subject\s+to|such\s+that|st|s\.t\.|st\.|bounds?|binary|binaries|bin|end)(?=[-+*/^[\]:<>=\s]|$)/im,
  );
  const [, sense, objectiveText] = sections;
  const names = new Map<string, number>();
  const index = (name: string) => names.get(name) ?? (names.set(name, names.size), names.size - 1);
  const terms: [number, number, number][] = [];
  let offset = 0;
  const sign = /^max/i.test(sense) ? -1 : 1;
  const body = objectiveText.replace(/^\s*[^\s:]+\s*:/, "");
  for (
    const part of body.matchAll(
      /([-+\s]*)\[([^\]]*)\]\s*\/\s*0*2(?:\.0*)?(?!\d)|([-+\s]*)([^-+[\]]*(?:\de[-+]\d+[^-+[\]]*)*)/gi,
    )
  ) {
    const [, bracketSigns, inside, signs, plain] = part;
    if (inside !== undefined) {
      for (
        const [, inner, factor, a, b] of inside.matchAll(
          /([-+\s]*)(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)?\s*([^\s\d.^*+-][^\s^*+-]*)\s*(\^\s*0*2(?:\.0*)?(?![\d.])|\*\s*[^\s^*+-]+)/gi,
        )
      ) {
        const value = sign * signOf(bracketSigns) * signOf(inner) * Number(factor ?? 1) / 2;
        const first = index(a);
        terms.push([first, b.startsWith("^") ? first : index(b.replace(/^\*\s*/, "")), value]);
      }
    } else if (plain !== undefined && plain.trim() !== "") {
      const found = /^(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)?\s*(\S*)\s*$/i.exec(plain.trim());
      if (found === null) return undefined;
      const value = sign * signOf(signs) * Number(found[1] ?? 1);
      if (found[2] === "") offset += value;
      else {
        const i = index(found[2]);
        terms.push([i, i, value]);
      }
    }
  }
  for (let k = 3; k < sections.length; k += 2) {
    if (!/^bin/i.test(sections[k])) continue;
    for (const name of sections[k + 1].trim().split(/\s+/)) if (name !== "") index(name);
  }
  return { n: names.size, terms, offset };
}

function signOf(signs: string): number {
  return signs.split("-").length % 2 === 0 ? -1 : 1;
}

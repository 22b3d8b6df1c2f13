import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../random/mod.ts";
import { toDense } from "../forms.ts";
import { TermsTable } from "./_terms_table.ts";

// sums in the order of coming, and the line of the first term whose pair had come before
function oracle(n: number, terms: readonly (readonly [number, number, number, number])[]) {
  const dense = new Float64Array(n * n);
  const linear = new Float64Array(n);
  const seen = new Set<number>();
  let duplicates = 0;
  let first = 0;
  for (const [i, j, value, line] of terms) {
    const key = Math.min(i, j) * n + Math.max(i, j);
    if (seen.has(key) && duplicates++ === 0) first = line;
    seen.add(key);
    if (i === j) linear[i] += value;
    else {
      dense[i * n + j] += value;
      dense[j * n + i] = dense[i * n + j];
    }
  }
  const notes = duplicates === 0
    ? []
    : duplicates === 1
    ? [`1 duplicate entry was summed, at line ${first}`]
    : [`${duplicates} duplicate entries were summed, the first at line ${first}`];
  return { dense, linear, notes };
}

Deno.test("TermsTable.build() sums pairs in the order of the file, sparse and dense, and finds the first duplicate", () => {
  const rng = new Rng(3);
  const draws = [() => rng.integer(3) - 1, () => rng.integer(1e6), () => rng.normal()];
  for (let run = 0; run < 150; run++) {
    const n = 2 + rng.integer(run % 3 === 0 ? 300 : 30);
    const size = rng.integer(Math.ceil(n * n / 3) + 2);
    let line = 1;
    const terms = Array.from({ length: size }, () => {
      line += 1 + (run % 2) * rng.integer(2);
      return [rng.integer(n), rng.integer(n), draws[run % 3](), line] as const;
    });
    const table = new TermsTable();
    for (const term of terms) table.add(...term);
    const { model, notes } = table.build({ n, vartype: "qubo" });
    const expected = oracle(n, terms);
    assertEquals(notes, expected.notes);
    assertEquals([...toDense(model).couplings.values], [...expected.dense].map((value) => value + 0));
    assertEquals([...model.linear], [...expected.linear]);
  }
});

Deno.test("TermsTable keeps terms over many blocks, in few bytes and in many", () => {
  for (const scale of [1, 1000, 0.5]) {
    const table = new TermsTable();
    const n = 70_000;
    const size = 600_000;
    for (let k = 0; k < size; k++) {
      table.add(k % n, (7 * k + 1 + Math.floor(k / n)) % n, scale * (k % 100), k + (k > 5e5 ? 2 : 1));
    }
    let k = 0;
    let wrong = 0;
    table.forEachBlock(({ rows, others, values, lines }, used) => {
      for (let at = 0; at < used; at++, k++) {
        const same = rows[at] === k % n && others[at] === (7 * k + 1 + Math.floor(k / n)) % n &&
          values[at] === scale * (k % 100) && lines[at] === k + (k > 5e5 ? 2 : 1);
        if (!same) wrong++;
      }
    });
    assertEquals([k, wrong], [size, 0]);
  }
});

Deno.test("TermsTable.build() drops pairs that sum to zero and is dense from a quarter of the pairs on", () => {
  const table = new TermsTable();
  table.add(0, 1, 2, 1);
  table.add(1, 0, -2, 2);
  table.add(1, 2, 1, 3);
  const { couplings } = table.build({ n: 8, vartype: "ising" }).model;
  assertEquals(couplings.form === "sparse" && [...couplings.rowPtr], [0, 0, 1, 2, 2, 2, 2, 2, 2]);
  assertEquals(table.build({ n: 3, vartype: "ising" }).model.couplings.form, "dense");
  assertEquals(new TermsTable().build({ n: 3, vartype: "ising" }).model.couplings.form, "sparse");
});

Deno.test("TermsTable.build() refuses sums that are not finite at the line that made them", () => {
  for (const n of [2, 50]) {
    const table = new TermsTable();
    table.add(0, 1, 1e308, 5);
    table.add(1, 0, 1e308, 6);
    assertThrows(() => table.build({ n, vartype: "qubo" }), SyntaxError, "line 6, column 1");
    const scaled = new TermsTable();
    scaled.add(0, 1, 1e308, 5);
    assertThrows(() => scaled.build({ n, vartype: "qubo", pairScale: 2 }), SyntaxError, "line 5, column 1");
    const alone = new TermsTable();
    alone.add(1, 1, -1e308, 7);
    alone.add(1, 1, -1e308, 8);
    assertThrows(() => alone.build({ n, vartype: "qubo" }), SyntaxError, "line 8, column 1");
  }
});

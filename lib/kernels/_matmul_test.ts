import { assert, assertEquals } from "@std/assert";
import { normals, onBoth, ROUNDING } from "./_test_arrays.ts";

const SHAPES = [
  [1, 1, 1],
  [3, 1, 7],
  [1, 8, 3],
  [4, 8, 16],
  [5, 9, 2],
  [7, 13, 33],
  [8, 16, 513],
  [6, 23, 600],
  [13, 7, 1030],
];

/** A matrix in memory: element (r, c) stands at `from + r row + c column`. */
interface Layout {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

// rows or columns contiguous, with room between them
function layouts(rows: number, columns: number): Layout[] {
  return [
    { row: columns + 3, column: 1, length: rows * (columns + 3) },
    { row: 1, column: rows + 1, length: columns * (rows + 1) },
    { row: columns, column: 1, length: rows * columns },
  ];
}

/**
 * A float32 sum of k products, in any order, is off by at most (k + 3) roundings of the sum of their sizes; the oracle
 * adds in float64.
 */
function checkProduct(
  [m, n, k]: readonly number[],
  [A, B]: readonly Layout[],
  start: (i: number, j: number) => number[],
  [a, b, c]: readonly Float32Array[],
  cRow: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const terms = start(i, j);
      for (let l = 0; l < k; l++) terms.push(a[i * A.row + l * A.column] * b[l * B.row + j * B.column]);
      const sum = terms.reduce((total, term) => total + term, 0);
      const size = terms.reduce((total, term) => total + Math.abs(term), 0);
      const distance = Math.abs(c[i * cRow + j] - sum);
      assert(distance <= (k + 3) * ROUNDING * size, `${[m, n, k]} at ${i}, ${j}: ${c[i * cRow + j]} for ${sum}`);
    }
  }
}

for (const accumulate of [false, true]) {
  for (const biased of [false, true]) {
    const what = `C = ${accumulate ? "C + " : ""}${biased ? "bias + " : ""}A B`;
    Deno.test(`matmul() gives ${what} in every layout, and nothing beside it`, () => {
      for (const shape of SHAPES) {
        const [m, n, k] = shape;
        const cRow = n + 2;
        for (const A of layouts(m, k)) {
          for (const B of layouts(k, n)) {
            const before = normals(m * cRow, 3);
            const inputs = [normals(A.length, 1), normals(B.length, 2), before, normals(n, 4)];
            const results = onBoth(inputs, (kernels, [a, b, c, bias]) => {
              const left = [a, A.row, A.column] as const;
              const right = [b, B.row, B.column] as const;
              kernels.matmul(m, n, k, ...left, ...right, c, cRow, accumulate, biased ? bias : undefined);
            });
            const start = (i: number, j: number) => [
              accumulate ? before[i * cRow + j] : 0,
              biased ? inputs[3][j] : 0,
            ];
            for (const arrays of results) {
              checkProduct(shape, [A, B], start, arrays, cRow);
              // the two columns between the rows of C
              for (let i = 0; i < m; i++) {
                for (const j of [n, n + 1]) assertEquals(arrays[2][i * cRow + j], before[i * cRow + j]);
              }
            }
          }
        }
      }
    });
  }
}

Deno.test("batchedMatmul() gives every product of the batch, transposed or not, added or not", () => {
  const [count, m, n, k] = [5, 3, 9, 6];
  for (const A of layouts(m, k)) {
    for (const B of layouts(k, n)) {
      for (const accumulate of [false, true]) {
        const [aStep, bStep, cRow, cStep] = [A.length + 1, B.length, n + 1, m * (n + 1) + 2];
        const before = normals(count * cStep, 7);
        const inputs = [normals(count * aStep, 5), normals(count * bStep, 6), before];
        const results = onBoth(inputs, (kernels, [a, b, c]) => {
          const left = [a, A.row, A.column, aStep] as const;
          const right = [b, B.row, B.column, bStep] as const;
          kernels.batchedMatmul(count, m, n, k, ...left, ...right, c, cRow, cStep, accumulate);
        });
        for (const [a, b, c] of results) {
          for (let p = 0; p < count; p++) {
            const start = (i: number, j: number) => [accumulate ? before[p * cStep + i * cRow + j] : 0];
            const parts = [a.subarray(p * aStep), b.subarray(p * bStep), c.subarray(p * cStep)];
            checkProduct([m, n, k], [A, B], start, parts, cRow);
            const between = p * cStep + m * cRow;
            assertEquals(c.subarray(between, between + 2), before.subarray(between, between + 2));
          }
        }
      }
    }
  }
});

import { assert, assertEquals } from "@std/assert";
import type { HeadShape } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";
import { bothKernels, normals } from "./_test_arrays.ts";

const SHAPES: [HeadShape, rounds: number, half: number, chunk: number][] = [
  [{ samples: 1, heads: 1, tokens: 1, width: 1 }, 1, 0, 4],
  [{ samples: 2, heads: 2, tokens: 7, width: 3 }, 2, 1, 2],
  [{ samples: 3, heads: 2, tokens: 64, width: 8 }, 4, 4, 16],
  [{ samples: 1, heads: 3, tokens: 33, width: 5 }, 3, 7, 5],
];

function listsOf([shape, rounds, half, chunk]: typeof SHAPES[number]) {
  const { samples, heads, tokens: N, width: d } = shape;
  const stride = 2 * heads * d + 1;
  return bothKernels().map((kernels) => {
    const place = (values: Float32Array) => {
      const array = kernels.float32(values.length);
      array.set(values);
      return array;
    };
    const rows = place(normals(samples * N * stride, 3));
    const rotations = place(normals(samples * rounds * d * roundUp4(half), 4));
    const sets = samples * heads;
    const lists = {
      keys: kernels.uint32(sets * N * roundUp4(Math.min(N, 2 * chunk * rounds))),
      starts: kernels.uint32(sets * (N + 1)),
      counts: kernels.uint32(sets * N),
      ...{ perSample: heads, perHead: 1 },
    };
    const scratch = kernels.uint32(3 * rounds * N + 2 * N + 2 * half + roundUp4(half) + 8);
    const places = kernels.hashedLists(shape, stride, rows, { rotations, rounds, half, chunk, scratch }, lists);
    const queries = Array.from({ length: sets * N }, (_, at) => {
      const start = lists.starts[at + Math.floor(at / N)];
      assertEquals(start % 4, 0);
      return [...lists.keys.subarray(start, start + lists.counts[at])];
    });
    assertEquals(lists.starts[sets * (N + 1) - 1], places);
    return { places, queries };
  });
}

Deno.test("hashedLists() gives the same lists in both kinds of kernels", () => {
  for (const example of SHAPES) {
    const [typescript, wasm] = listsOf(example);
    assertEquals(wasm.places, typescript.places);
    const sorted = (lists: number[][]) => lists.map((list) => list.toSorted((a, b) => a - b));
    assertEquals(sorted(wasm.queries), sorted(typescript.queries));
  }
});

Deno.test("hashedLists() names every key once, and a query itself only where it stands alone", () => {
  for (const example of SHAPES) {
    const [{ tokens: N }] = example;
    for (const { queries } of listsOf(example)) {
      queries.forEach((list, at) => {
        assertEquals(new Set(list).size, list.length);
        assert(list.length === 1 || !list.includes(at % N));
        for (const j of list) assert(j < N);
      });
    }
  }
});

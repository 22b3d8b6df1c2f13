import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildKernels, kernelModules } from "../../scripts/_build_kernels.ts";
import type { Floats } from "./arena.ts";
import { annealingScratch } from "./head_annealing.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";
import { bothKernels } from "./_test_arrays.ts";
import { typescriptKernels } from "./typescript_kernels.ts";
import { wasmKernels } from "./wasm_kernels.ts";

function oneOfEach(kernels: Kernels, length: number) {
  return [kernels.float32(length), kernels.float64(length), kernels.uint32(length), kernels.uint8(length)];
}

Deno.test("an arena hands out zeroed arrays of the asked type and length", () => {
  for (const kernels of bothKernels()) {
    for (const length of [0, 1, 17]) {
      const arrays = oneOfEach(kernels, length);
      const types = [Float32Array, Float64Array, Uint32Array, Uint8Array];
      arrays.forEach((array, which) => assertEquals(array, new types[which](length)));
    }
  }
  assertEquals([typescriptKernels().name, wasmKernels({ bytes: 1 }).name], ["typescript", "wasm"]);
});

Deno.test("wasmKernels() hands out views of one memory, 64-byte aligned, at least 64 bytes apart", () => {
  const kernels = wasmKernels({ bytes: 65536 });
  let end = 0;
  for (const length of [1, 3, 0, 16, 100]) {
    for (const array of oneOfEach(kernels, length)) {
      assertEquals(array.byteOffset % 64, 0);
      assert(array.byteOffset >= end + (end === 0 ? 0 : 64));
      end = array.byteOffset + array.byteLength;
    }
  }
});

Deno.test("release() gives back what came after, and the room is zeroed again", () => {
  const kernels = wasmKernels({ bytes: 65536 });
  const kept = kernels.float32(5).fill(1);
  const mark = kernels.used;
  const given = kernels.float32(1000).fill(2);
  assert(kernels.used >= mark + 4000);
  kernels.release(mark);
  assertEquals(kernels.used, mark);
  const again = kernels.uint8(4000);
  assertEquals(again.byteOffset, given.byteOffset);
  assertEquals(again, new Uint8Array(4000));
  assertEquals(kept, new Float32Array(5).fill(1));
  // far more than fits, one after the other
  for (let i = 0; i < 1000; i++) {
    kernels.release(mark);
    kernels.float32(10000);
  }
});

Deno.test("wasmKernels() out of room names what was asked, what is left and the way out", () => {
  const kernels = wasmKernels({ bytes: 65536 });
  kernels.float32(1000);
  // 64 bytes behind each array are for lanes that run past its end
  const left = 65536 - kernels.used - 64;
  const message =
    `Cannot make room for 20000 float32 values of 4 bytes: a length must be an integer of 0 or more, and ` +
    `${left} of 65536 bytes are left; open the kernels with more bytes`;
  assertThrows(() => kernels.float32(20000), RangeError, message);
  // the failed call took nothing
  assertEquals(65536 - kernels.used - 64, left);
  assertEquals(kernels.float32(10000).length, 10000);
  for (const bytes of [0, -1, 1.5, NaN, 2 ** 32]) {
    assertThrows(
      () => wasmKernels({ bytes }),
      RangeError,
      `bytes must be an integer from 1 to 4294901760, got ${bytes}`,
    );
  }
  for (const length of [-1, NaN]) assertThrows(() => kernels.float32(length), RangeError);
});

Deno.test("wasmKernels() refuses an array of another memory, wherever it stands among the arguments", () => {
  const kernels = wasmKernels({ bytes: 65536 });
  const [a, b, c] = [0, 1, 2].map(() => kernels.float32(1));
  const product = (a: Floats, b: Floats, c: Floats, bias?: Floats) => {
    kernels.matmul(1, 1, 1, a, 1, 1, b, 1, 1, c, 1, false, bias);
  };
  for (const foreign of [new Float32Array(1), wasmKernels({ bytes: 65536 }).float32(1)]) {
    assertThrows(() => product(foreign, b, c), TypeError, "an array is not of this arena; make it with float32()");
    assertThrows(() => product(a, foreign, c), TypeError, "not of this arena");
    assertThrows(() => product(a, b, foreign), TypeError, "not of this arena");
    assertThrows(() => product(a, b, c, foreign), TypeError, "not of this arena");
    assertThrows(() => kernels.gelu(1, a, foreign), TypeError, "not of this arena");
  }
  // a view of an array of the arena is of the arena
  product(kernels.float32(4).subarray(2), b, c);
});

Deno.test("annealingScratch() is the sum of its docstring, rounded up for alignment", () => {
  const shape = { samples: 9, heads: 3, tokens: 7, width: 5 };
  assertEquals(annealingScratch(shape, false), 2 * 3 * 8 + 3 * 21 + 7 + 3 + 16);
  assertEquals(annealingScratch(shape, true), 3 * 8 + 3 * 21 + 7 + 3 + 3 * 7 * 8 + 16);
  assertEquals([0, 1, 4, 5].map(roundUp4), [0, 4, 4, 8]);
});

for (const module of kernelModules) {
  Deno.test(`${module.binary} is what its sources compile to, byte for byte`, async () => {
    const committed = await Deno.readFile(new URL(`./${module.binary}`, import.meta.url));
    assertEquals(await buildKernels(module), committed);
  });
}

Deno.test("Kernels.float32() refuses lengths that are no natural numbers, in both kinds", () => {
  for (const kernels of [wasmKernels(), typescriptKernels()]) {
    for (const length of [1.5, -1, NaN]) assertThrows(() => kernels.float32(length), RangeError, String(length));
  }
});

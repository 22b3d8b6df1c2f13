import { AssertionError, assertThrows } from "@std/assert";
import { assertClose, assertTensorClose } from "./mod.ts";

const EXACT = { rtol: 0, atol: 0 };
const fails = (fn: () => void, text?: string) => assertThrows(fn, AssertionError, text);

Deno.test("assertClose() accepts what is within atol + rtol |expected| and nothing beyond", () => {
  assertClose(10.5, 10, { rtol: 0.05, atol: 0 });
  assertClose(-10.5, -10, { rtol: 0, atol: 0.5 });
  assertClose(new Float32Array([1, 2]), [1, 2], EXACT);
  assertClose([3, 3], 3, EXACT);
  assertClose(Infinity, Infinity, EXACT);
  fails(() => assertClose(10.6, 10, { rtol: 0.05, atol: 0 }), "the difference is");
  fails(() => assertClose(10, 10.6, { rtol: 0, atol: 0.5 }), "got 10, expected 10.6");
  fails(() => assertClose([1, 2, 3], [1, 2, 4], EXACT), "at 2 of 3");
});

Deno.test("assertClose() never takes NaN or infinity for a number", () => {
  const loose = { rtol: Infinity, atol: Infinity };
  fails(() => assertClose(NaN, NaN, loose));
  fails(() => assertClose(NaN, 1, loose));
  fails(() => assertClose(1, NaN, loose));
  fails(() => assertClose(Infinity, -Infinity, loose));
  fails(() => assertClose(1, Infinity, loose));
  fails(() => assertClose(Infinity, 1, { rtol: 1, atol: 1 }));
});

Deno.test("assertClose() refuses lists of different lengths and tolerances that are none", () => {
  fails(() => assertClose([1], [1, 1], EXACT), "Expected 2 numbers, got 1");
  fails(() => assertClose(1, [1], EXACT), "got one");
  assertThrows(() => assertClose(1, 1, { rtol: NaN, atol: 0 }), RangeError, "rtol");
  assertThrows(() => assertClose(1, 1, { rtol: 0, atol: -1 }), RangeError, "atol");
});

Deno.test("assertTensorClose() measures against the largest entry, at least 1e-3", () => {
  assertTensorClose([100, 0.009], [100, 0], 1e-4);
  fails(() => assertTensorClose([100, 0.011], [100, 0], 1e-4), "entry 1 of 2");
  assertTensorClose([9e-5], [0], 0.1);
  fails(() => assertTensorClose([1.1e-4], [0], 0.1));
  assertTensorClose(new Float32Array(0), [], 0);
});

Deno.test("assertTensorClose() refuses NaN, lengths that differ and tolerances that are none", () => {
  fails(() => assertTensorClose([1, NaN, 1], [1, 1, 1], 1), "entry 1 of 3 is NaN");
  fails(() => assertTensorClose([1, 1], [1, NaN], 1));
  fails(() => assertTensorClose([NaN, 5], [1, 1], 1e9), "is NaN");
  fails(() => assertTensorClose([1, 2], [1], 1), "Expected 1 entries, got 2");
  fails(() => assertTensorClose([Infinity], [1], 1e9));
  assertThrows(() => assertTensorClose([1], [1], NaN), RangeError, "tol");
});

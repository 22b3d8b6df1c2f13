import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { assertClose } from "../../testing/mod.ts";
import { type DenseCouplings, fingerprint, sherringtonKirkpatrick } from "../mod.ts";

const upper = (couplings: DenseCouplings) =>
  [...couplings.values].filter((_, k) => Math.floor(k / couplings.n) < k % couplings.n);

function pairs(kind: "signs" | "gaussian", n: number): number[] {
  const { couplings } = sherringtonKirkpatrick({ n, seed: 5, couplings: kind }).model;
  if (couplings.form !== "dense") throw new Error("expected dense couplings");
  return upper(couplings);
}

Deno.test("sherringtonKirkpatrick() has no fields, no offset, and signs for couplings", () => {
  const { model, groundEnergy } = sherringtonKirkpatrick({ n: 40, seed: 1 });
  assertEquals([model.vartype, model.offset, [...model.linear].every((h) => h === 0)], ["ising", 0, true]);
  assertEquals(new Set(pairs("signs", 40)), new Set([-1, 1]));
  assertEquals(groundEnergy, undefined);
});

Deno.test("sherringtonKirkpatrick() draws couplings of mean 0 and variance 1", () => {
  const m = 200 * 199 / 2;
  for (const kind of ["signs", "gaussian"] as const) {
    const J = pairs(kind, 200);
    assertEquals(J.length, m);
    // the mean of m draws has a deviation of 1 / sqrt(m), 4 sigma; a normal square has variance 2
    assertClose(J.reduce((sum, x) => sum + x, 0) / m, 0, { rtol: 0, atol: 4 / Math.sqrt(m) });
    assertClose(J.reduce((sum, x) => sum + x * x, 0) / m, 1, { rtol: 0, atol: 4 * Math.sqrt(2 / m) });
  }
});

Deno.test("sherringtonKirkpatrick() is one model for a seed, another for another seed or size", () => {
  const identity = (n: number, seed: number) => fingerprint(sherringtonKirkpatrick({ n, seed }).model);
  assertEquals(identity(10, 4), identity(10, 4));
  assertNotEquals(identity(10, 4), identity(10, 5));
  assertNotEquals(pairs("signs", 12).slice(0, 11), pairs("signs", 13).slice(0, 11));
});

Deno.test("sherringtonKirkpatrick() refuses sizes, seeds and couplings that there are not", () => {
  assertThrows(
    () => sherringtonKirkpatrick({ n: 1, seed: 1 }),
    RangeError,
    "n must be an integer from 2 to 8192, got 1",
  );
  assertThrows(() => sherringtonKirkpatrick({ n: 8, seed: -1 }), RangeError, "seed must be an integer from 0");
  assertThrows(
    () => sherringtonKirkpatrick({ n: 8, seed: 1, couplings: "pm" as "signs" }),
    RangeError,
    "signs or gaussian",
  );
  assertThrows(() => sherringtonKirkpatrick({ n: 8, sead: 1 } as never), TypeError, "there is no option sead");
});

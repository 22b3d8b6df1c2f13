import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { spearman, stratifiedSpearman } from "./mod.ts";

/** So many strata of six, log gap and log time normal with the given correlation inside, and an offset between strata. */
function draw(rng: Rng, strata: number, r: number, between = 0) {
  return Array.from({ length: strata }, (_, s) =>
    Array.from({ length: 6 }, () => {
      const [a, b] = [rng.normal(), rng.normal()];
      const shift = between * s;
      return { gap: Math.exp(a - shift), value: Math.exp(r * a + Math.sqrt(1 - r * r) * b + shift), censored: false };
    }));
}

Deno.test("stratifiedSpearman() is blind to what differs between strata", () => {
  const plain = draw(new Rng(1), 12, 0.4);
  const moved = draw(new Rng(1), 12, 0.4, 3);
  assertEquals(stratifiedSpearman(moved), stratifiedSpearman(plain));
  const flat = moved.flat();
  assert(spearman(flat.map(({ gap }) => gap), flat.map(({ value }) => value)) < -0.8);
});

Deno.test("stratifiedSpearman() of equal strata is the rho of one of them", () => {
  const [one] = draw(new Rng(2), 1, -0.5);
  const { rho, strata, instances } = stratifiedSpearman(Array(7).fill(one));
  assertClose(rho, spearman(one.map(({ gap }) => gap), one.map(({ value }) => value)), { rtol: 1e-12, atol: 0 });
  assertEquals([strata, instances], [7, 42]);
});

Deno.test("stratifiedSpearman() ranks what was not solved slowest, whatever its bound", () => {
  const points = (bound: number) => [
    { gap: 1, value: bound, censored: true },
    { gap: 2, value: 5, censored: false },
    { gap: 3, value: 4, censored: false },
  ];
  assertClose(stratifiedSpearman(Array(6).fill(points(0.1))).rho, -1, { rtol: 1e-12, atol: 0 });
  assertClose(stratifiedSpearman(Array(6).fill(points(100))).rho, -1, { rtol: 1e-12, atol: 0 });
});

Deno.test("stratifiedSpearman() has intervals that hold the truth", () => {
  // the truth, of six pairs a stratum, by very many strata
  for (const [r, strata] of [[0, 8], [-0.6, 20]] as const) {
    const truth = stratifiedSpearman(draw(new Rng(3), 2000, r)).rho;
    const rng = new Rng(4, strata);
    const cases = 1000;
    let held = 0;
    for (let k = 0; k < cases; k++) {
      const { low, high } = stratifiedSpearman(draw(rng, strata, r));
      if (low <= truth && truth <= high) held++;
    }
    // 0.955 +- 4 sqrt(0.955 0.045 / 1000)
    assert(Math.abs(held / cases - 0.955) < 0.0263, `${held} of ${cases} at r ${r}`);
  }
});

Deno.test("stratifiedSpearman() leaves out strata that say nothing, and refuses too few", () => {
  const strata = draw(new Rng(5), 6, 0.3);
  const constant = strata[0].map((point) => ({ ...point, gap: 1 }));
  assertEquals(stratifiedSpearman([...strata, constant, [], [strata[0][0]]]), stratifiedSpearman(strata));
  assertThrows(() => stratifiedSpearman(strata.slice(1)), RangeError, "expected 6 strata or more");
  assertThrows(() => stratifiedSpearman([[{ gap: NaN, value: 1, censored: false }]]), RangeError, "got NaN");
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { fisherCombination, holm, mcnemar, pairedBootstrap, quantileOf } from "./mod.ts";

const close = { rtol: 1e-9, atol: 0 };

Deno.test("mcnemar() counts the outcomes of fair coins that are as far from even", () => {
  for (let n = 1; n <= 12; n++) {
    for (let b = 0; b <= n; b++) {
      let extreme = 0;
      for (let coins = 0; coins < 2 ** n; coins++) {
        let heads = 0;
        for (let bit = coins; bit > 0; bit &= bit - 1) heads++;
        if (Math.abs(2 * heads - n) >= Math.abs(2 * b - n)) extreme++;
      }
      assertClose(mcnemar(b, n - b), extreme / 2 ** n, close);
    }
  }
  assertEquals(mcnemar(0, 0), 1);
  assertThrows(() => mcnemar(1.5, 0), RangeError, "got 1.5");
});

Deno.test("holm() is the closed test: the largest Bonferroni p of the families that hold a hypothesis", () => {
  for (let stream = 0; stream < 200; stream++) {
    const rng = new Rng(8, stream);
    const values = Array.from({ length: 5 }, () => rng.uniform() ** 3);
    const adjusted = holm(values);
    values.forEach((_, i) => {
      let largest = 0;
      for (let family = 1; family < 32; family++) {
        if (!(family >> i & 1)) continue;
        const inside = values.filter((_, j) => family >> j & 1);
        largest = Math.max(largest, Math.min(1, inside.length * Math.min(...inside)));
      }
      assertClose(adjusted[i], largest, close);
    });
  }
  assertEquals(holm([]), []);
  assertThrows(() => holm([0.1, NaN]), RangeError, "from 0 to 1");
});

Deno.test("fisherCombination() of uniform values is below alpha in a share alpha of cases", () => {
  const draws = 20_000, alphas = [0.01, 0.05, 0.5, 0.9];
  for (const n of [1, 2, 4, 7]) {
    const rng = new Rng(5, n);
    const combined = Array.from(
      { length: draws },
      () => fisherCombination(Array.from({ length: n }, () => rng.uniform())),
    );
    for (const alpha of alphas) {
      const share = combined.filter((p) => p < alpha).length / draws;
      // four standard errors
      assertClose(share, alpha, { rtol: 0, atol: 4 * Math.sqrt(alpha * (1 - alpha) / draws) });
    }
  }
  assertEquals([fisherCombination([]), fisherCombination([1, 1]), fisherCombination([0, 1])], [1, 1, 0]);
  assertThrows(() => fisherCombination([-0.1]), RangeError, "got -0.1");
});

Deno.test("pairedBootstrap() of one seed is as wide as the normal interval of its items", () => {
  const rng = new Rng(2);
  const cells = Int8Array.from({ length: 5_000 }, () => rng.uniform() < 0.1 ? (rng.uniform() < 0.7 ? 1 : -1) : 0);
  const mean = cells.reduce((a, b) => a + b, 0) / 5_000;
  const variance = cells.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / 5_000;
  const { low, high } = pairedBootstrap(cells, 1, { replicates: 4_000 });
  // a percentile of 4,000 replicates is known to 3 % of the deviation: 4 * sqrt(0.025 * 0.975 / 4000) / density(1.96) = 0.17
  const half = 1.96 * Math.sqrt(variance / 5_000), atol = 0.17 * half / 1.96;
  assertClose([low, high], [mean - half, mean + half], { rtol: 0, atol });
});

Deno.test("pairedBootstrap() of three seeds varies as seeds and items drawn one by one do", () => {
  const source = new Rng(12);
  const cells = Int8Array.from(
    { length: 3 * 50 },
    (_, at) => source.uniform() < 0.3 + 0.1 * Math.floor(at / 50) ? 1 : 0,
  );
  const plain = Float64Array.from({ length: 4_000 }, () => {
    const seeds = [0, 1, 2].map(() => source.integer(3));
    let sum = 0;
    for (let k = 0; k < 50; k++) {
      const item = source.integer(50);
      for (const s of seeds) sum += cells[s * 50 + item];
    }
    return sum / 150;
  }).sort();
  const { low, high } = pairedBootstrap(cells, 3, { replicates: 4_000, level: 0.8 });
  // a tenth of 4,000: 4 sqrt(2 * 0.1 * 0.9 / 4000) = 0.027 of the order, with which the plain quantiles are read
  assert(low >= plain[Math.floor(0.073 * 4_000)] && low <= plain[Math.ceil(0.127 * 4_000)], `${low}`);
  assert(high >= plain[Math.floor(0.873 * 4_000)] && high <= plain[Math.ceil(0.927 * 4_000)], `${high}`);
});

Deno.test("pairedBootstrap() of seeds that differ on every item alike reaches from the worst seed to the best", () => {
  // both seeds drawn twice: a quarter of the replicates each
  assertEquals(pairedBootstrap([...Array(9).fill(1), ...Array(9).fill(-1)], 2), { low: -1, high: 1 });
});

Deno.test("pairedBootstrap() draws the same items for all seeds of a replicate", () => {
  // the seeds cancel on every item: any replicate that holds each once gives 0, others vary
  const one = Int8Array.from({ length: 400 }, (_, i) => i % 2 === 0 ? 1 : -1);
  const cells = Int8Array.from([...one, ...one.map((cell) => -cell)]);
  const { low, high } = pairedBootstrap(cells, 2, { replicates: 2_000, level: 0.4 });
  assertEquals([low + 0, high + 0], [0, 0]);
  assert(pairedBootstrap(cells, 2, { replicates: 2_000 }).high > 0.05);
});

Deno.test("pairedBootstrap() repeats by its seed and refuses what it cannot draw from", () => {
  const cells = [1, 0, -1, 1, 1, 0];
  const options = { replicates: 20 };
  assertEquals(pairedBootstrap(cells, 2, options), pairedBootstrap(cells, 2, options));
  assertThrows(() => pairedBootstrap(cells, 4), RangeError, "got 6 in all");
  assertThrows(() => pairedBootstrap(cells, 2, { replicates: 0 }), RangeError, "replicates");
  assertThrows(() => pairedBootstrap(cells, 2, { level: 2 }), RangeError, "level");
});

Deno.test("pairedBootstrap() refuses cells that are not finite", () => {
  assertThrows(() => pairedBootstrap([0, 1, NaN, 0], 2), RangeError, "cell 2 is NaN, expected finite differences");
  assertThrows(() => pairedBootstrap([Infinity, 1], 1), RangeError, "cell 0 is Infinity");
});

Deno.test("quantileOf() takes both ends, gives NaN where it has no number, and refuses what is no share", () => {
  assertEquals([quantileOf([3, 1, 2], 0), quantileOf([3, 1, 2], 1)], [1, 3]);
  assertEquals([quantileOf([1, Infinity, Infinity], 0.4), quantileOf([1, Infinity], 0)], [Infinity, 1]);
  for (const share of [0, 0.5, 1]) assertEquals([quantileOf([], share), quantileOf([1, NaN, 0], share)], [NaN, NaN]);
  for (const share of [-0.1, 2, NaN]) assertThrows(() => quantileOf([1, 2], share), RangeError, "a share from 0 to 1");
});

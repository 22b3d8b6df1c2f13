import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { chainModel, completeModel, freeModel, glassModel } from "./_test_spectra.ts";
import { chainGap, exactHittingTime, exactMixingTime, hittingTimeBound, mixingTimeBounds } from "./mod.ts";

const RULES = ["glauber", "metropolis"] as const;

Deno.test("exactHittingTime() of one spin waits for one flip", () => {
  for (const [h, beta] of [[1, 0.5], [-2, 1]]) {
    const down = Math.exp(-2 * beta * Math.abs(h));
    const heatBath = exactHittingTime(freeModel([h]), { beta, from: "uniform" }).meanUpdates;
    assertClose(heatBath, (1 + down) / 2, { rtol: 1e-12, atol: 0 });
    const stationary = exactHittingTime(freeModel([h]), { beta, dynamics: "metropolis" }).meanUpdates;
    assertClose(stationary, down / (1 + down), { rtol: 1e-12, atol: 0 });
  }
});

Deno.test("exactHittingTime() of the Curie-Weiss model is that of the chain of its magnetisation", () => {
  for (const [n, J, h, beta] of [[6, -0.3, 0.2, 2], [10, -0.2, 0.05, 1.5], [9, -0.25, 0.1, 2]]) {
    const energy = (up: number) => J * ((2 * up - n) ** 2 - n) / 2 + h * (2 * up - n);
    const flip = (from: number, to: number) => 1 / (1 + Math.exp(beta * (energy(to) - energy(from))));
    const binomial = [1];
    for (let k = 1; k <= n; k++) binomial.push(binomial[k - 1] * (n - k + 1) / k);
    // the ground state has all spins down; from up + 1 to up takes the weight above over the flow down
    const weight = (up: number, over: number) => binomial[up] * Math.exp(-beta * (energy(up) - energy(over)));
    const times = [0];
    for (let up = 1; up <= n; up++) {
      let above = 0;
      for (let k = up; k <= n; k++) above += weight(k, up);
      times.push(times[up - 1] + above / (binomial[up] * up / n * flip(up, up - 1)));
    }
    const uniform = times.reduce((sum, time, up) => sum + binomial[up] * time, 0) / 2 ** n;
    const total = binomial.reduce((sum, _, up) => sum + weight(up, 0), 0);
    const stationary = times.reduce((sum, time, up) => sum + weight(up, 0) * time, 0) / total;
    const model = completeModel(n, J, h);
    assertClose(exactHittingTime(model, { beta, from: "uniform" }).meanUpdates, uniform, { rtol: 1e-6, atol: 0 });
    assertClose(exactHittingTime(model, { beta }).meanUpdates, stationary, { rtol: 1e-6, atol: 0 });
  }
});

Deno.test("exactMixingTime() is the first time at which the worst start is close", () => {
  // one spin: the distance after t updates is pi(other) |lambda|^t
  for (const [h, beta] of [[1, 0.5], [0.1, 0.3]]) {
    const back = Math.exp(-2 * beta * h);
    const distance = (t: number) => back ** t / (1 + back);
    const t = exactMixingTime(freeModel([h]), { beta, dynamics: "metropolis", epsilon: 0.01 });
    assert(distance(t) <= 0.01 && distance(t - 1) > 0.01, `${t}`);
  }
  assertEquals(exactMixingTime(freeModel([0, 0]), { beta: 1, dynamics: "metropolis" }), Infinity);
});

Deno.test("exactMixingTime() is 0 where the start is close enough, and counts a chain with a period for more than half", () => {
  // a start of n free spins is 1 - 2^-n away
  for (const dynamics of RULES) {
    assertEquals(exactMixingTime(freeModel([0]), { beta: 1, dynamics, epsilon: 0.51 }), 0);
    assertEquals(exactMixingTime(freeModel([0, 0]), { beta: 1, dynamics, epsilon: 0.76 }), 0);
  }
  const periodic = (n: number, epsilon: number) =>
    exactMixingTime(freeModel(new Array(n).fill(0)), { beta: 1, dynamics: "metropolis", epsilon });
  // two spins: after one update in one of two states of four; never closer
  assertEquals([periodic(2, 0.74), periodic(2, 0.5), periodic(2, 0.49)], [1, 1, Infinity]);
  // three spins: in one of three states of eight after one update, 5/8 away; after two in one of four, each above 1/8: 1/2 away
  assertEquals([periodic(3, 0.63), periodic(3, 0.62), periodic(3, 0.5), periodic(3, 0.49)], [1, 2, 2, Infinity]);
});

Deno.test("hittingTimeBound() and mixingTimeBounds() hold on random models", () => {
  let tightest = Infinity;
  for (let seed = 0; seed < 8; seed++) {
    for (const beta of [0.2, 1, 3, 6]) {
      for (const dynamics of RULES) {
        const n = 3 + seed % 4;
        const model = seed % 2 === 0 ? glassModel(n, seed, 0.4) : glassModel(n, seed, 0);
        const chain = chainGap(model, { beta, dynamics });
        const { meanUpdates } = exactHittingTime(model, { beta, dynamics });
        const bound = hittingTimeBound(chain);
        assert(meanUpdates <= bound * (1 + 1e-9), `${meanUpdates} > ${bound}`);
        tightest = Math.min(tightest, bound / meanUpdates);
        if (seed % 2 === 1) {
          const even = hittingTimeBound(chainGap(model, { beta, dynamics, sector: "even" }));
          assert(meanUpdates <= even * (1 + 1e-9) && even <= bound * (1 + 1e-9));
        }
        if (chain.absoluteGap < 1e-8) continue;
        for (const epsilon of [0.25, 0.01]) {
          const { low, high } = mixingTimeBounds(chain, epsilon);
          const t = exactMixingTime(model, { beta, dynamics, epsilon });
          // the bounds speak of real t, whole updates may be one more
          assert(low <= t && t <= high + 1, `${low} <= ${t} <= ${high}`);
        }
      }
    }
  }
  assert(tightest < 3, `no bound was near: ${tightest}`);
});

Deno.test("exactHittingTime() and exactMixingTime() refuse what they cannot do", () => {
  const model = chainModel(3, 1, true);
  assertThrows(() => exactHittingTime(chainModel(17, 1, true), { beta: 1 }), RangeError, "at most 16 spins");
  assertThrows(() => exactMixingTime(chainModel(11, 1, true), { beta: 1 }), RangeError, "at most 10 spins");
  assertThrows(() => exactMixingTime(chainModel(6, -1, true), { beta: 12 }), RangeError, "lower beta");
  assertThrows(() => exactHittingTime(model, { beta: Infinity }), RangeError, "never leaves a local minimum");
  assertThrows(() => exactMixingTime(model, { beta: 1, epsilon: 1 }), RangeError, "epsilon");
  assertThrows(() => hittingTimeBound({ gap: NaN, groundWeight: 0.5 }), RangeError, "got NaN");
  assertThrows(() => mixingTimeBounds({ absoluteGap: 0.1, minimumWeight: 0 }), RangeError, "minimumWeight");
  assertEquals(hittingTimeBound({ gap: 0, groundWeight: 0.5 }), Infinity);
  // every state is a ground state
  assertEquals(exactHittingTime(freeModel([0, 0]), { beta: 1 }).meanUpdates, 0);
});

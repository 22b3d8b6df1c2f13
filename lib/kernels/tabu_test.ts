import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { openTabu, type TabuCouplings, tabuModule, type TabuRule } from "./mod.ts";

/** The search, written plainly: one draw a move for where to look first, one for the tenure. */
class TabuTwin {
  readonly s: number[];
  readonly best: number[];
  energy = 0;
  lowest = 0;
  constructor(readonly V: number[][], readonly h2: number[]) {
    this.s = h2.map(() => 1);
    this.best = [...this.s];
  }
  cost(i: number): number {
    return -this.s[i] * (this.h2[i] + this.V[i].reduce((sum, v, j) => sum + v * this.s[j], 0));
  }
  flip(i: number): void {
    this.energy += this.cost(i);
    this.s[i] = -this.s[i];
  }
  search(moves: number, rng: Rng, { stall, tenure, spread }: TabuRule): string {
    const n = this.s.length;
    const until = new Array(n).fill(0);
    const below = (bound: number) => Math.floor(rng.uint32() * bound / 2 ** 32);
    this.lowest = this.energy;
    this.s.forEach((s, i) => this.best[i] = s);
    let improved = 0;
    for (let now = 0; now < moves; now++) {
      const costs = this.s.map((_, i) => this.cost(i));
      const free = costs.map((cost, i) => until[i] <= now ? cost : Infinity);
      const aspires = this.energy + Math.min(...costs) < this.lowest || Math.min(...free) === Infinity;
      const among = aspires ? costs : free;
      const wanted = Math.min(...among);
      if (now - improved >= stall) return "stalled";
      const from = below(n);
      const i = Array.from({ length: n }, (_, k) => (from + k) % n).find((k) => among[k] === wanted) ?? 0;
      this.flip(i);
      until[i] = now + 1 + tenure + below(spread);
      if (this.energy < this.lowest) {
        this.lowest = this.energy;
        improved = now + 1;
        this.s.forEach((s, k) => this.best[k] = s);
      }
    }
    return "moves made";
  }
}

function problem(n: number, seed: number, largest: number, share = 1) {
  const rng = new Rng(seed);
  const V = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) if (rng.uniform() < share) V[i][j] = V[j][i] = rng.integer(2 * largest + 1) - largest;
  }
  const h2 = Array.from({ length: n }, () => rng.integer(2 * largest + 1) - largest);
  const costs = Int32Array.from(h2, (h, i) => -h - V[i].reduce((sum, v) => sum + v, 0));
  const forms: TabuCouplings[] = [{ form: "dense", values: Int32Array.from(V.flat()) }];
  if (largest < 2 ** 15) forms.push({ form: "dense", values: Int16Array.from(V.flat()) });
  const rows = V.map((row) => row.map((value, j) => [j, value]).filter(([, value]) => value !== 0));
  const rowPtr = new Uint32Array(n + 1);
  rows.forEach((row, i) => rowPtr[i + 1] = rowPtr[i] + row.length);
  forms.push({
    form: "sparse",
    rowPtr,
    columns: Uint32Array.from(rows.flat(), ([j]) => j),
    values: Int32Array.from(rows.flat(), ([, value]) => value),
  });
  return { V, h2, costs, forms };
}

const signed = (signs: Int32Array, n: number) => Array.from(signs.subarray(0, n), (sign) => sign === 0 ? 1 : -1);

Deno.test("openTabu() moves as the plain search does, in every form and for every padding", async () => {
  const module = await tabuModule();
  const cases = [[1, 5], [2, 3], [3, 9], [5, 2], [16, 1], [21, 40_000], [34, 3], [63, 100]];
  for (const [n, largest] of cases) {
    const { V, h2, costs, forms } = problem(n, n, largest, n > 30 ? 0.3 : 1);
    const rule = { stall: 60, tenure: Math.min(3, n >> 2), spread: Math.max(1, n >> 3), target: -Infinity };
    for (const couplings of forms) {
      const twin = new TabuTwin(V, h2);
      const rng = new Rng(5, n);
      const kernel = openTabu(module, n, couplings, costs);
      kernel.rng.set(rng.state);
      kernel.start();
      // slices must not matter
      let ending = kernel.search(7, rule);
      for (let k = 0; k < 40 && ending === "moves made"; k++) ending = kernel.search(10, rule);
      assertEquals(ending, twin.search(407, rng, rule));
      assertEquals([kernel.energy, kernel.lowest], [twin.energy, twin.lowest], `n = ${n}`);
      assertEquals(signed(kernel.signs, n), twin.s);
      assertEquals(signed(kernel.best, n), twin.best);
      assertEquals([...kernel.costs.subarray(0, n)], twin.s.map((_, i) => twin.cost(i) + 0));
      assertEquals(kernel.rng.slice(), rng.state);
    }
  }
});

Deno.test("openTabu() walks to any state and knows its energy", async () => {
  const module = await tabuModule();
  const { V, h2, costs, forms } = problem(29, 3, 50);
  const rng = new Rng(1);
  for (const couplings of forms) {
    const kernel = openTabu(module, 29, couplings, costs);
    for (let round = 0; round < 5; round++) {
      const twin = new TabuTwin(V, h2);
      for (let i = 0; i < 29; i++) {
        kernel.goal[i] = -rng.integer(2);
        if (kernel.goal[i] !== 0) twin.flip(i);
      }
      let calls = 0;
      while (!kernel.walk(4)) calls++;
      assertEquals([kernel.energy, signed(kernel.signs, 29)], [twin.energy, twin.s]);
      assertEquals(calls > 0, true);
    }
  }
});

Deno.test("openTabu() ends a search that has met its target", async () => {
  const { costs, forms } = problem(20, 8, 9);
  const kernel = openTabu(await tabuModule(), 20, forms[0], costs);
  kernel.rng.set([1, 2, 3, 4]);
  kernel.start();
  const rule = { stall: 1000, tenure: 3, spread: 4, target: -Infinity };
  kernel.search(1000, rule);
  const target = kernel.lowest;
  kernel.goal.fill(0);
  kernel.walk(100);
  kernel.start();
  assertEquals(kernel.search(100_000, { ...rule, target }), "target");
  assertEquals(kernel.lowest, target);
});

Deno.test("openTabu() refuses couplings that WebAssembly cannot address", async () => {
  const module = await tabuModule();
  // 2^33 bytes of rows; nothing is read before the check
  const couplings = { form: "dense", values: new Int32Array(0) } as const;
  assertThrows(() => openTabu(module, 2 ** 16 - 20_000, couplings, new Int32Array(1)), RangeError, "4294967296 can be");
});

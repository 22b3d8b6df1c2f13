import { openTabuWork } from "../kernels/mod.ts";
import type { Model, Work } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { ElitePool } from "./_elite_pool.ts";
import { isingArrays } from "./_ising_arrays.ts";
import type { Reader } from "./_reader.ts";
import { scored } from "./_rows.ts";
import { spinLoops } from "./_spin_loops.ts";
import { tabuCosts } from "./_tabu_costs.ts";

const POOL_SIZE = 16;
const PATIENCE = 60;
const REVERSED_SHARE = 0.02;
const SHORTEST_TENURE = 3;
const SPREAD_SHARES = [1 / 40, 1 / 20, 1 / 10];
const SLICE_NS = 1e6;
const POLISHED_UP_TO = 4e6;
const SETTLING_MS = 5;
const TARGET_MARGIN = 1e-9;
// of an energy with the offset in it
const OFFSET_ROUNDING = 2 ** -51;

/** What the search takes beside the model. */
export interface TabuPlan {
  readonly numRounds: number;
  readonly stallMoves: number | undefined;
  readonly tenure: readonly [shortest: number, longest: number] | undefined;
}

/** Reads that are rounds of tabu search, from drawn states until the pool is full and then from children of its states. */
export function* tabuReader(
  model: Model,
  module: WebAssembly.Module,
  plan: TabuPlan,
  target: number,
): Work<Reader> {
  const arrays = yield* isingArrays(model);
  const { couplings, costs, scale, exact, upEnergy } = yield* tabuCosts(arrays);
  const n = model.n;
  const { numRounds, stallMoves = 20 * n } = plan;
  const sparse = couplings.form === "sparse";
  const kernel = yield* openTabuWork(module, n, couplings, costs);
  const symmetric = arrays.h.every((h) => h === 0);
  // measured: what a move costs beside its share of the memory traffic
  const moveNs = 40 + n * (sparse ? 0.25 : 0.4) + (sparse ? 1.5 * couplings.values.length / Math.max(1, n) : 0);
  const movesPerSlice = Math.max(1, Math.floor(SLICE_NS / moveNs));
  const rules = (plan.tenure === undefined ? SPREAD_SHARES : [0]).map((share) => {
    const most = Math.floor(n / 4);
    const tenure = Math.min(plan.tenure?.[0] ?? SHORTEST_TENURE, most);
    const longest = Math.min(plan.tenure?.[1] ?? SHORTEST_TENURE + Math.ceil(share * n), most);
    return { stall: stallMoves, tenure, spread: Math.max(1, longest - tenure + 1) };
  });
  // rounded coefficients: the sum over the pairs is off by the square root of their number
  const margin = exact ? TARGET_MARGIN : 2 + 2 * Math.sqrt(couplings.values.length + n);
  const targetCost = (target - arrays.offset - upEnergy + OFFSET_ROUNDING * Math.abs(arrays.offset)) * scale + margin;
  const best = new Int8Array(n);
  const trial = new Int8Array(n);
  const values = new Int8Array(n);
  const polish = exact ? undefined : yield* spinLoops(model);

  let spins: Int8Array = best;
  let rng = new Rng(0);
  let pool = new ElitePool(n, POOL_SIZE, symmetric);
  let [round, failures, lowest, alarm, walking] = [0, 0, Infinity, targetCost, true];
  let [moves, counted] = [0, 0];

  const keepBest = () => {
    if (!(kernel.lowest < lowest)) return;
    lowest = kernel.lowest;
    for (let i = 0; i < n; i++) best[i] = kernel.best[i] === 0 ? 1 : -1;
  };
  const polishInto = (state: Int8Array) => {
    state.set(best);
    polish?.load(state);
    while (polish?.steepest(state));
  };
  const reached = () => {
    if (lowest > alarm) return false;
    polishInto(trial);
    if (scored(model, trial, values) <= target) return true;
    alarm = lowest - 1;
    return false;
  };
  const nextGoal = () => {
    if (failures > PATIENCE) {
      pool = new ElitePool(n, POOL_SIZE, symmetric);
      failures = 0;
    }
    if (pool.full) pool.cross(kernel.goal, 1 + Math.floor(REVERSED_SHARE * n), rng);
    else for (let i = 0; i < n; i++) kernel.goal[i] = rng.uint32() < 0x80000000 ? 0 : -1;
    walking = true;
  };
  const finish = () => {
    polishInto(spins);
    return true;
  };
  return {
    kernel: `tabu ${sparse ? "sparse" : couplings.values instanceof Int16Array ? "dense int16" : "dense int32"} simd`,
    options: { numRounds, stallMoves, tenure: plan.tenure === undefined ? "automatic" : [...plan.tenure] },
    get findings() {
      return { exactIntegers: exact, moves };
    },
    begin([read]) {
      spins = read.spins;
      rng = read.rng;
      pool = new ElitePool(n, POOL_SIZE, symmetric);
      [round, failures, lowest, alarm, walking] = [0, 0, Infinity, targetCost, true];
      best.set(spins);
      for (let i = 0; i < n; i++) kernel.goal[i] = spins[i] > 0 ? 0 : -1;
      // a stream of its own: the one of the read goes on with the children
      for (let k = 0; k < 4; k++) kernel.rng[k] = rng.uint32();
      kernel.rng[0] |= 1;
    },
    advance() {
      if (n === 0) return true;
      if (walking) {
        walking = !kernel.walk(movesPerSlice);
        if (walking) return false;
        kernel.start();
        counted = 0;
        keepBest();
        if (reached()) return finish();
      }
      const ending = kernel.search(movesPerSlice, { ...rules[round % rules.length], target: alarm });
      moves += kernel.moves - counted;
      counted = kernel.moves;
      keepBest();
      if (ending === "target") {
        if (reached()) return finish();
        return false;
      }
      if (ending === "moves made") return false;
      failures = pool.add(kernel.best, kernel.lowest) ? 0 : failures + 1;
      round++;
      if (round >= numRounds) return finish();
      nextGoal();
      return false;
    },
    settle() {
      // a matrix too large to be looked at once more
      if (polish === undefined || polish.sweepWork > POLISHED_UP_TO) return void spins.set(best);
      // cut while it walked down, the best is far from a minimum: one flip a look at all spins could take minutes
      const start = performance.now();
      spins.set(best);
      polish.load(spins);
      while (polish.steepest(spins) && performance.now() - start < SETTLING_MS);
      while (polish.descend(spins) > 0 && performance.now() - start < 2 * SETTLING_MS);
    },
    best: () => lowest === Infinity ? undefined : { energy: arrays.offset + upEnergy + lowest / scale, spins: best },
  };
}

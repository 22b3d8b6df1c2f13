import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/assert_close.ts";
import { minusLog } from "./_replica_loops.ts";
import type { KernelCouplings } from "./annealing.ts";
import { openReplicas, type ReplicaOptions, type ReplicaProblem, type Replicas } from "./replicas.ts";

const LANES = 24;

/** A random problem: integers or normal numbers, all pairs or a tenth of them, n no multiple of 8 and more than a block. */
function problem(n: number, form: "dense" | "sparse", whole: boolean, seed: number): ReplicaProblem {
  const rng = new Rng(seed);
  const draw = () => whole ? (rng.integer(7) - 3) / 4 : rng.normal();
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (form === "dense" || rng.integer(10) === 0) matrix[i * n + j] = matrix[j * n + i] = draw();
    }
  }
  return { n, h: Float64Array.from({ length: n }, draw), couplings: couplingsOf(n, form, matrix) };
}

function couplingsOf(n: number, form: "dense" | "sparse", matrix: Float64Array): KernelCouplings {
  if (form === "dense") return { form, values: matrix };
  const columns: number[] = [];
  const rowPtr = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (matrix[i * n + j] !== 0) columns.push(i * n + j);
    rowPtr[i + 1] = columns.length;
  }
  const values = Float64Array.from(columns, (at) => matrix[at]);
  return { form, rowPtr, columns: Uint32Array.from(columns, (at) => at % n), values };
}

function opened(given: ReplicaProblem, options: Partial<ReplicaOptions> = {}): Replicas {
  const replicas = openReplicas(given, { lanes: LANES, ...options });
  const start = new Rng(5);
  for (let lane = 0; lane < replicas.lanes; lane++) {
    replicas.seed(lane, new Rng(6, lane).state);
    replicas.setBeta(lane, 0.05 * (lane + 1));
    replicas.load(lane, Int8Array.from({ length: given.n }, () => 2 * start.integer(2) - 1));
  }
  for (let g = 0; g < replicas.groups; g++) {
    replicas.refresh(g, 0, 100);
    replicas.refresh(g, 100, given.n);
  }
  return replicas;
}

function state(replicas: Replicas, lane: number): Int8Array {
  const spins = new Int8Array(replicas.n);
  replicas.read(lane, spins);
  return spins;
}

function energyTwin({ n, h, couplings }: ReplicaProblem, s: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += h[i] * s[i];
    if (couplings.form === "dense") { for (let j = 0; j < i; j++) sum += couplings.values[i * n + j] * s[i] * s[j]; }
    else {
      for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
        sum += couplings.values[k] * s[i] * s[couplings.columns[k]] / 2;
      }
    }
  }
  return sum;
}

const CASES = (["dense", "sparse"] as const).flatMap((form) =>
  [true, false].map((whole) => ({ form, whole, given: problem(270, form, whole, 11) }))
);

Deno.test("openReplicas() gives the same bits compiled and in TypeScript, in every form and precision", () => {
  for (const { form, whole, given } of CASES) {
    const engines = (["wasm", "typescript"] as const).map((engine) => opened(given, { engine }));
    for (const replicas of engines) {
      for (let g = 0; g < replicas.groups; g++) {
        replicas.sweep(g, 0, 256);
        replicas.sweep(g, 256, given.n);
        replicas.sweepRing(g, 0, given.n, 0.4);
        replicas.sweep(g, 0, given.n);
        replicas.measure(g);
      }
      replicas.descend(1, 0, given.n);
      replicas.flip(0, 7);
      replicas.copy(3, 17);
    }
    const [wasm, typescript] = engines;
    const name = `${form} ${whole ? "int16" : "float32"}`;
    assertEquals([wasm.name, typescript.name], [`${name} wasm`, `${name} typescript`]);
    for (let lane = 0; lane < LANES; lane++) {
      assertEquals(state(wasm, lane), state(typescript, lane), `${name}, lane ${lane}`);
      for (let i = 0; i < given.n; i += 7) assertEquals(wasm.flipCost(lane, i), typescript.flipCost(lane, i), name);
    }
    assertEquals(wasm.energies, typescript.energies, name);
    wasm.close();
  }
});

Deno.test("Replicas keep the fields and energies of their states, exactly in int16", () => {
  for (const { whole, given } of CASES) {
    const replicas = opened(given);
    for (let sweep = 0; sweep < 20; sweep++) {
      for (let g = 0; g < replicas.groups; g++) {
        replicas.sweep(g, 0, given.n);
        replicas.sweepRing(g, 0, given.n, 0.2);
        if (sweep === 19) replicas.measure(g);
      }
    }
    assertEquals(replicas.exact, whole);
    const tolerance = whole ? { rtol: 0, atol: 0 } : { rtol: 1e-4, atol: 1e-3 };
    for (let lane = 0; lane < LANES; lane += 5) {
      const s = state(replicas, lane);
      const own = energyTwin(given, s);
      assertClose(replicas.energies[lane], own, tolerance);
      for (const i of [0, 100, 269]) {
        const cost = replicas.flipCost(lane, i);
        s[i] = -s[i];
        assertClose(cost, energyTwin(given, s) - own, tolerance);
        s[i] = -s[i];
      }
    }
    replicas.close();
  }
});

Deno.test("Replicas: a lane's sweep does not depend on the other lanes", () => {
  for (const { given } of CASES) {
    const [all, few] = [opened(given), opened(given, { lanes: 8 })];
    for (let lane = 1; lane < 8; lane++) few.setBeta(lane, 3);
    for (const replicas of [all, few]) {
      for (let k = 0; k < 5; k++) replicas.sweep(0, 0, given.n);
    }
    assertEquals(state(few, 0), state(all, 0));
    all.close();
    few.close();
  }
});

Deno.test("Replicas.descend() ends in a local minimum, and save() and restore() undo it", () => {
  for (const { whole, given } of CASES) {
    const replicas = opened(given);
    const before = state(replicas, 9);
    const cost = replicas.flipCost(9, 3);
    replicas.save(1);
    let passes = 0;
    while (replicas.descend(1, 0, given.n)) assert(++passes < 100, "the descent must end");
    assert(passes > 0);
    for (let i = 0; i < given.n; i++) assert(replicas.flipCost(9, i) >= (whole ? 0 : -1e-4));
    replicas.restore(1);
    assertEquals(state(replicas, 9), before);
    assertEquals(replicas.flipCost(9, 3), cost);
    replicas.close();
  }
});

Deno.test("minusLog() is the logarithm to 2e-6, and never negative", () => {
  for (const draw of [2, 3, 10, 77_777, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 3e9, 2 ** 32 - 1000]) {
    assertClose(minusLog(draw), -Math.log((draw >>> 1) / 2 ** 31), { rtol: 2e-6, atol: 1e-6 });
  }
  assertEquals(minusLog(2 ** 32 - 1), 0);
  assert(minusLog(0) > 100 && minusLog(2) < 21.5);
});

Deno.test("openReplicas() refuses lanes that are no groups, and int16 where it does not fit", () => {
  const { given } = CASES[1];
  assertThrows(() => openReplicas(given, { lanes: 12 }), RangeError, "multiple of 8");
  assertThrows(() => openReplicas(given, { lanes: 8, precision: "int16" }), RangeError, "leave precision out");
  assertEquals(opened(CASES[0].given, { precision: "float32" }).name, "dense float32 wasm");
});

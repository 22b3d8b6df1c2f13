import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { type AnnealingKernel, type AnnealingProblem, integerUnit } from "./annealing.ts";
import { typescriptAnnealing } from "./typescript_annealing.ts";
import { wasmAnnealing } from "./wasm_annealing.ts";

function problem(n: number, form: "dense" | "sparse", precision: "int16" | "float32", seed: number): AnnealingProblem {
  const rng = new Rng(seed);
  const draw = () => precision === "int16" ? 0.25 * (rng.integer(41) - 20) : rng.normal();
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (form === "dense" || rng.uniform() < 0.2) values[i * n + j] = values[j * n + i] = draw();
    }
  }
  const h = Float64Array.from({ length: n }, draw);
  const unit = precision === "int16" ? 0.25 : 1;
  if (form === "dense") return { n, h, couplings: { form, values }, precision, unit };
  const rowPtr = new Uint32Array(n + 1);
  const columns: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (values[i * n + j] !== 0) columns.push(j);
    rowPtr[i + 1] = columns.length;
  }
  const kept = Float64Array.from(values.filter((value) => value !== 0));
  return { n, h, couplings: { form, rowPtr, columns: Uint32Array.from(columns), values: kept }, precision, unit };
}

function run(kernel: AnnealingKernel, n: number, heatBath: boolean) {
  const rng = new Rng(8, n);
  const spins = Int8Array.from({ length: n }, () => rng.uint32() & 1 ? 1 : -1);
  kernel.start(spins, Uint32Array.from({ length: 16 }, () => rng.uint32()));
  kernel.fields(0, kernel.padded);
  const betas = Float32Array.from({ length: 60 }, (_, t) => 0.02 * 1.08 ** t);
  const seen: unknown[] = [];
  const half = kernel.padded >> 4 << 3;
  // whole sweeps, then one in two parts
  for (let from = 0; from < betas.length; from += 20) {
    seen.push(kernel.anneal(0, kernel.padded, betas.subarray(from), 20, heatBath, Infinity), kernel.gained);
    for (const [a, b] of [[0, half], [half, kernel.padded]]) {
      kernel.anneal(a, b, betas.subarray(from), 1, heatBath, Infinity);
    }
    kernel.read(spins);
    seen.push(spins.slice());
  }
  kernel.close();
  return seen;
}

for (const form of ["dense", "sparse"] as const) {
  for (const precision of ["int16", "float32"] as const) {
    for (const heatBath of [false, true]) {
      const rule = heatBath ? "heat bath" : "Metropolis";
      Deno.test(`wasmAnnealing() gives the states of typescriptAnnealing(): ${form} ${precision}, ${rule}`, () => {
        for (const n of [1, 2, 7, 8, 9, 31, 64, 101]) {
          const given = problem(n, form, precision, n);
          assertEquals(
            run(wasmAnnealing(given), n, heatBath),
            run(typescriptAnnealing(given), n, heatBath),
            `n = ${n}`,
          );
        }
      });
    }

    Deno.test(`gained of the ${form} ${precision} kernel is the energy that the state has lost`, () => {
      const given = problem(40, form, precision, 3);
      const kernel = wasmAnnealing(given);
      const spins = new Int8Array(40).fill(1);
      const before = energyOf(given, spins);
      kernel.start(spins, Uint32Array.from({ length: 16 }, (_, k) => 77 * k + 1));
      kernel.fields(0, kernel.padded);
      kernel.anneal(0, kernel.padded, new Float32Array(50).fill(0.3), 50, false, Infinity);
      kernel.read(spins);
      const lost = before - energyOf(given, spins);
      const error = Math.abs(kernel.gained - lost);
      assertEquals(error <= (precision === "int16" ? 0 : 1e-3), true, `gained ${kernel.gained}, lost ${lost}`);
    });
  }
}

function energyOf({ n, h, couplings }: AnnealingProblem, s: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += h[i] * s[i];
    if (couplings.form === "dense") { for (let j = 0; j < i; j++) sum += couplings.values[i * n + j] * s[i] * s[j]; }
    else {
      for (let e = couplings.rowPtr[i]; e < couplings.rowPtr[i + 1]; e++) {
        if (couplings.columns[e] < i) sum += couplings.values[e] * s[i] * s[couplings.columns[e]];
      }
    }
  }
  return sum;
}

Deno.test("wasmAnnealing() gives the states of typescriptAnnealing(): a bit a coupling where all are of one magnitude", () => {
  for (const n of [512, 513, 519, 640, 641, 767]) {
    const rng = new Rng(n);
    const given = problem(n, "dense", "int16", n);
    const values = given.couplings.values;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) values[i * n + j] = values[j * n + i] = rng.uint32() & 1 ? 0.5 : -0.5;
    }
    const kernel = wasmAnnealing(given);
    assertEquals(kernel.name, "dense bits wasm");
    const heatBath = n % 2 === 0;
    assertEquals(run(kernel, n, heatBath), run(typescriptAnnealing(given), n, heatBath), `n = ${n}`);
  }
});

Deno.test("energy() of integer kernels is that of the state, and undefined where fields are rounded", () => {
  for (const form of ["dense", "sparse"] as const) {
    for (const open of [wasmAnnealing, typescriptAnnealing]) {
      const given = problem(40, form, "int16", 3);
      const kernel = open(given);
      const spins = new Int8Array(40).fill(1);
      kernel.start(spins, Uint32Array.from({ length: 16 }, (_, k) => 77 * k + 1));
      kernel.fields(0, kernel.padded);
      assertEquals(kernel.energy(), energyOf(given, spins));
      kernel.anneal(0, kernel.padded, new Float32Array(50).fill(0.3), 50, false, Infinity);
      kernel.read(spins);
      assertEquals(kernel.energy(), energyOf(given, spins));
      assertEquals(open(problem(40, form, "float32", 3)).energy(), undefined);
    }
  }
});

Deno.test("anneal() ends after the sweep that brings the gain asked for", () => {
  for (const open of [wasmAnnealing, typescriptAnnealing]) {
    const kernel = open(problem(64, "dense", "int16", 5));
    const spins = new Int8Array(64).fill(1);
    const start = () => {
      kernel.start(spins, Uint32Array.from({ length: 16 }, (_, k) => 3 * k + 1));
      kernel.fields(0, kernel.padded);
    };
    const gains: number[] = [];
    start();
    for (let t = 0; t < 30; t++) {
      kernel.anneal(0, kernel.padded, new Float32Array([0.2]), 1, false, Infinity);
      gains.push(kernel.gained);
    }
    const enough = Math.max(...gains);
    start();
    const made = kernel.anneal(0, kernel.padded, new Float32Array(30).fill(0.2), 30, false, enough);
    assertEquals([made, kernel.gained], [gains.indexOf(enough) + 1, enough]);
  }
});

Deno.test("integerUnit() finds powers of two, and none for what 16 bits do not hold", () => {
  const dense = (...values: number[]) => ({ form: "dense", values: Float64Array.from(values) }) as const;
  const zero = new Float64Array(2);
  assertEquals(integerUnit(2, zero, dense(0, 6, 6, 0)), 2);
  assertEquals(integerUnit(2, zero, dense(0, 0, 0, 0)), 1);
  assertEquals(integerUnit(2, zero, dense(0, 3 * 2 ** 40, 3 * 2 ** 40, 0)), 2 ** 40);
  assertEquals(integerUnit(2, zero, dense(0, 0.1, 0.1, 0)), undefined);
  assertEquals(integerUnit(2, Float64Array.of(1, 16383), dense(0, 1, 1, 0)), undefined);
  assertEquals(integerUnit(2, Float64Array.of(1, 16382), dense(0, 1, 1, 0)), 1);
  assertEquals(integerUnit(2, Float64Array.of(2 ** -600, 0), dense(0, 1, 1, 0)), undefined);
});

Deno.test("wasmAnnealing() says how much memory a model would take that does not fit", () => {
  const couplings = { form: "dense", values: new Float64Array(0) } as const;
  const given = { n: 100_000, h: new Float64Array(100_000), couplings, precision: "float32", unit: 1 } as const;
  assertThrows(() => wasmAnnealing(given), RangeError, "40001");
});

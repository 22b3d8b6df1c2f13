import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { type Hypercube, openHypercube, type UpdateRule } from "./mod.ts";

const RULES: readonly UpdateRule[] = ["glauber", "metropolis"];
const SHAPES = [1, 2, 3, 4, 5, 9, 12].flatMap((n) => [{ n, even: false }, { n, even: true }]);

/** Both engines over one random content: vectors 0 positive, of a wide range, the others normal. */
function pair(n: number, even: boolean, vectors: number): Hypercube[] {
  return (["wasm", "typescript"] as const).map((engine) => {
    const cube = openHypercube({ n, even, vectors, engine });
    cube.vectors.forEach((vector, k) => {
      const rng = new Rng(n, k);
      for (let x = 0; x < vector.length; x++) vector[x] = k === 0 ? Math.exp(-20 * rng.uniform()) : rng.normal();
    });
    return cube;
  });
}

Deno.test("openHypercube() gives the same bits compiled and in TypeScript", () => {
  for (const { n, even } of SHAPES) {
    const got = pair(n, even, 15).map((cube) => {
      const [g, psi, out, other, taken] = cube.vectors;
      const numbers: number[] = [];
      cube.applyTransverse(0.3, 1.7, g, psi, out);
      numbers.push(...out);
      for (const rule of RULES) {
        cube.applyGenerator(rule, 1 / n, g, psi, out);
        numbers.push(...out, cube.dirichletForm(rule, 1 / n, g, psi));
        for (const order of ["lastFirst", "firstFirst"] as const) {
          other.set(psi);
          numbers.push(cube.sweep(order, rule, g, other), ...other);
          other.set(psi);
          taken.fill(0);
          numbers.push(cube.sweep(order, rule, g, other, taken), ...other, ...taken);
        }
      }
      const products = new Float64Array(9);
      cube.dots(5, 9, psi, products);
      cube.add(5, 9, products, out);
      numbers.push(...products, ...out);
      cube.rotate(5, 9, 4, Float64Array.from({ length: 36 }, (_, k) => Math.sin(k)));
      cube.vectors.slice(5).forEach((vector) => numbers.push(...vector));
      cube.close();
      return numbers;
    });
    assert(got[0].every(Number.isFinite));
    assertEquals(got[0], got[1], `n = ${n}, even = ${even}`);
  }
});

Deno.test("Hypercube.applyGenerator() is symmetric, loses nothing of g, and has dirichletForm() as its form", () => {
  for (const { n, even } of SHAPES) {
    const cube = pair(n, even, 5)[0];
    const [g, psi, phi, a, b] = cube.vectors;
    const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, x) => sum + value * v[x], 0);
    for (const rule of RULES) {
      cube.applyGenerator(rule, 1 / n, g, psi, a);
      cube.applyGenerator(rule, 1 / n, g, phi, b);
      assertClose(dot(a, phi), dot(psi, b), { rtol: 1e-12, atol: 1e-12 });
      assertClose(cube.dirichletForm(rule, 1 / n, g, psi), dot(a, psi), { rtol: 1e-12, atol: 1e-12 });
      cube.applyGenerator(rule, 1 / n, g, g, a);
      assertEquals(a, new Float64Array(cube.size));
    }
  }
});

Deno.test("Hypercube.sweep() takes what it says and its two orders are each other's transpose", () => {
  for (const { n, even } of SHAPES) {
    const cube = pair(n, even, 5)[0];
    const [g, psi, phi, a, taken] = cube.vectors;
    const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, x) => sum + value * v[x], 0);
    for (const rule of RULES) {
      a.set(psi);
      taken.fill(0);
      const lost = cube.sweep("lastFirst", rule, g, a, taken);
      assertClose(lost, dot(psi, psi) - dot(a, a), { rtol: 1e-11, atol: 1e-11 });
      assertClose(taken, psi.map((value, x) => value - a[x]), { rtol: 1e-11, atol: 1e-11 });
      const forwards = dot(phi, a);
      a.set(phi);
      cube.sweep("firstFirst", rule, g, a);
      assertClose(dot(a, psi), forwards, { rtol: 1e-11, atol: 1e-11 });
    }
  }
});

Deno.test("openHypercube() over even functions does what it does over all states", () => {
  for (const n of [2, 3, 6]) {
    const half = pair(n, true, 4)[0];
    const whole = openHypercube({ n, vectors: 4 });
    // a state with the last spin down stands for the one with all spins turned
    for (const k of [0, 1]) {
      for (let x = 0; x < half.size; x++) {
        whole.vectors[k][x + half.size] = half.vectors[k][x];
        whole.vectors[k][half.size - 1 - x] = half.vectors[k][x];
      }
    }
    const agree = (cube: Hypercube, run: (cube: Hypercube, out: Float64Array) => void) => {
      run(cube, cube.vectors[2]);
      return cube.vectors[2].slice(cube.size - half.size);
    };
    const same = (run: (cube: Hypercube, out: Float64Array) => void) =>
      assertClose(agree(whole, run), agree(half, run), { rtol: 1e-13, atol: 1e-13 });
    same((cube, out) => cube.applyTransverse(1, 2, cube.vectors[0], cube.vectors[1], out));
    for (const rule of RULES) {
      same((cube, out) => cube.applyGenerator(rule, 1, cube.vectors[0], cube.vectors[1], out));
      assertClose(
        whole.dirichletForm(rule, 1, whole.vectors[0], whole.vectors[1]),
        2 * half.dirichletForm(rule, 1, half.vectors[0], half.vectors[1]),
        { rtol: 1e-12, atol: 0 },
      );
    }
  }
});

Deno.test("openHypercube() refuses more vectors than WebAssembly can address", () => {
  assertThrows(() => openHypercube({ n: 24, vectors: 40 }), RangeError, "at most 4294967296 can be had");
});

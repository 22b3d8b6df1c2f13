import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Hypercube, openHypercube } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { denseSpectrum } from "./_dense_spectrum.ts";
import { minimiseSquare } from "./_minimise_square.ts";
import { lanczos } from "./mod.ts";

const CLOSE = { rtol: 1e-9, atol: 1e-12 };

/** A transverse field and random energies, without a symmetry. */
function open(n: number, vectors: number): { cube: Hypercube; apply: (a: Float64Array, b: Float64Array) => void } {
  const cube = openHypercube({ n, vectors });
  const rng = new Rng(n, 3);
  const E = cube.vectors[0];
  for (let x = 0; x < E.length; x++) E[x] = 3 * rng.normal();
  return { cube, apply: (psi, out) => cube.applyTransverse(0.7, 1, E, psi, out) };
}

Deno.test("lanczos() finds both ends of the spectrum that a dense solver finds, in any basis", () => {
  for (const n of [1, 2, 3, 7]) {
    for (const basis of [6, 12, 40]) {
      const { cube, apply } = open(n, 45);
      const { values } = denseSpectrum(cube, apply, cube.vectors[1], cube.vectors[2]);
      const wanted = Math.min(3, cube.size);
      for (const end of ["lowest", "highest"] as const) {
        const found = lanczos(cube, apply, { end, wanted, first: 1, basis });
        const expected = end === "lowest" ? values : values.toReversed();
        assertEquals(found.converged, true);
        assertClose(found.values, expected.slice(0, wanted), CLOSE);
        // the vectors are eigenvectors, orthonormal
        const out = cube.vectors[44];
        for (let k = 0; k < wanted; k++) {
          const psi = cube.vectors[1 + k];
          apply(psi, out);
          const off = out.map((value, x) => value - found.values[k] * psi[x]);
          assert(Math.hypot(...off) <= 2 * found.residuals[k] + 1e-12, `residual ${Math.hypot(...off)}`);
          const along = cube.vectors.slice(1, 1 + wanted).map((v) =>
            v.reduce((sum, value, x) => sum + value * psi[x], 0)
          );
          assertClose(along, along.map((_, j) => j === k ? 1 : 0), { rtol: 0, atol: 1e-12 });
        }
      }
      cube.close();
    }
  }
});

Deno.test("lanczos() stays outside of what is deflated", () => {
  const { cube, apply } = open(6, 45);
  const { values } = denseSpectrum(cube, apply, cube.vectors[1], cube.vectors[2]);
  lanczos(cube, apply, { wanted: 2, first: 1, basis: 30 });
  const { values: next } = lanczos(cube, apply, { wanted: 2, first: 3, deflated: 2, basis: 30, seed: 5 });
  assertClose(next, values.slice(2, 4), CLOSE);
});

Deno.test("lanczos() finds one vector of each eigenspace and goes on where its space closes", () => {
  // levels -3, -1, 1, 3 of three spins, once, three, three times, once
  const cube = openHypercube({ n: 3, vectors: 12 });
  const apply = (psi: Float64Array, out: Float64Array) => cube.applyTransverse(1, 0, cube.vectors[0], psi, out);
  const { values, products } = lanczos(cube, apply, { wanted: 8, first: 1, basis: 8 });
  assertClose(values, [-3, -1, -1, -1, 1, 1, 1, 3], CLOSE);
  assertEquals(products, 8);
});

Deno.test("lanczos() says when its products are used up, and refuses a basis that is too small", () => {
  const { cube, apply } = open(8, 20);
  const { converged, products } = lanczos(cube, apply, { first: 1, basis: 10, maxProducts: 7 });
  assertEquals([converged, products], [false, 7]);
  assertThrows(() => lanczos(cube, apply, { wanted: 5, first: 1, basis: 5 }), RangeError, "larger than the 5 wanted");
  assertThrows(() => lanczos(cube, apply, { first: 1, basis: 30 }), RangeError, "there are 20");
});

Deno.test("minimiseSquare() finds the gap of an avoided crossing, narrow ones too", () => {
  for (const least of [1, 1e-3, 1e-7]) {
    let looks = 0;
    const found = minimiseSquare(
      (s) => ({ s, gap: Math.hypot(least, 3 * (s - 0.437)), looks: looks++ }),
      0.4,
      0.5,
      1e-7,
    );
    assertClose(found.gap, least, { rtol: 1e-6, atol: 0 });
    assert(looks < 30, `${looks} looks`);
  }
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { type Amplitudes, openAmplitudes } from "./mod.ts";

/** Both engines over one random content. */
function pair(n: number, batch: number): Amplitudes[] {
  return (["wasm", "typescript"] as const).map((engine) => {
    const amplitudes = openAmplitudes({ n, batch, registers: 3, tables: 1, engine });
    [...amplitudes.registers, ...amplitudes.tables].forEach((values, k) => {
      const rng = new Rng(n, k);
      for (let i = 0; i < values.length; i++) values[i] = rng.normal();
    });
    return amplitudes;
  });
}

Deno.test("openAmplitudes() gives the same bits compiled and in TypeScript", () => {
  for (const [n, batch] of [[1, 1], [1, 3], [2, 2], [3, 5], [6, 2], [11, 2]]) {
    const got = pair(n, batch).map((amplitudes) => {
      const [psi, phi, out] = amplitudes.registers;
      const rng = new Rng(99, n);
      const numbers: number[] = [];
      const results = new Float64Array(2 * batch);
      // coefficients that the states share, and some for each
      for (const states of [1, batch]) {
        const normals = (each: number) => Float64Array.from({ length: each * states }, () => rng.normal() / 2);
        for (let qubit = 0; qubit < n; qubit++) {
          amplitudes.gate(qubit, normals(8), psi);
          for (let other = 0; other < n; other++) if (other !== qubit) amplitudes.cz(qubit, other, psi);
        }
        for (let k = 0; k < 12; k++) {
          const [x, z] = k === 0 ? [0, 0] : [rng.integer(2 ** n), rng.integer(2 ** n)];
          amplitudes.rotate(k % 3 ? x : 0, z, normals(3), psi);
          amplitudes.addPauli(x, z, normals(2), psi, out);
          amplitudes.elements(x, z, phi, out, results);
          numbers.push(...psi, ...out, ...results);
        }
      }
      amplitudes.multiply(amplitudes.tables[0], false, psi);
      amplitudes.multiply(amplitudes.tables[0], true, phi);
      amplitudes.weigh(amplitudes.tables[0].subarray(0, 2 ** n), psi, out);
      // one state of several
      const last = psi.subarray(psi.length - 2 ** (n + 1));
      amplitudes.gate(n - 1, Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), last);
      numbers.push(...psi, ...phi, ...out);
      amplitudes.close();
      return numbers;
    });
    assert(got[0].every(Number.isFinite));
    assertEquals(got[0], got[1], `n = ${n}, batch = ${batch}`);
  }
});

Deno.test("openAmplitudes() refuses more states than WebAssembly can address", () => {
  assertThrows(
    () => openAmplitudes({ n: 27, registers: 3 }),
    RangeError,
    "3 registers of 1 state of 27 qubits: it would take 6442451",
  );
});

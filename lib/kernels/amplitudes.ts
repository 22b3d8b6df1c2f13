import { amplitudesTwin } from "./_amplitudes_twin.ts";
import { returnInstance, takeInstance } from "./_instances.ts";
import { loadModule } from "./_load_module.ts";

/** Options of {@link openAmplitudes}. */
export interface AmplitudesOptions {
  /** n, the number of qubits, from 1: amplitude y has qubit i at 1 where bit i of y is set. */
  readonly n: number;
  /** States a register holds. @default {1} */
  readonly batch?: number;
  /** How many registers there are. */
  readonly registers: number;
  /** Tables of two numbers a basis state, for diagonals. @default {0} */
  readonly tables?: number;
  /** The compiled loops, or their readable twins, which give the same bits. @default {"wasm"} */
  readonly engine?: "wasm" | "typescript";
}

/**
 * States of n qubits in one memory, and the loops over them. A state that a method takes is a register or a part of one that
 * holds whole states; a diagonal is a table or its first half; coefficients are of any memory, for one state (then all states share
 * them) or for each. Nothing is checked.
 *
 * A Pauli string without its phase is `P = X^x Z^z`: `(P psi)_y = (-1)^|(y ^ x) & z| psi_(y ^ x)`. The string itself is `i^|x & z| P`.
 */
export interface Amplitudes {
  /** "wasm" or "typescript". */
  readonly engine: "wasm" | "typescript";
  /** n, the number of qubits. */
  readonly n: number;
  /** `2^n`. */
  readonly size: number;
  /** `[registers][batch, 2^n, 2]`: real and imaginary parts side by side. */
  readonly registers: readonly Float64Array[];
  /** `[tables][2^n, 2]`. */
  readonly tables: readonly Float64Array[];
  /** `psi = M psi` on one qubit; a matrix is m00, m01, m10, m11, each re, im: `[8]` or `[states, 8]`. */
  gate(qubit: number, matrices: Float64Array, psi: Float64Array): void;
  /** Turns the sign where both qubits are 1. */
  cz(a: number, b: number, psi: Float64Array): void;
  /** `psi = c psi + f P psi`, with c, re f, im f: `[3]` or `[states, 3]`. */
  rotate(x: number, z: number, factors: Float64Array, psi: Float64Array): void;
  /** `psi_y = d_y psi_y`, or conj(d_y) psi_y; the diagonal is a whole table. */
  multiply(diagonal: Float64Array, conjugate: boolean, psi: Float64Array): void;
  /** `out += c P psi`, with re c, im c: `[2]` or `[states, 2]`. */
  addPauli(x: number, z: number, coefficients: Float64Array, psi: Float64Array, out: Float64Array): void;
  /** `out_y = E_y psi_y`, E the first `2^n` numbers of a table. */
  weigh(E: Float64Array, psi: Float64Array, out: Float64Array): void;
  /** `results[k] = phi_k^* P psi_k`, `[states, 2]`. */
  elements(x: number, z: number, phi: Float64Array, psi: Float64Array, results: Float64Array): void;
  /** Gives the memory back; registers and tables must not be used any more. */
  close(): void;
}

const compiled: WebAssembly.Module = await loadModule(new URL("./amplitudes.wasm", import.meta.url));

/** Numbers that a matrix takes. */
const MATRIX = 8;
/** Numbers between two arrays, a cache line, so that they do not all fall on the same sets. */
const APART = 8;

/**
 * Opens registers for states of n qubits.
 *
 * Amplitudes are f64, and a gate passes over them once, so that memory and not arithmetic is the limit: f32 would be faster by
 * the bytes alone, and gradients would lose half of their digits.
 *
 * @param options see {@link AmplitudesOptions}
 * @returns zeroed registers and the loops over them
 * @throws {RangeError} if they do not fit into the 4 GiB that WebAssembly can address, or there is no such memory
 *
 * Cost 16 bytes an amplitude, state and register.
 *
 * @example X turns a qubit
 * ```ts
 * import { openAmplitudes } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const amplitudes = openAmplitudes({ n: 1, registers: 1 });
 * const [psi] = amplitudes.registers;
 * psi.set([1, 0, 0, 0]);
 * amplitudes.gate(0, Float64Array.of(0, 0, 1, 0, 1, 0, 0, 0), psi);
 * assertEquals([...psi], [0, 0, 1, 0]);
 * ```
 */
export function openAmplitudes(options: AmplitudesOptions): Amplitudes {
  const { n, batch = 1, registers: count, tables: tableCount = 0, engine = "wasm" } = options;
  const size = 2 ** n;
  const room = MATRIX * batch;
  const [register, table] = [2 * size * batch + APART, 2 * size + APART];
  const doubles = room + count * register + tableCount * table;
  const arrays = (buffer: ArrayBuffer) => ({
    registers: Array.from(
      { length: count },
      (_, k) => new Float64Array(buffer, 8 * (room + k * register), 2 * size * batch),
    ),
    tables: Array.from(
      { length: tableCount },
      (_, k) => new Float64Array(buffer, 8 * (room + count * register + k * table), 2 * size),
    ),
  });
  if (engine === "typescript") {
    return { engine, n, size, ...arrays(new ArrayBuffer(8 * doubles)), ...amplitudesTwin(n), close() {} };
  }
  const what = `${count} registers of ${batch} ${batch === 1 ? "state" : "states"} of ${n} qubits`;
  const instance = takeInstance(compiled, 8 * doubles, what);
  const { memory, exports } = instance;
  const buffer = memory.buffer as ArrayBuffer;
  new Float64Array(buffer, 0, doubles).fill(0);
  const coefficients = new Float64Array(buffer, 0, room);
  const states = (psi: Float64Array) => psi.length / (2 * size);
  // hands coefficients over; returns the bytes between those of two states
  const handed = (values: Float64Array, each: number) => {
    coefficients.set(values);
    return values.length === each ? 0 : 8 * each;
  };
  return {
    engine,
    n,
    size,
    ...arrays(buffer),
    gate: (qubit, matrices, psi) =>
      void exports.gate(size, states(psi), qubit, 0, handed(matrices, MATRIX), psi.byteOffset),
    cz: (a, b, psi) => void exports.cz(size, states(psi), Math.min(a, b), Math.max(a, b), psi.byteOffset),
    rotate: (x, z, factors, psi) => void exports.rotate(size, states(psi), x, z, 0, handed(factors, 3), psi.byteOffset),
    multiply: (diagonal, conjugate, psi) =>
      void exports.multiply(size, states(psi), conjugate ? 1 : 0, diagonal.byteOffset, psi.byteOffset),
    addPauli: (x, z, values, psi, out) =>
      void exports.addPauli(size, states(psi), x, z, 0, handed(values, 2), psi.byteOffset, out.byteOffset),
    weigh: (E, psi, out) => void exports.weigh(size, states(psi), E.byteOffset, psi.byteOffset, out.byteOffset),
    elements(x, z, phi, psi, results) {
      exports.elements(size, states(psi), x, z, phi.byteOffset, psi.byteOffset, 0);
      results.set(coefficients.subarray(0, 2 * states(psi)));
    },
    close: () => returnInstance(compiled, instance),
  };
}

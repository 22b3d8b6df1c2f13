import { circuit, cz, openCircuit, type Operation, ry, rz } from "../lib/circuits/mod.ts";
import { type Amplitudes, openAmplitudes } from "../lib/kernels/mod.ts";
import { Rng } from "../lib/random/mod.ts";
import { timeTogether, type Timing } from "./_timing.ts";

/** Copying, by a typed array's set(). */
export interface CopyRow {
  readonly what: string;
  readonly timing: Timing;
  /** Bytes read and written, by the median. */
  readonly gigabytesPerSecond: number;
}

/** One operation on a state, compiled and in TypeScript. */
export interface PassRow {
  readonly what: string;
  readonly wasm: Timing;
  readonly typescript: Timing;
  /** Bytes read and written, by the median: of a diagonal too, and of a quarter of the state for CZ. */
  readonly gigabytesPerSecond: number;
  /** Over that of copying arrays that are larger than the caches. */
  readonly share: number;
  /** TypeScript over WASM, medians. */
  readonly ratio: number;
}

const QUBITS = 16;
/** Passes in one timing of a compiled loop. */
const PASSES = 50;
/** Numbers of an array that no cache holds: 256 MiB. */
const LARGE = 2 ** 25;

/** Times gates on 16 qubits beside copies, and a gradient beside a run. */
export function benchCircuits(rounds: number) {
  const engines = (["wasm", "typescript"] as const).map((engine) => {
    const amplitudes = openAmplitudes({ n: QUBITS, registers: 2, tables: 1, engine });
    const [psi] = amplitudes.registers;
    const rng = new Rng(1, 0);
    for (let i = 0; i < psi.length; i++) psi[i] = rng.normal() / Math.sqrt(psi.length);
    for (let i = 0; i < psi.length; i += 2) amplitudes.tables[0].set([Math.cos(i), Math.sin(i)], i);
    return amplitudes;
  });
  const bytes = 2 * engines[0].registers[0].byteLength;
  const [from, to] = [0, 1].map((value) => new Float64Array(LARGE).fill(value));
  const [psi, other] = engines[0].registers;
  const per = ({ min, median }: Timing, passes: number) => ({ min: min / passes, median: median / passes });
  const rate = (moved: number, { median }: Timing) => moved / median / 1e6;

  const unitary = Float64Array.of(0.8, 0, -0.36, -0.48, 0.36, -0.48, 0.8, 0);
  const factors = Float64Array.of(Math.cos(0.3), 0, -Math.sin(0.3));
  // the last number: what is read and written, in sizes of the state read and written
  const passes: [what: string, act: (amplitudes: Amplitudes) => void, moved: number][] = [
    ...[0, 1, QUBITS >> 1, QUBITS - 1].map((q): [string, (a: Amplitudes) => void, number] => [
      `2 x 2 unitary, qubit ${q}`,
      (a) => a.gate(q, unitary, a.registers[0]),
      1,
    ]),
    ["CZ, qubits 3 and 9", (a) => a.cz(3, 9, a.registers[0]), 1 / 4],
    ["Ising ZZ, qubits 3 and 9", (a) => a.rotate(0, (1 << 3) | (1 << 9), factors, a.registers[0]), 1],
    ["rotation about X3 Y9", (a) => a.rotate((1 << 3) | (1 << 9), 1 << 9, factors, a.registers[0]), 1],
    ["phases of a whole diagonal", (a) => a.multiply(a.tables[0], false, a.registers[0]), 3 / 2],
  ];
  const repeat = (count: number, act: () => void) => () => {
    for (let k = 0; k < count; k++) act();
  };
  const copied = timeTogether({ large: () => to.set(from), state: repeat(PASSES, () => other.set(psi)) }, rounds);
  const state = per(copied.state, PASSES);
  const copies: CopyRow[] = [
    {
      what: "copy of 256 MiB",
      timing: copied.large,
      gigabytesPerSecond: rate(2 * from.byteLength, copied.large),
    },
    { what: "copy of the state, 1 MiB", timing: state, gigabytesPerSecond: rate(bytes, state) },
  ];
  const rows = passes.map(([what, act, moved]): PassRow => {
    const [compiled, plain] = engines.map((amplitudes) => () => act(amplitudes));
    // a copy beside each, so that what disturbs one disturbs the other
    const times = timeTogether({ large: () => to.set(from), wasm: repeat(PASSES, compiled), plain }, rounds);
    const wasm = per(times.wasm, PASSES);
    return {
      what,
      wasm,
      typescript: times.plain,
      gigabytesPerSecond: rate(moved * bytes, wasm),
      share: rate(moved * bytes, wasm) / rate(2 * from.byteLength, times.large),
      ratio: times.plain.median / wasm.median,
    };
  });
  for (const amplitudes of engines) amplitudes.close();
  return { qubits: QUBITS, copies, rows, gradient: benchGradient(rounds) };
}

/** A run of 20 layers on 10 qubits and its gradient. */
function benchGradient(rounds: number) {
  const [qubits, layers] = [10, 20];
  const lines = Array.from({ length: qubits }, (_, q) => q);
  const operations = Array.from({ length: layers }, (_, l): Operation[] => [
    ...lines.flatMap((q) => [
      ry({ parameter: 2 * (l * qubits + q) }, q),
      rz({ parameter: 2 * (l * qubits + q) + 1 }, q),
    ]),
    ...lines.slice(1).map((q) => cz(q - 1, q)),
  ]).flat();
  const open = openCircuit(circuit({ qubits, operations, observables: ["Z0 Z1"] }));
  const angles = open.circuit.parameters;
  const parameters = Float64Array.from({ length: angles }, (_, i) => Math.sin(i));
  const times = timeTogether({
    run: () => open.expectations({ parameters }),
    adjoint: () => open.gradient({ parameters }),
  }, Math.max(rounds, 15));
  open.close();
  return { qubits, angles, ...times, runs: times.adjoint.median / times.run.median };
}

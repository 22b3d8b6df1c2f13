import { circuit, cz, gate, openCircuit, type Operation, rx, ry, rz, zz } from "../lib/circuits/mod.ts";
import type { CircuitPeerRow } from "../lib/experiments/mod.ts";
import { PeerProcess } from "./_peer_process.ts";
import { ownTimesTogether } from "./_timing.ts";

/** Versions of the peer, and its rows. */
export interface LightningBench {
  readonly pennylane: string;
  readonly lightning: string;
  readonly qubits: number;
  /** Largest distance of an amplitude, or of an expectation, from theirs. */
  readonly largestDifference: number;
  /** Bytes read and written a nanosecond where 256 MiB are copied. */
  readonly copyGigabytesPerSecond: number;
  readonly rows: readonly CircuitPeerRow[];
}

type Gate = readonly [name: "rx" | "ry" | "rz" | "h" | "cz" | "zz", qubits: readonly number[], angle: number | null];

const QUBITS = 16;
/** Amplitudes that are further apart are not of the same state. */
const TOLERANCE = 1e-10;
/** Runs in one timing, for circuits of some thirty gates. */
const RUNS = 8;

/** Numbers of an array that no cache holds: 256 MiB. */
const LARGE = 2 ** 25;

const QUBIT_LIST = Array.from({ length: QUBITS }, (_, q) => q);
const NEIGHBOURS = QUBIT_LIST.slice(1).map((q) => [q - 1, q]);
const PAIRS = QUBIT_LIST.flatMap((a) => QUBIT_LIST.slice(a + 1).map((b) => [a, b]));

/** Any angle, but the same on both sides. */
const angleOf = (k: number) => 0.1 + Math.sin(k + 1);
const turns = (name: "rx" | "ry" | "rz", from = 0): Gate[] => QUBIT_LIST.map((q) => [name, [q], angleOf(from + q)]);
const twice = (gates: readonly Gate[]) => [...gates, ...gates];

/** What is run, by name. RZ and ZZ stand in runs too short for us to join them, but in `layer`. */
const CIRCUITS: Readonly<Record<string, { readonly what: string; readonly gates: readonly Gate[] }>> = {
  ry: { what: "RY on every qubit, twice", gates: twice(turns("ry")) },
  rz: { what: "RZ on every qubit, twice", gates: twice(turns("rz")) },
  h: { what: "Hadamard on every qubit, twice", gates: twice(QUBIT_LIST.map((q): Gate => ["h", [q], null])) },
  cz: { what: "CZ of neighbours, twice", gates: twice(NEIGHBOURS.map((pair): Gate => ["cz", pair, null])) },
  zz: {
    what: "Ising ZZ of neighbours, twice",
    gates: twice(NEIGHBOURS.map((pair, k): Gate => ["zz", pair, angleOf(k)])),
  },
  mixed: {
    what: "RY, RZ, CZ and ZZ, 4 layers",
    gates: Array.from({ length: 4 }, (_, l): Gate[] => [
      ...turns("ry", 100 * l),
      ...turns("rz", 100 * l + 50),
      ...NEIGHBOURS.map((pair): Gate => ["cz", pair, null]),
      ...NEIGHBOURS.map((pair, k): Gate => ["zz", pair, angleOf(100 * l + k)]),
    ]).flat(),
  },
  layer: {
    what: "a learned layer: X, Z, and ZZ of all pairs",
    gates: [
      ...turns("rx"),
      ...turns("rz", 50),
      ...PAIRS.map((pair, k): Gate => ["zz", pair, angleOf(k)]),
    ],
  },
};

/**
 * Runs the same gates in the same order here and on PennyLane's lightning.qubit, in turns, complex128, one thread each.
 *
 * A run starts from the state of zeros. Theirs are calls of the state vector's own methods, and once more what a user calls, a QNode;
 * ours are runs of an open circuit.
 *
 * @throws {Error} if Python ends early, or a state there is not ours
 */
export async function benchLightning(rounds: number): Promise<LightningBench> {
  const folder = await Deno.makeTempDir();
  const python = new PeerProcess("run_lightning.py");
  try {
    const gates = Object.fromEntries(Object.entries(CIRCUITS).map(([name, { gates }]) => [name, gates]));
    const versions = await python.ask({ folder, qubits: QUBITS, circuits: gates }) as Pick<
      LightningBench,
      "pennylane" | "lightning"
    >;
    const [from, to] = [0, 1].map((value) => new Float64Array(LARGE).fill(value));
    const copies = await ownTimesTogether({ copy: () => timed(() => to.set(from), 1) }, rounds);
    const copyGigabytesPerSecond = 2 * from.byteLength / copies.copy.median / 1e6;
    let largestDifference = 0;
    const rows: CircuitPeerRow[] = [];
    for (const [name, { what, gates }] of Object.entries(CIRCUITS)) {
      const made = circuit({ qubits: QUBITS, operations: gates.map(operationOf), observables: ["Z0"] });
      const [ours, twin] = (["wasm", "typescript"] as const).map((engine) => openCircuit(made, { engine }));
      try {
        const theirs = new Float64Array((await Deno.readFile(`${folder}/${name}.f64`)).buffer);
        largestDifference = Math.max(largestDifference, checked(what, ours.run(), theirs));
        const ask = async (how: "gates" | "qnode", runs: number) =>
          await python.ask({ circuit: name, how, runs }) as { ms: number; value: number };
        const runs = gates.length > 100 ? 1 : RUNS;
        const times = await ownTimesTogether({
          ours: () => timed(() => ours.run(), runs),
          typescript: () => timed(() => twin.run(), 1),
          peer: async () => (await ask("gates", runs)).ms / runs,
        }, rounds);
        rows.push({ what, how: "state", gates: gates.length, ...times });
        if (name !== "mixed" && name !== "layer") continue;
        const { value } = await ask("qnode", 1);
        largestDifference = Math.max(largestDifference, checked(what, ours.expectations(), [value]));
        const called = await ownTimesTogether({
          ours: () => timed(() => ours.expectations(), 1),
          typescript: () => timed(() => twin.expectations(), 1),
          peer: async () => (await ask("qnode", 1)).ms,
        }, rounds);
        rows.push({ what, how: "expectation", gates: gates.length, ...called });
      } finally {
        ours.close();
        twin.close();
      }
    }
    return { ...versions, qubits: QUBITS, largestDifference, copyGigabytesPerSecond, rows };
  } finally {
    await python.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function operationOf([name, [a, b], angle]: Gate): Operation {
  switch (name) {
    case "h":
      return gate("h", a);
    case "cz":
      return cz(a, b);
    case "zz":
      return zz(angle!, a, b);
    default:
      return { rx, ry, rz }[name](angle!, a);
  }
}

/** The largest difference of two lists of numbers. */
function checked(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  let largest = ours.length === theirs.length ? 0 : NaN;
  for (let i = 0; i < ours.length; i++) largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
  // written so that NaN is refused
  if (!(largest <= TOLERANCE)) {
    throw new Error(`Cannot compare: ${what} ends in another state there, ${largest} from ours`);
  }
  return largest;
}

/** ms a run. */
function timed(act: () => unknown, runs: number): number {
  const from = performance.now();
  for (let k = 0; k < runs; k++) act();
  return (performance.now() - from) / runs;
}

import { checkOptionNames, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { circuit } from "./circuit.ts";
import { hamiltonian } from "./hamiltonian.ts";
import { openCircuit } from "./open_circuit.ts";
import { cz, type Operation, ry, rz } from "./operations.ts";

/** What is minimised: an observable of two qubits, or of all of them. */
export type PlateauCost = "local" | "global";

/** Options of {@link measureBarrenPlateau}. */
export interface BarrenPlateauOptions {
  /** Numbers of qubits, each from 2. @default {2, 4, 6, 8, 10} */
  readonly qubits?: readonly number[];
  /** Numbers of layers, each from 1. @default {1, 4, 16, 64} */
  readonly depths?: readonly number[];
  /** `Z0 Z1`, or a Z on every qubit. @default {"local"} */
  readonly cost?: PlateauCost;
  /** Random circuits for each pair, from 2. @default {200} */
  readonly samples?: number;
  /** Circuit k of a pair uses stream k. @default {0} */
  readonly seed?: number;
}

/** The gradients of random circuits of one size. */
export interface BarrenPlateauRow {
  /** n. */
  readonly qubits: number;
  /** Layers. */
  readonly depth: number;
  /** Mean of the derivative by one angle, near 0. */
  readonly mean: number;
  /** Its variance. */
  readonly variance: number;
  /** Standard error of the variance, from the fourth moment. */
  readonly standardError: number;
}

/** What {@link measureBarrenPlateau} gives: fit to be written down as JSON. */
export interface BarrenPlateauRecord {
  /** Tells the kind of record. */
  readonly kind: "barren-plateau";
  /** Of this library. */
  readonly version: string;
  /** The options as they were resolved. */
  readonly cost: PlateauCost;
  /** The options as they were resolved. */
  readonly samples: number;
  /** The options as they were resolved. */
  readonly seed: number;
  /** One for each number of qubits and of layers. */
  readonly rows: readonly BarrenPlateauRow[];
}

/**
 * Measures how the gradient of random circuits vanishes with qubits and depth.
 *
 * A layer turns every qubit about Y and about Z by angles uniform on 0 .. 2 pi, and then couples neighbours on a line by CZ. The derivative is that by
 * the angle about Y of qubit 0 in the middle layer, by the adjoint method. Once the layers spread over all qubits, its variance falls
 * as `2^-n` or faster: a plateau; few layers with a local cost are spared.
 *
 * @param options see {@link BarrenPlateauOptions}
 * @returns the record, rows in the order of qubits and then of depths
 * @throws {RangeError} if a number of qubits is below 2 or does not fit into memory, a depth is no integer from 1, samples none from 2, or
 * there is no such cost
 *
 * Cost samples times four runs of `3 n depth` operations for each row.
 * Source: McClean et al., Barren plateaus in quantum neural network training landscapes (2018), DOI 10.1038/s41467-018-07090-4;
 * Cerezo et al., Cost function dependent barren plateaus in shallow parametrized quantum circuits (2021), DOI 10.1038/s41467-021-21728-w.
 *
 * @example More qubits, smaller gradients
 * ```ts
 * import { measureBarrenPlateau } from "qama/circuits";
 * import { assert } from "@std/assert";
 * const { rows: [few, many] } = measureBarrenPlateau({ qubits: [2, 6], depths: [20], samples: 100 });
 * assert(many.variance < few.variance / 4);
 * ```
 */
export function measureBarrenPlateau(options: BarrenPlateauOptions = {}): BarrenPlateauRecord {
  const cannot = "Cannot measure gradients of random circuits";
  checkOptionNames(cannot, options, ["qubits", "depths", "cost", "samples", "seed"]);
  const { qubits = [2, 4, 6, 8, 10], depths = [1, 4, 16, 64], cost = "local", samples = 200, seed = 0 } = options;
  const integers = [...qubits.map((n) => ["qubits", n, 2]), ...depths.map((d) => ["depths", d, 1])] as const;
  for (const [name, value, least] of [...integers, ["samples", samples, 2]] as [string, number, number][]) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${cannot}: ${name} must be integers from ${least}, got ${value}`);
    }
  }
  if (cost !== "local" && cost !== "global") {
    throw new RangeError(`${cannot}: cost must be "local" or "global", got ${String(cost)}`);
  }
  const rows = qubits.flatMap((n) =>
    depths.map((depth) => ({ qubits: n, depth, ...moments(slopes(n, depth, cost, samples, seed)) }))
  );
  return { kind: "barren-plateau", version, cost, samples, seed, rows };
}

/** One derivative for each random circuit. */
function slopes(n: number, depth: number, cost: PlateauCost, samples: number, seed: number): number[] {
  const lines = Array.from({ length: n }, (_, q) => q);
  const middle = depth >> 1;
  const operations = Array.from({ length: depth }, (_, l): Operation[] => [
    ...lines.flatMap((q) => [ry({ input: 2 * (l * n + q) }, q), rz({ input: 2 * (l * n + q) + 1 }, q)]),
    ...lines.slice(1).map((q) => cz(q - 1, q)),
  ]).flat();
  const observable = cost === "local" ? "Z0 Z1" : lines.map((q) => `Z${q}`).join(" ");
  const made = circuit({ qubits: n, operations, observables: [hamiltonian(n, [[1, observable]])] });
  const open = openCircuit(made);
  try {
    return Array.from({ length: samples }, (_, k) => {
      const rng = new Rng(seed, k);
      const inputs = Float64Array.from({ length: made.inputs }, () => 2 * Math.PI * rng.uniform());
      return open.gradient({ inputs }).inputs[2 * middle * n];
    });
  } finally {
    open.close();
  }
}

function moments(values: readonly number[]): Pick<BarrenPlateauRow, "mean" | "variance" | "standardError"> {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / count;
  const variance = central(2) * count / (count - 1);
  return { mean, variance, standardError: Math.sqrt(Math.max(0, central(4) - central(2) ** 2) / count) };
}

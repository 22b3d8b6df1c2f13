import { checkOptionNames, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { circuit } from "./circuit.ts";
import { openCircuit } from "./open_circuit.ts";
import { cz, type Operation, ry, rz } from "./operations.ts";
import { type VarianceEstimate, varianceEstimate } from "./variance_estimate.ts";

/** What is minimised: an observable of two qubits, or of all of them. */
export type PlateauCost = "local" | "global";

/** Options of {@link measureBarrenPlateau}. */
export interface BarrenPlateauOptions {
  /** Numbers of qubits, each from 2. @default {2, 4, 6, 8, 10} */
  readonly qubits?: readonly number[];
  /** Numbers of layers, each from 1. @default {1, 4, 16, 64} */
  readonly depths?: readonly number[];
  /** `Z0 Z1`, or a Z on every qubit: of the same circuits. @default {both} */
  readonly costs?: readonly PlateauCost[];
  /** Random circuits for each pair, from 2. @default {200} */
  readonly samples?: number;
  /** Circuit k of a pair uses stream k. @default {0} */
  readonly seed?: number;
}

/** The gradients of random circuits of one size. */
export interface BarrenPlateauRow extends VarianceEstimate {
  /** What is measured. */
  readonly cost: PlateauCost;
  /** n. */
  readonly qubits: number;
  /** Layers. */
  readonly depth: number;
}

/** What {@link measureBarrenPlateau} gives: fit to be written down as JSON. */
export interface BarrenPlateauRecord {
  /** Tells the kind of record. */
  readonly kind: "barren-plateau";
  /** Of this library. */
  readonly version: string;
  /** The options as they were resolved. */
  readonly samples: number;
  /** The options as they were resolved. */
  readonly seed: number;
  /** One for each number of qubits, of layers, and cost. */
  readonly rows: readonly BarrenPlateauRow[];
}

/** States that are run at once take so many amplitudes at most, so that they stay in a cache. */
const AMPLITUDES_AT_ONCE = 2 ** 12;

/**
 * Measures how the gradient of random circuits vanishes with qubits and depth.
 *
 * A layer turns every qubit about Y and about Z by angles uniform on 0 .. 2 pi, and then couples neighbours on a line by CZ. The derivative is that by
 * the angle about Y of qubit 0 in the middle layer, by the parameter-shift rule, which is exact and takes two runs for any number of
 * observables. Once the layers spread over all qubits its variance is `twoDesignVariance`, about `2^-n / 2`: a plateau; few layers with a
 * local cost are spared.
 *
 * @param options see {@link BarrenPlateauOptions}
 * @returns the record, rows in the order of qubits, then of depths, then of costs
 * @throws {RangeError} if a number of qubits is below 2 or does not fit into memory, a depth is no integer from 1, samples none from 2, or
 * there is no such cost
 *
 * Cost samples times two runs of `3 n depth` operations for each number of qubits and of layers.
 * Source: McClean et al., Barren plateaus in quantum neural network training landscapes (2018), DOI 10.1038/s41467-018-07090-4;
 * Cerezo et al., Cost function dependent barren plateaus in shallow parametrized quantum circuits (2021), DOI 10.1038/s41467-021-21728-w.
 *
 * @example More qubits, smaller gradients
 * ```ts
 * import { measureBarrenPlateau } from "qama/circuits";
 * import { assert } from "@std/assert";
 * const options = { qubits: [2, 6], depths: [20], costs: ["local"], samples: 100 } as const;
 * const { rows: [few, many] } = measureBarrenPlateau(options);
 * assert(many.variance < few.variance / 4);
 * ```
 */
export function measureBarrenPlateau(options: BarrenPlateauOptions = {}): BarrenPlateauRecord {
  const cannot = "Cannot measure gradients of random circuits";
  checkOptionNames(cannot, options, ["qubits", "depths", "costs", "samples", "seed"]);
  const { qubits = [2, 4, 6, 8, 10], depths = [1, 4, 16, 64], samples = 200, seed = 0 } = options;
  const { costs = ["local", "global"] } = options;
  const integers = [...qubits.map((n) => ["qubits", n, 2]), ...depths.map((d) => ["depths", d, 1])] as const;
  for (const [name, value, least] of [...integers, ["samples", samples, 2]] as [string, number, number][]) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${cannot}: ${name} must be integers from ${least}, got ${value}`);
    }
  }
  for (const cost of costs) {
    if (cost !== "local" && cost !== "global") {
      throw new RangeError(`${cannot}: cost must be "local" or "global", got ${String(cost)}`);
    }
  }
  const rows = qubits.flatMap((n) =>
    depths.flatMap((depth) => {
      const found = slopes(n, depth, costs, samples, seed);
      return costs.map((cost, k) => ({ cost, qubits: n, depth, ...varianceEstimate(found[k]) }));
    })
  );
  return { kind: "barren-plateau", version, samples, seed, rows };
}

/** One derivative for each cost and random circuit. */
function slopes(n: number, depth: number, costs: readonly PlateauCost[], samples: number, seed: number): number[][] {
  const lines = Array.from({ length: n }, (_, q) => q);
  const shifted = 2 * (depth >> 1) * n;
  const operations = Array.from({ length: depth }, (_, l): Operation[] => [
    ...lines.flatMap((q) => [ry({ input: 2 * (l * n + q) }, q), rz({ input: 2 * (l * n + q) + 1 }, q)]),
    ...lines.slice(1).map((q) => cz(q - 1, q)),
  ]).flat();
  const strings = { local: "Z0 Z1", global: lines.map((q) => `Z${q}`).join(" ") };
  const made = circuit({ qubits: n, operations, observables: costs.map((cost) => strings[cost]) });
  const found: number[][] = costs.map(() => []);
  const together = Math.max(1, Math.min(samples, AMPLITUDES_AT_ONCE >> (n + 1)));
  const open = openCircuit(made, { batch: 2 * together });
  try {
    for (let from = 0; from < samples; from += together) {
      const count = Math.min(together, samples - from);
      const inputs = new Float64Array(2 * count * made.inputs);
      for (let k = 0; k < count; k++) {
        const rng = new Rng(seed, from + k);
        const angles = Float64Array.from({ length: made.inputs }, () => 2 * Math.PI * rng.uniform());
        for (const [row, shift] of [[2 * k, Math.PI / 2], [2 * k + 1, -Math.PI / 2]]) {
          inputs.set(angles, row * made.inputs);
          inputs[row * made.inputs + shifted] += shift;
        }
      }
      const values = open.expectations({ inputs });
      const at = (row: number, k: number) => values[row * costs.length + k];
      for (let c = 0; c < count; c++) found.forEach((list, k) => list.push((at(2 * c, k) - at(2 * c + 1, k)) / 2));
    }
    return found;
  } finally {
    open.close();
  }
}

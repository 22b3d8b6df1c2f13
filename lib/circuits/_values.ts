import type { AngleValues } from "./_apply.ts";
import type { Circuit } from "./circuit.ts";
import { checkStates } from "./states.ts";

/** What a circuit is run with. */
export interface CircuitValues {
  /** `[P]`. @default {none} */
  readonly parameters?: ArrayLike<number>;
  /** `[B, I]`, one row a sample. @default {none} */
  readonly inputs?: ArrayLike<number>;
  /** Where to start: `[2^n, 2]` for all samples, or `[B, 2^n, 2]`. @default {all qubits at 0} */
  readonly states?: Float64Array;
}

/** What {@link readValues} gives. */
export interface ReadValues extends AngleValues {
  /** True if all samples start from one state. */
  readonly shared: boolean;
}

/** Checks the values of a circuit and counts its samples. */
export function readValues(circuit: Circuit, values: CircuitValues, batch: number): ReadValues {
  const cannot = "Cannot run the circuit";
  const { parameters = NONE, inputs = NONE, states } = values;
  if (parameters.length !== circuit.parameters) {
    throw new TypeError(`${cannot}: it has ${circuit.parameters} parameters, got ${parameters.length}`);
  }
  const width = circuit.inputs;
  const rows = width === 0 ? 1 : inputs.length / width;
  if (width === 0 ? inputs.length > 0 : !Number.isInteger(rows) || rows < 1) {
    throw new TypeError(`${cannot}: it has ${width} inputs a sample, got ${inputs.length} numbers`);
  }
  for (const [name, list] of [["parameter", parameters], ["input", inputs]] as const) {
    for (let i = 0; i < list.length; i++) {
      if (!Number.isFinite(list[i])) throw new RangeError(`${cannot}: ${name} ${i} must be finite, got ${list[i]}`);
    }
  }
  const given = states === undefined ? 1 : checkStates(cannot, states, circuit.qubits);
  if (width > 0 && given > 1 && given !== rows) {
    throw new TypeError(`${cannot}: there are inputs of ${rows} samples and ${given} states to start from`);
  }
  const count = Math.max(rows, given);
  if (count > batch) {
    throw new RangeError(`${cannot}: it was opened for ${batch} samples, got ${count}; open it with batch ${count}`);
  }
  return { parameters, inputs, width, count, shared: given === 1 };
}

const NONE: readonly number[] = [];

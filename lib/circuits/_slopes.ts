import { withPhase } from "./_pauli_phase.ts";
import type { AngleValues } from "./_apply.ts";
import type { PhaseOperation, RotationOperation, VariableAngle } from "./operations.ts";

/** Derivatives by the angle of an operation, `[B]`, from its elements between lambda and psi. */
export function slopesOf(operation: RotationOperation | PhaseOperation, elements: Float64Array): Float64Array {
  return Float64Array.from({ length: elements.length / 2 }, (_, b) => {
    const [re, im] = elements.subarray(2 * b, 2 * b + 2);
    return operation.kind === "phase" ? 2 * im : withPhase(operation.string, re, im)[1];
  });
}

/** Adds the derivatives by an angle to those by its parameter and its input. */
export function addSlopes(
  { parameter, input, factor = 1 }: VariableAngle,
  slopes: Float64Array,
  values: AngleValues,
  sums: { readonly parameters: Float64Array; readonly inputs: Float64Array },
): void {
  slopes.forEach((slope, b) => {
    const at = b * values.width + (input ?? 0);
    if (parameter !== undefined) {
      sums.parameters[parameter] += slope * factor * (input === undefined ? 1 : values.inputs[at]);
    }
    if (input !== undefined) {
      sums.inputs[at] += slope * factor * (parameter === undefined ? 1 : values.parameters[parameter]);
    }
  });
}

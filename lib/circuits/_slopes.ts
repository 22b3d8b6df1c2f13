import { withPhase } from "./_pauli_phase.ts";
import type { AngleValues } from "./_apply.ts";
import type { PhaseOperation, RotationOperation, VariableAngle } from "./operations.ts";

/** Derivatives by the angle of an operation, `[B]`, from its elements between lambda and psi. */
export function slopesOf(operation: RotationOperation | PhaseOperation, elements: Float64Array): Float64Array {
  // the imaginary part of the element of the string, which is i^k times that of the kernels
  const [byRe, byIm] = operation.kind === "phase"
    ? [0, 2]
    : [withPhase(operation.string, 1, 0)[1], withPhase(operation.string, 0, 1)[1]];
  const slopes = new Float64Array(elements.length / 2);
  for (let b = 0; b < slopes.length; b++) slopes[b] = byRe * elements[2 * b] + byIm * elements[2 * b + 1];
  return slopes;
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

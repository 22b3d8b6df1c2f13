import { writePhases } from "./_apply.ts";
import { walshHadamard } from "./_walsh_hadamard.ts";
import type { Operation, RotationOperation } from "./operations.ts";

/**
 * Rotations about strings of Z, one after the other, whose angles all samples share. They commute, so one diagonal stands for all of
 * them, and their slopes are one Walsh-Hadamard transform: `sum_b Im <lambda_b|Z^z|psi_b> = sum_y (-1)^|y & z| v_y`.
 */
export interface DiagonalRun {
  readonly kind: "run";
  readonly rotations: readonly RotationOperation[];
}

/** An operation, or some that are done in one pass. */
export type Step = Operation | DiagonalRun;

/** A diagonal costs a sine, a cosine and a transform a basis state, whatever the batch; below so many passes over a state it does not pay. */
const LEAST_PASSES = 48;

/** Joins operations of a circuit that is run with batches of so many samples. */
export function stepsOf(operations: readonly Operation[], batch: number): Step[] {
  const steps: Step[] = [];
  let rotations: RotationOperation[] = [];
  const close = () => {
    if (rotations.length > 1 && rotations.length * batch >= LEAST_PASSES) steps.push({ kind: "run", rotations });
    else steps.push(...rotations);
    rotations = [];
  };
  for (const operation of operations) {
    if (operation.kind === "rotation" && operation.string.x === 0 && isShared(operation)) rotations.push(operation);
    else {
      close();
      steps.push(operation);
    }
  }
  close();
  return steps;
}

function isShared({ angle }: RotationOperation): boolean {
  return typeof angle === "number" || angle.input === undefined;
}

/** True if something of a step can be learned, or is an input. */
export function isVariable(step: Step): boolean {
  if (step.kind === "run") return step.rotations.some(isVariable);
  return "angle" in step && typeof step.angle !== "number";
}

/** Writes `e^(-i E_y)`, `E_y = sum_j angle_j / 2 (-1)^|y & z_j|`, into a table `[2^n, 2]`; `E` is room for `2^n` numbers. */
export function writeRunPhases(
  { rotations }: DiagonalRun,
  angles: Float64Array,
  E: Float64Array,
  table: Float64Array,
): void {
  E.fill(0);
  rotations.forEach(({ string }, j) => E[string.z] += angles[j] / 2);
  walshHadamard(E);
  writePhases(E, 1, table);
}

/** Derivatives by the angles, `[rotations]`, summed over the states; `v` is room for `2^n` numbers. */
export function runSlopes(
  { rotations }: DiagonalRun,
  lambda: Float64Array,
  psi: Float64Array,
  v: Float64Array,
): Float64Array {
  const each = 2 * v.length;
  v.fill(0);
  for (let from = 0; from < psi.length; from += each) {
    for (let y = 0, at = from; y < v.length; y++, at += 2) v[y] += lambda[at] * psi[at + 1] - lambda[at + 1] * psi[at];
  }
  walshHadamard(v);
  return Float64Array.from(rotations, ({ string }) => v[string.z]);
}

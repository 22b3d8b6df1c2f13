import type { LearnedEvolutionOptions, SampleEncoding } from "../circuits/mod.ts";
import type { CircuitName } from "./types.ts";

/** A row of the experiment with circuits: a quantum circuit, or a classical model of the same pooled pictures. */
export type CircuitRow =
  & {
    /** Edge in pixels of the pooled picture that the model sees. */
    readonly side: number;
  }
  & (
    | {
      /** Tells the kind. */
      readonly kind: "circuit";
      /** See `learnedEvolution`. */
      readonly encoding: SampleEncoding;
      /** n. */
      readonly qubits: number;
      /** L. */
      readonly layers: number;
      /** False: without couplings. */
      readonly entangling: boolean;
    }
    | {
      /** Tells the kind. */
      readonly kind: "pixels";
      /** Width of a hidden layer of tanh; 0: linear. */
      readonly hidden: number;
    }
  );

const QUBITS = 8;

const evolution = (encoding: SampleEncoding, side: number, layers: number, entangling: boolean): CircuitRow => ({
  kind: "circuit",
  ...{ encoding, side, qubits: QUBITS, layers, entangling },
});

/**
 * Learned evolutions of eight qubits with the three encodings, each followed by itself without couplings, and classical models.
 *
 * The network on 8 x 8 pixels has six hidden units: with ten classes 460 weights, as many as the circuit on amplitudes.
 */
export const CIRCUIT_ROWS: Readonly<Record<CircuitName, CircuitRow>> = {
  evolutionAmplitudes: evolution("amplitudes", 16, 10, true),
  evolutionAmplitudesApart: evolution("amplitudes", 16, 10, false),
  evolutionReuploading: evolution("reuploading", 8, 8, true),
  evolutionReuploadingApart: evolution("reuploading", 8, 8, false),
  evolutionAngles: evolution("angles", 4, 10, true),
  evolutionAnglesApart: evolution("angles", 4, 10, false),
  linearPixels16: { kind: "pixels", side: 16, hidden: 0 },
  linearPixels8: { kind: "pixels", side: 8, hidden: 0 },
  linearPixels4: { kind: "pixels", side: 4, hidden: 0 },
  networkPixels8: { kind: "pixels", side: 8, hidden: 6 },
};

/** The names of {@link CIRCUIT_ROWS}, in the order of the tables. */
export const CIRCUIT_NAMES: readonly CircuitName[] = Object.keys(CIRCUIT_ROWS).filter(isCircuitName);

/** Says whether an operator is a row of the experiment with circuits: a whole model, not what stands in a slot. */
export function isCircuitName(name: string): name is CircuitName {
  return Object.hasOwn(CIRCUIT_ROWS, name);
}

/**
 * What a row with circuits learns: options of `learnedEvolution`.
 *
 * @param row a row of the kind `circuit`
 * @param classes number of classes
 * @returns the options
 *
 * Cost O(1).
 *
 * @example Amplitudes need no angles
 * ```ts
 * import { CIRCUIT_ROWS, evolutionOf } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const row = CIRCUIT_ROWS.evolutionAmplitudes;
 * assertEquals(row.kind === "circuit" && evolutionOf(row, 10).inputs, 0);
 * ```
 */
export function evolutionOf(row: Extract<CircuitRow, { kind: "circuit" }>, classes: number): LearnedEvolutionOptions {
  const { qubits, layers, encoding, entangling, side } = row;
  return {
    qubits,
    layers,
    encoding,
    entangling,
    inputs: encoding === "amplitudes" ? 0 : side * side,
    outputs: classes,
  };
}

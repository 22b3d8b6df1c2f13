import { type BarrenPlateauRow, measureBarrenPlateau, type SampleEncoding } from "../circuits/mod.ts";
import type { ImageData } from "../training/mod.ts";
import type { ValueForm } from "./_check_form.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import {
  type ClassifierGradientRow,
  classifierOfSize,
  type ClassifierStart,
  measureClassifierGradients,
} from "./circuit_plateau.ts";
import type { CircuitProfileName } from "./circuit_plan.ts";
import { rerunDigest } from "./digest.ts";
import { codeVersion, describeMachine } from "./machine.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the form of a {@link CircuitPlateauRecord}. */
export const CIRCUIT_PLATEAU_SCHEMA = 1;

/** How much is measured. */
export interface CircuitPlateauSize {
  /** Numbers of qubits. */
  readonly qubits: readonly number[];
  /** Layers of the random circuits. */
  readonly depths: readonly number[];
  /** Draws of each circuit. */
  readonly samples: number;
  /** Draw k takes stream k. */
  readonly seed: number;
}

/** Gradients of random circuits and of classifiers before training, against qubits. */
export interface CircuitPlateauRecord extends CircuitPlateauSize {
  /** {@link CIRCUIT_PLATEAU_SCHEMA}. */
  readonly schema: typeof CIRCUIT_PLATEAU_SCHEMA;
  /** The profile whose sizes these are. */
  readonly profile: string;
  /** What the classifiers were given. */
  readonly data: {
    /** The name that tables carry. */
    readonly title: string;
    /** True if our own code drew the pictures. */
    readonly synthetic: boolean;
    /** SHA-256 of every source file. */
    readonly checksums: Readonly<Record<string, string>>;
  };
  /** Random circuits. */
  readonly random: readonly BarrenPlateauRow[];
  /** Classifiers at the weights that they start from. */
  readonly classifiers: readonly ClassifierGradientRow[];
  /** The program that measured. */
  readonly code: CodeVersion;
  /** Where it did. */
  readonly machine: MachineDescription;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  /** How long it took, ms. */
  readonly wallMs: number;
}

/** Sizes by profile. */
export const CIRCUIT_PLATEAU_SIZES: Readonly<Record<CircuitProfileName, CircuitPlateauSize>> = {
  smoke: { qubits: [2, 4, 6], depths: [1, 16], samples: 30, seed: 1 },
  quick: { qubits: [2, 4, 6, 8, 10], depths: [1, 4, 16, 64], samples: 100, seed: 1 },
  standard: { qubits: [2, 4, 6, 8, 10, 12, 14], depths: [1, 4, 16, 64], samples: 400, seed: 1 },
};

/** Amplitudes of more than 32 x 32 pixels would be the same pixels several times. */
const MOST_AMPLITUDE_QUBITS = 10;
const ENCODINGS: readonly SampleEncoding[] = ["amplitudes", "reuploading", "angles"];
const STARTS: readonly ClassifierStart[] = ["own", "uniform"];

const VARIANCE = { mean: "number", variance: "amount", standardError: "amount" } as const;
const FORM: ValueForm = {
  fields: {
    ...{ profile: "string", samples: "count", seed: "count", startedAt: "string", wallMs: "amount" },
    ...{ qubits: { list: "count" }, depths: { list: "count" } },
    data: { fields: { title: "string", synthetic: "boolean", checksums: { named: "string" } } },
    random: {
      list: { fields: { cost: { choices: ["local", "global"] }, qubits: "count", depth: "count", ...VARIANCE } },
    },
    classifiers: {
      list: {
        fields: {
          ...{ encoding: { choices: ENCODINGS }, start: { choices: STARTS }, qubits: "count", layers: "count" },
          ...{ ...VARIANCE, meanSquare: "amount" },
        },
      },
    },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

/** SHA-256 of what a rerun must give again: every number but the clock. */
export async function circuitPlateauDigest(record: CircuitPlateauRecord): Promise<string> {
  return await rerunDigest(record);
}

const KIND: SignedKind<CircuitPlateauRecord> = {
  schema: CIRCUIT_PLATEAU_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the gradients can be measured again",
  digest: circuitPlateauDigest,
};

/** Writes the gradients as JSON on one line, whole or not at all, with their digest. */
export async function writeCircuitPlateauRecord(path: string, record: CircuitPlateauRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads gradients and checks their form and their digest.
 *
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if the file is not JSON, or its numbers are not those that were written
 * @throws {TypeError} if it is JSON of another form: the message names the field
 * @throws {RangeError} if it is of another version of this package
 */
export async function readCircuitPlateauRecord(path: string): Promise<CircuitPlateauRecord> {
  return await readSigned(path, KIND);
}

/** How {@link measureCircuitPlateau} is watched and stopped. */
export interface CircuitPlateauOptions {
  /** Whose sizes these are. */
  readonly profile: string;
  /** Stops before the next row; null is returned then. */
  readonly signal?: AbortSignal;
  /** Called after each row. */
  readonly onRow?: (done: number, all: number) => void;
}

/**
 * Measures the gradients of random circuits and of the experiment's classifiers before training, against qubits.
 *
 * @param data pictures that the classifiers are given
 * @param size how much is measured
 * @param options see {@link CircuitPlateauOptions}
 * @returns the record; null where it was stopped
 * @throws {RangeError} if a size is out of range, or there are fewer training pictures than samples
 *
 * Cost that of `measureBarrenPlateau`, and of `measureClassifierGradients` six times for each number of qubits.
 * Source: that of `measureBarrenPlateau`.
 *
 * @example Two costs, and three encodings of two starts
 * ```ts
 * import { measureCircuitPlateau } from "qama/experiments";
 * import { loadGlyphs } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadGlyphs({ trainCount: 10, testCount: 2 });
 * const size = { qubits: [2], depths: [1], samples: 4, seed: 1 };
 * const record = await measureCircuitPlateau(data, size, { profile: "own" });
 * assertEquals([record?.random.length, record?.classifiers.length], [2, 6]);
 * ```
 */
export async function measureCircuitPlateau(
  data: ImageData,
  size: CircuitPlateauSize,
  options: CircuitPlateauOptions,
): Promise<CircuitPlateauRecord | null> {
  const { profile, signal, onRow } = options;
  const { qubits, depths, samples, seed } = size;
  const startedAt = new Date().toISOString(), from = performance.now();
  const code = await codeVersion();
  const random: BarrenPlateauRow[] = [], classifiers: ClassifierGradientRow[] = [];
  const pairs = qubits.flatMap((n) =>
    depths.map((depth) => () =>
      void random.push(...measureBarrenPlateau({ qubits: [n], depths: [depth], samples, seed }).rows)
    )
  );
  const starts = ENCODINGS.flatMap((encoding) =>
    STARTS.flatMap((start) =>
      qubits.filter((n) =>
        classifierOfSize(encoding, n) !== null && (encoding !== "amplitudes" || n <= MOST_AMPLITUDE_QUBITS)
      ).map((qubits) => () =>
        void classifiers.push(measureClassifierGradients(data, { encoding, start, qubits, samples, seed }))
      )
    )
  );
  const rows = [...pairs, ...starts];
  for (const [k, measure] of rows.entries()) {
    // signals get their turn between rows
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) return null;
    measure();
    onRow?.(k + 1, rows.length);
  }
  const { name: title, synthetic, checksums } = data;
  return {
    ...{
      schema: CIRCUIT_PLATEAU_SCHEMA,
      profile,
      qubits,
      depths,
      samples,
      seed,
      data: { title, synthetic, checksums },
    },
    ...{ random, classifiers, code, machine: describeMachine(), startedAt },
    wallMs: Math.round(performance.now() - from),
  };
}

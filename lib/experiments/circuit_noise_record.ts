import { CIRCUIT_ROWS, type CircuitName, isCircuitName, isTextData, type TrainingData } from "../training/mod.ts";
import type { ValueForm } from "./_check_form.ts";
import { ifThere } from "./_out_folder.ts";
import { readEvery } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { evaluateRuns } from "./_trained_runs.ts";
import { CIRCUIT_VARIANTS, type CircuitVariantResult, circuitVariants } from "./circuit_noise.ts";
import { recordDigest, rerunDigest } from "./digest.ts";
import { codeVersion, describeMachine } from "./machine.ts";
import type { CodeVersion, MachineDescription, RunRecord } from "./types.ts";

/** The version of the form of a {@link CircuitNoiseRecord}. */
export const CIRCUIT_NOISE_SCHEMA = 1;

/** What noise and shots do to a trained circuit. */
export interface CircuitNoiseRecord {
  /** {@link CIRCUIT_NOISE_SCHEMA}. */
  readonly schema: typeof CIRCUIT_NOISE_SCHEMA;
  /** The training, as its record has it. */
  readonly run:
    & Pick<RunRecord, "data" | "operator" | "options" | "seed" | "profile" | "parameters" | "weightsDigest">
    & {
      /** `recordDigest` of the training's record. */
      readonly digest: string;
    };
  /** First test pictures taken. */
  readonly items: number;
  /** Trajectories a picture. */
  readonly trajectories: number;
  /** Seed of shots and trajectories. */
  readonly noiseSeed: number;
  /** The results, in the order of `CIRCUIT_VARIANTS`. */
  readonly variants: readonly CircuitVariantResult[];
  /** The program that evaluated. */
  readonly code: CodeVersion;
  /** Where it did. */
  readonly machine: MachineDescription;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  /** How long it took, ms. */
  readonly wallMs: number;
}

const FORM: ValueForm = {
  fields: {
    ...{ items: "count", trajectories: "count", noiseSeed: "count", startedAt: "string", wallMs: "amount" },
    variants: {
      list: {
        fields: {
          kind: { choices: ["exact", "shots", "depolarising", "amplitudeDamping", "readout"] },
          ...{ value: "amount", correct: "count", agreeing: "count", largestError: "amount" },
        },
      },
    },
    run: {
      fields: {
        ...{ data: "json", options: "json", operator: "string", seed: "count", profile: "string", parameters: "count" },
        ...{ weightsDigest: "string", digest: "string" },
      },
    },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

/** SHA-256 of what a rerun must give again: the training, and every number but the clock. */
export async function circuitNoiseDigest(record: CircuitNoiseRecord): Promise<string> {
  return await rerunDigest(record);
}

const KIND: SignedKind<CircuitNoiseRecord> = {
  schema: CIRCUIT_NOISE_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the circuit can be evaluated again",
  digest: circuitNoiseDigest,
};

/** Writes an evaluation as JSON on one line, whole or not at all, with its digest. */
export async function writeCircuitNoiseRecord(path: string, record: CircuitNoiseRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads an evaluation and checks its form and its digest.
 *
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if the file is not JSON, or its numbers are not those that were written
 * @throws {TypeError} if it is JSON of another form: the message names the field
 * @throws {RangeError} if it has another schema version
 */
export async function readCircuitNoiseRecord(path: string): Promise<CircuitNoiseRecord> {
  return await readSigned(path, KIND);
}

/** Reads every evaluation of a folder; none where there is no folder. */
export async function readCircuitNoiseRecords(folder: string): Promise<CircuitNoiseRecord[]> {
  return await ifThere(() => readEvery(folder, readCircuitNoiseRecord)) ?? [];
}

/** Where trained circuits lie, and how they are evaluated. */
export interface EvaluateCircuitRunsOptions {
  /** Folder of `runPlan`: weights are read from `checkpoints/`, evaluations go to `noise/`. */
  readonly out: string;
  /** Loads the pictures that the runs of a data set saw, by its name. */
  readonly data: (name: string) => Promise<TrainingData>;
  /** First test pictures taken, at most. */
  readonly items: number;
  /** Trajectories a picture. @default {32} */
  readonly trajectories?: number;
  /** Seed of shots and trajectories. @default {1} */
  readonly noiseSeed?: number;
  /** Stops after the variant under way; the circuit under way is evaluated anew the next time. */
  readonly signal?: AbortSignal;
  /** Called for each evaluation: made, or kept from before. */
  readonly onRecord?: (record: CircuitNoiseRecord, how: "made" | "kept") => void;
  /** Called after each variant of a circuit. */
  readonly onVariant?: (run: RunRecord, done: number, all: number) => void;
  /** Called for a finished run whose weights are not there, or are others. */
  readonly onMissing?: (run: RunRecord) => void;
}

/**
 * Evaluates the trained circuits of a folder under noise and with shots, each into its record; those of the same weights are kept.
 *
 * @param runs records of the folder; unfinished ones and classical models are passed over
 * @param options where they lie
 * @returns every evaluation of these runs
 * @throws {SyntaxError} if a checkpoint or an evaluation is damaged
 *
 * Cost that of `evaluateCircuitNoise` for each that is made.
 * Source: none needed.
 *
 * @example No runs
 * ```ts
 * import { evaluateCircuitRuns } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const data = () => Promise.reject(new Error("none is needed"));
 * assertEquals(await evaluateCircuitRuns([], { out: await Deno.makeTempDir(), items: 1, data }), []);
 * ```
 */
export async function evaluateCircuitRuns(
  runs: readonly RunRecord[],
  options: EvaluateCircuitRunsOptions,
): Promise<CircuitNoiseRecord[]> {
  const { out, data, signal, trajectories = 32, noiseSeed = 1, onRecord, onVariant, onMissing } = options;
  const code = await codeVersion();
  const itemsOf = (run: RunRecord) => Math.min(options.items, run.data.test);
  const circuits = runs.filter(({ operator }) => isCircuit(operator));
  return await evaluateRuns(circuits, {
    ...{ out, folder: "noise", data, read: readCircuitNoiseRecord, write: writeCircuitNoiseRecord },
    isSame: (kept, run) =>
      kept.run.weightsDigest === run.weightsDigest && kept.items === itemsOf(run) &&
      kept.trajectories === trajectories && kept.noiseSeed === noiseSeed,
    async evaluate(run, weights, pictures) {
      if (isTextData(pictures)) throw new TypeError(`Cannot evaluate the circuit: ${run.data.name} are texts`);
      const startedAt = new Date().toISOString(), from = performance.now();
      const items = itemsOf(run), operator = run.operator as CircuitName;
      const asked = { operator, items, variants: CIRCUIT_VARIANTS, trajectories, seed: noiseSeed };
      const variants: CircuitVariantResult[] = [];
      for (const result of circuitVariants(pictures, weights, asked)) {
        variants.push(result);
        onVariant?.(run, variants.length, CIRCUIT_VARIANTS.length);
        // signals get their turn between variants
        await new Promise((resolve) => setTimeout(resolve));
        // all of them are an evaluation
        if (signal?.aborted && variants.length < CIRCUIT_VARIANTS.length) return null;
      }
      return {
        ...{ schema: CIRCUIT_NOISE_SCHEMA, run: await trainingOf(run), items, trajectories, noiseSeed, variants },
        ...{ code, machine: describeMachine(), startedAt, wallMs: Math.round(performance.now() - from) },
      };
    },
    ...{ signal, onRecord, onMissing },
  });
}

function isCircuit(operator: string): boolean {
  return isCircuitName(operator) && CIRCUIT_ROWS[operator].kind === "circuit";
}

async function trainingOf(run: RunRecord): Promise<CircuitNoiseRecord["run"]> {
  const { data, operator, options, seed, profile, parameters, weightsDigest } = run;
  return { data, operator, options, seed, profile, parameters, weightsDigest, digest: await recordDigest(run) };
}

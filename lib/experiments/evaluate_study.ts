import type { TrainingData } from "../training/mod.ts";
import { evaluateRuns } from "./_trained_runs.ts";
import { recordDigest } from "./digest.ts";
import { codeVersion, describeMachine } from "./machine.ts";
import { recordFileName } from "./record_file.ts";
import { evaluateStudyModel } from "./study_evaluation.ts";
import { readStudyRecord, STUDY_SCHEMA, type StudyRecord, writeStudyRecord } from "./study_record.ts";
import type { CodeVersion, RunRecord } from "./types.ts";

/** Where trained models lie, and how their evaluation is watched. */
export interface EvaluateStudyOptions {
  /** Folder of `runPlan`: weights are read from `checkpoints/`, evaluations go to `evaluations/`. */
  readonly out: string;
  /** Loads the pictures or texts that the runs of a data set saw, by its name. */
  readonly data: (name: string) => Promise<TrainingData>;
  /** False: only each model's own test, no other selection. @default {true} */
  readonly variants?: boolean;
  /** Stops after the pass under way; the model under way is evaluated anew the next time. */
  readonly signal?: AbortSignal;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
  /** Called for each evaluation: made, or kept from before. */
  readonly onRecord?: (record: StudyRecord, how: "made" | "kept") => void;
  /** Called after each pass over the test items of a model. */
  readonly onPass?: (run: RunRecord, done: number, passes: number) => void;
  /** Called for a finished run whose weights are not there, or are others. */
  readonly onMissing?: (run: RunRecord) => void;
}

/**
 * Evaluates the trained models of a folder, each into its record; those that were evaluated before are kept.
 *
 * An evaluation is kept if it was made of the same weights. A killed process loses the model that it was at, nothing else.
 *
 * @param runs records of the folder; unfinished ones are passed over
 * @param options where they lie
 * @returns every evaluation of these runs
 * @throws {SyntaxError} if a checkpoint or an evaluation is damaged
 * @throws {RangeError} if a model does not come to the accuracy of its training's last test
 *
 * Cost that of `evaluateStudyModel` for each that is made.
 * Source: none needed.
 *
 * @example No runs
 * ```ts
 * import { evaluateStudyRuns } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const data = () => Promise.reject(new Error("none is needed"));
 * assertEquals(await evaluateStudyRuns([], { out: await Deno.makeTempDir(), data }), []);
 * ```
 */
export async function evaluateStudyRuns(
  runs: readonly RunRecord[],
  options: EvaluateStudyOptions,
): Promise<StudyRecord[]> {
  const { out, data, variants, signal, onRecord, onPass, onMissing } = options;
  const code = options.code ?? await codeVersion();
  return await evaluateRuns(runs, {
    ...{ out, folder: "evaluations", data, read: readStudyRecord, write: writeStudyRecord },
    isSame: (kept, run) => kept.run.weightsDigest === run.weightsDigest,
    async evaluate(run, weights, items) {
      const startedAt = new Date().toISOString(), from = performance.now();
      const { operator, seed } = run;
      const evaluation = await evaluateStudyModel(items, weights, {
        ...{ operator, seed, variants, signal },
        onPass: (done, passes) => onPass?.(run, done, passes),
      });
      if (evaluation === null) return null;
      const record: StudyRecord = {
        schema: STUDY_SCHEMA,
        run: await trainingOf(run),
        ...evaluation,
        ...{ code, machine: describeMachine(), startedAt, wallMs: Math.round(performance.now() - from) },
      };
      checkAccuracy(run, record);
      return record;
    },
    ...{ signal, onRecord, onMissing },
  });
}

async function trainingOf(run: RunRecord): Promise<StudyRecord["run"]> {
  const { data, operator, options, seed, profile, parameters, weightsDigest, epochs, code } = run;
  return {
    ...{ data, operator, options, seed, profile, parameters, weightsDigest, epochs, code },
    digest: await recordDigest(run),
  };
}

function checkAccuracy(run: RunRecord, { items, right }: StudyRecord): void {
  let count = 0;
  for (const byte of Uint8Array.fromBase64(right)) for (let bits = byte; bits > 0; bits &= bits - 1) count++;
  const expected = run.epochs.at(-1)?.testAccuracy;
  if (count / items !== expected) {
    throw new RangeError(
      `Cannot evaluate ${
        recordFileName(run)
      }: its weights classify ${count} of ${items} right, its last test had the share ` +
        `${expected}: the program's numbers have changed since it was trained; train it again`,
    );
  }
}

import type { StudyOperator } from "../lib/experiments/mod.ts";
import { readCheckpoint } from "../lib/training/mod.ts";

/** The operators whose trained models the study shows pictures to. */
export const STUDY_OPERATORS = ["qamaV2", "qamaSelected"] as const satisfies readonly StudyOperator[];

/**
 * Reads the weights of MNIST models from a folder of `deno task reproduce`, the first seed of each operator.
 *
 * @throws {RangeError} if the folder has no checkpoint of an operator
 */
export async function readModels(
  folder: string,
  operators: readonly StudyOperator[],
): Promise<Map<StudyOperator, Float32Array>> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(`${folder}/checkpoints`)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const models = new Map<StudyOperator, Float32Array>();
  for (const operator of operators) {
    const name = names.sort().find((one) => one.startsWith(`mnist-${operator}-`) && one.endsWith(".checkpoint"));
    const checkpoint = name === undefined ? null : await readCheckpoint(`${folder}/checkpoints/${name}`);
    if (checkpoint === null) {
      throw new RangeError(
        `Cannot find a model of ${operator}: ${folder}/checkpoints has no mnist-${operator}-*.checkpoint; make one with ` +
          `deno task reproduce --only mnist --operators ${operator} --out ${folder}`,
      );
    }
    models.set(operator, checkpoint.arrays.weights);
  }
  return models;
}

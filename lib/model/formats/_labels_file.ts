import type { Label } from "../builder.ts";
import type { Problem } from "./types.ts";

/** Where the labels of a file stand that cannot hold them itself. */
export function labelsPath(path: string | URL): string | URL {
  const ending = ".labels.json";
  return typeof path === "string" ? path + ending : new URL(path.href + ending);
}

/** Takes the labels from the file beside, if there is one. */
export async function readLabels(problem: Problem, path: string | URL): Promise<Problem> {
  const beside = labelsPath(path);
  let text: string;
  try {
    text = await Deno.readTextFile(beside);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return problem;
    throw error;
  }
  const labels = parseLabels(text);
  if (labels === undefined || labels.length !== problem.model.n || new Set(labels).size !== labels.length) {
    throw new SyntaxError(
      `Cannot read ${beside}: expected a JSON array of ${problem.model.n} different strings or numbers; remove it if it is ` +
        `not of this file`,
    );
  }
  return { ...problem, labels, notes: [...problem.notes, `the labels were taken from ${beside}`] };
}

function parseLabels(text: string): Label[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(value) && value.every(isLabel) ? value : undefined;
}

function isLabel(value: unknown): value is Label {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

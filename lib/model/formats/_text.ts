import { factoredEntry, forEachPair } from "../_terms.ts";
import type { Label } from "../builder.ts";
import type { Couplings, Model } from "../types.ts";
import type { Problem, Reading } from "./types.ts";

const PIECE_CHARACTERS = 2 ** 16;
const READINGS: readonly Reading[] = ["ising", "maxcut", "qubo"];

/** Joins lines into pieces of bytes, each line with its end. */
export function* textPieces(lines: Iterable<string>): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  let piece = "";
  for (const line of lines) {
    piece += line + "\n";
    if (piece.length < PIECE_CHARACTERS) continue;
    yield encoder.encode(piece);
    piece = "";
  }
  if (piece !== "") yield encoder.encode(piece);
}

/** Makes a line of every pair i < j whose coefficient is not 0, rows ascending. */
export function* pairLines(
  couplings: Couplings,
  line: (i: number, j: number, value: number) => string,
): Iterable<string> {
  for (let i = 0; i < couplings.n; i++) {
    if (couplings.form === "sparse") {
      for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
        if (couplings.columns[k] > i) yield line(i, couplings.columns[k], couplings.values[k]);
      }
      continue;
    }
    for (let j = i + 1; j < couplings.n; j++) {
      const value = couplings.form === "dense" ? couplings.values[i * couplings.n + j] : factoredEntry(couplings, i, j);
      if (value !== 0) yield line(i, j, value);
    }
  }
}

/** Makes a line of every linear term that is not 0. */
export function* linearLines(linear: Float64Array, line: (i: number, value: number) => string): Iterable<string> {
  for (let i = 0; i < linear.length; i++) if (linear[i] !== 0) yield line(i, linear[i]);
}

/** Counts what {@link pairLines} and {@link linearLines} give. */
export function countTerms({ couplings, linear }: Model): { pairs: number; single: number } {
  let pairs = 0;
  forEachPair(couplings, () => pairs++);
  let single = 0;
  for (const value of linear) if (value !== 0) single++;
  return { pairs, single };
}

/** The labels `first, first + 1, ...` of n variables. */
export function numbered(n: number, first: number): number[] {
  return Array.from({ length: n }, (_, i) => first + i);
}

/** Tells whether the labels are `first, first + 1, ...`. */
export function areNumbered(labels: readonly Label[], first: number): boolean {
  return labels.every((label, i) => label === first + i);
}

/** Gives the reading; throws where there is none, and names the three. */
export function readingOf(as: Reading | undefined, what: string, verb = "read"): Reading {
  if (as === undefined) {
    throw new TypeError(
      `Cannot ${verb} ${what} without knowing what its numbers mean: give as = "ising" (E = + sum J_ij s_i s_j), ` +
        `"maxcut" (weights of edges to cut) or "qubo" (symmetric Q, an entry off the diagonal counts twice)`,
    );
  }
  if (!READINGS.includes(as)) {
    throw new TypeError(`Cannot ${verb} ${what} as ${String(as)}: expected ${READINGS.join(", ")}`);
  }
  return as;
}

/** Throws if a file of bits is to be read as something else. */
export function checkBits(as: Reading | undefined, what: string): void {
  if (as === undefined || as === "qubo") return;
  throw new TypeError(`Cannot read ${what} as ${as}: it says itself that its variables are bits; leave as out`);
}

/** Throws if the problem has not one label for each variable. */
export function checkProblem({ model, labels }: Problem, format: string): void {
  if (labels.length !== model.n) {
    throw new TypeError(`Cannot write ${format}: ${labels.length} labels for ${model.n} variables`);
  }
}

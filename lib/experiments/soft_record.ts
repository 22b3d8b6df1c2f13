import { readJsonIfThere } from "./_read_json.ts";

/** What q bits do to the soft weights of revision 1. */
export interface SoftRow {
  /** Bits a token. */
  readonly q: number;
  /** Root mean square error of a weight by the formula, `step / sqrt(12)`. */
  readonly rms: number;
  /** Root mean square error of softmax weights that are rounded to q bits. */
  readonly softmaxRms: number;
  /** Error of the energy of softmax weights that are rounded, a share of it. */
  readonly energyError: number;
  /** Error of their token energies, which the readout is made of: a share of their root mean square. */
  readonly readoutError: number;
  /** Share of annealed weights strictly between 0 and 1, one head alone. */
  readonly betweenAlone: number;
  /** The same with several heads and the penalty between them. */
  readonly betweenPenalised: number;
  /** Correlation of the annealed weights with those of a softmax, one head alone. */
  readonly correlation: number;
  /** The same with several heads and the penalty. */
  readonly correlationPenalised: number;
}

/** Errors against q, as `scripts/soft_selection.ts` leaves them in results/soft_selection.json. */
export interface SoftSelectionRecord {
  /** What was measured: a line for the page. */
  readonly about: string;
  /** A row a number of bits, ascending. */
  readonly rows: readonly SoftRow[];
}

const FIELDS = [
  ...["q", "rms", "softmaxRms", "energyError", "readoutError"],
  ...["betweenAlone", "betweenPenalised", "correlation", "correlationPenalised"],
] as readonly (keyof SoftRow)[];

/**
 * Reads a record of what q bits a token do to the soft weights of revision 1.
 *
 * @param path the file
 * @returns the record; null where there is none
 * @throws {SyntaxError} if the file is not JSON
 * @throws {TypeError} if it is JSON of another form: the message names the row
 *
 * Cost one read.
 * Source: none needed.
 *
 * @example No file, no record
 * ```ts
 * import { readSoftSelection } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readSoftSelection(`${await Deno.makeTempDir()}/soft_selection.json`), null);
 * ```
 */
export async function readSoftSelection(path: string): Promise<SoftSelectionRecord | null> {
  const read = await readJsonIfThere(path);
  if (read === undefined) return null;
  const value = read as { heads?: unknown; tokens?: unknown; width?: unknown; rows?: unknown } | null;
  const { heads, tokens, width, rows } = value ?? {};
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new TypeError(`Cannot read the record ${path}: rows must be a list of one or more`);
  }
  for (const [i, row] of rows.entries()) {
    const wrong = FIELDS.find((field) => !Number.isFinite(row?.[field]) || (field === "q" && !(row.q >= 1)));
    if (wrong !== undefined) {
      throw new TypeError(
        `Cannot read the record ${path}: rows[${i}].${wrong} must be a number, got ${JSON.stringify(row?.[wrong])}`,
      );
    }
  }
  return {
    about:
      `${heads} heads of ${tokens} tokens, width ${width}, queries, keys and values drawn from the normal distribution`,
    rows: rows.toSorted((a: SoftRow, b: SoftRow) => a.q - b.q),
  };
}

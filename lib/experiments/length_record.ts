import { readJsonIfThere } from "./_read_json.ts";

/** One measured step of one method at one length. */
export interface LengthRow {
  /** `dense`, `factored`, `softmax` or another. */
  readonly method: string;
  /** N, tokens. */
  readonly tokens: number;
  /** H, heads. */
  readonly heads: number;
  /** Time of a step, ms. */
  readonly stepMs: number;
  /** Memory that is reserved for the step, bytes; null where it was not measured. */
  readonly bytes: number | null;
  /** The part of it that the step touches, bytes, in pages; null where it was not measured. */
  readonly touchedBytes: number | null;
}

/** Time and memory against sequence length, as `deno task bench` leaves them in results/bench/length.json. */
export interface LengthBench {
  /** What was measured where: a line for the page. */
  readonly machine: string;
  /** The measured rows. */
  readonly rows: readonly LengthRow[];
}

/**
 * Reads a record of time and memory against sequence length.
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
 * import { readLengthBench } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readLengthBench(`${await Deno.makeTempDir()}/length.json`), null);
 * ```
 */
export async function readLengthBench(path: string): Promise<LengthBench | null> {
  const read = await readJsonIfThere(path);
  if (read === undefined) return null;
  const value = read as { machine?: unknown; rows?: unknown; [about: string]: unknown } | null;
  if (!Array.isArray(value?.rows)) throw new TypeError(`Cannot read the record ${path}: rows must be a list`);
  const rows = value.rows.map((row: Partial<Record<keyof LengthRow, unknown>>, i: number): LengthRow => {
    const { method, tokens, heads, stepMs, bytes = null, touchedBytes = null } = row ?? {};
    const amount = (entry: unknown): entry is number =>
      typeof entry === "number" && entry > 0 && Number.isFinite(entry);
    const fits = typeof method === "string" && amount(tokens) && amount(heads) && amount(stepMs) &&
      [bytes, touchedBytes].every((entry) => entry === null || amount(entry));
    if (!fits) {
      throw new TypeError(
        `Cannot read the record ${path}: rows[${i}] must have method, tokens, heads, stepMs, bytes and touchedBytes, got ${
          JSON.stringify(row)
        }`,
      );
    }
    return {
      method,
      tokens,
      heads,
      stepMs,
      bytes: bytes as number | null,
      touchedBytes: touchedBytes as number | null,
    };
  });
  return { machine: `${stepText(value ?? {})}${machineText(value?.machine)}`, rows };
}

/** What a step is, where the record says so. */
function stepText({ batch, width, sweeps, rounds }: Record<string, unknown>): string {
  const parts = [[batch, "texts a step"], [width, "numbers a token"], [sweeps, "sweeps"], [
    rounds,
    "rounds, their smallest time",
  ]];
  return parts.filter(([count]) => typeof count === "number").map(([count, what]) => `${count} ${what}; `).join("");
}

function machineText(machine: unknown): string {
  if (typeof machine !== "object" || machine === null) return String(machine ?? "a machine without a name");
  const { deno, cpu, cores } = machine as Record<string, unknown>;
  return `Deno ${deno} on ${cpu}, ${cores} cores`;
}

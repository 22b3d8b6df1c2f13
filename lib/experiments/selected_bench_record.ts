import { checkedForm, type ValueForm } from "./_check_form.ts";
import { readJsonIfThere } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM } from "./_signed_record.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the form of a {@link SelectedBench}. */
export const SELECTED_BENCH_SCHEMA = 2;

/** What reading a share of the keys costs, forward and backward, at one length. */
export interface SelectedBenchRow {
  /**
   * `softmax`: as `softmaxBlock` runs from 1,024 tokens on, its scores computed again on the way back; `kept`: its probabilities are
   * kept instead; `dense`: the kernel of the selected softmax, all keys chosen; `selected`.
   */
  readonly method: "softmax" | "kept" | "dense" | "selected";
  /** N. */
  readonly tokens: number;
  /** H. */
  readonly heads: number;
  /** Share of the keys that every query of a head reads. */
  readonly share: number;
  /** Forward and backward of one text on one thread, the smallest of the rounds, ms. */
  readonly readMs: number;
  /** Time of `softmax` over this one, medians of the same rounds. */
  readonly speedUp: number;
  /** The annealing that chooses as many keys, factored, ms; 0 where nothing is chosen. */
  readonly solveMs: number;
  /** Operations of the matrix products, 10^9. */
  readonly gigaflop: number;
  /** Exponentials, 10^6. */
  readonly megaexp: number;
  /** What is kept for the way back, and scratch, bytes. */
  readonly bytes: number;
}

/** What kernels that skip keys save, as `deno task bench --only selected --record` leaves it in results/bench/selected.json. */
export interface SelectedBench {
  /** {@link SELECTED_BENCH_SCHEMA}. */
  readonly schema: typeof SELECTED_BENCH_SCHEMA;
  /** The computer. */
  readonly machine: MachineDescription;
  /** The program. */
  readonly code: CodeVersion;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
  /** Width of all heads together. */
  readonly width: number;
  /** Sweeps of the annealing. */
  readonly sweeps: number;
  /** How often every way was timed. */
  readonly rounds: number;
  /** Every way at every length. */
  readonly rows: readonly SelectedBenchRow[];
}

const FORM: ValueForm = {
  fields: {
    ...{ schema: { choices: [SELECTED_BENCH_SCHEMA] }, machine: MACHINE_FORM, code: CODE_FORM, startedAt: "string" },
    ...{ width: "count", sweeps: "count", rounds: "count" },
    rows: {
      list: {
        fields: {
          ...{
            method: { choices: ["softmax", "kept", "dense", "selected"] },
            tokens: "count",
            heads: "count",
            share: "amount",
          },
          ...{
            readMs: "amount",
            speedUp: "amount",
            solveMs: "amount",
            gigaflop: "amount",
            megaexp: "amount",
            bytes: "count",
          },
        },
      },
    },
  },
};

/**
 * Reads what kernels that skip keys save.
 *
 * @param path the file
 * @returns the record; null where there is none
 * @throws {SyntaxError} if the file is not JSON
 * @throws {TypeError} if it is JSON of another form: the message names the field
 *
 * Cost one read.
 * Source: none needed.
 *
 * @example No file, no record
 * ```ts
 * import { readSelectedBench } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readSelectedBench(`${await Deno.makeTempDir()}/selected.json`), null);
 * ```
 */
export async function readSelectedBench(path: string): Promise<SelectedBench | null> {
  const read = await readJsonIfThere(path);
  if (read === undefined) return null;
  return checkedForm(read, FORM, "", (field, expected) => {
    throw new TypeError(
      `Cannot read the record ${path}: ${field} must be ${expected}; make it again with ${SELECTED_BENCH_COMMAND}`,
    );
  }) as SelectedBench;
}

/** The command that measures what kernels that skip keys save. */
export const SELECTED_BENCH_COMMAND = "deno task bench --only selected --record results/bench/selected.json";

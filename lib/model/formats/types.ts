import type { Label } from "../builder.ts";
import type { BuiltModel } from "../constraints.ts";
import type { Model } from "../types.ts";

/** The name of a file format, as `--from` and `--to` take it. */
export type FormatName =
  | "qbsolv"
  | "rudy"
  | "matrix-market"
  | "coo"
  | "bqm-json"
  | "bqpjson"
  | "npy"
  | "npz"
  | "csv"
  | "isingq-csv"
  | "kaiwu-csv"
  | "qplib"
  | "lp";

/**
 * What a plain list of numbers means.
 *
 * - `ising`: J, each pair once, `E(s) = + sum_{i<j} J_ij s_i s_j`, minimised;
 * - `maxcut`: weights of edges, `E(s) = - cut(s)`, `cut(s) = sum_{i<j} w_ij (1 - s_i s_j) / 2`;
 * - `qubo`: a symmetric Q, `E(x) = x^T Q x`, minimised, so that an entry off the diagonal counts twice.
 */
export type Reading = "ising" | "maxcut" | "qubo";

/** A model as a file holds it, with the file's own names of the variables. */
export interface Problem {
  /** The model, in this library's convention. */
  readonly model: Model;
  /** `[n]`: the file's own name of variable i; in a 1-based list variable 0 is called 1. */
  readonly labels: readonly Label[];
  /** The format it was read from. */
  readonly format: FormatName;
  /** How a plain list was read; absent where the format says it itself. */
  readonly reading?: Reading;
  /** `W = sum_{i<j} w_ij` of a maxcut, whose model has `E = -cut` (J = w / 2, offset -W / 2). */
  readonly totalWeight?: number;
  /** What a user should know about the reading: `3 duplicate entries were summed, the first at line 7`. */
  readonly notes: readonly string[];
  /** The title that the file gives itself. */
  readonly title?: string;
  /** True if the file asks for the largest value: energies, and the objectives of `built`, are minus the file's. */
  readonly maximised?: boolean;
  /**
   * Judges states, where the file has constraints: `model` then is `built.model`, with penalties, and the slack bits of these
   * stand among the labels behind the file's own variables. `built.report(state).objective` is the energy without penalties.
   */
  readonly built?: BuiltModel;
}

/** How a file is read. */
export interface ReadOptions {
  /** What a plain list of numbers means. @default {refused where the format does not say it} */
  readonly as?: Reading;
  /** Stops the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How a file is written. */
export interface WriteOptions {
  /** What a plain list of numbers is to mean. @default {what the problem was read as} */
  readonly as?: Reading;
}

/** One file format. */
export interface ProblemFormat {
  /** Its name. */
  readonly name: FormatName;
  /** Endings of its files, in lower case with the dot, the one for writing first. */
  readonly extensions: readonly string[];
  /** True if the numbers of the file have no meaning until `as` gives them one. */
  readonly needsReading: boolean;
  /**
   * Tells whether a file is of this format.
   *
   * @param start the first bytes of the file, 4,096 or all there are
   * @param path its path in lower case, without `.gz`; empty where there is none
   */
  recognises(start: Uint8Array, path: string): boolean;
  /**
   * Reads a file.
   *
   * @param source the bytes; a chunk is valid until the next one is asked for, so what is kept must be copied
   * @throws {SyntaxError} with line and column (or byte offset) if the file is not what the format says
   */
  read(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<Problem>;
  /**
   * Writes a file; absent where the format is only read.
   *
   * @returns the bytes, piece by piece
   * @throws {RangeError} if the format has no place for something in the model
   */
  write?(problem: Problem, options: WriteOptions): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Tells whether a written file keeps these labels; absent means that it keeps any. */
  holdsLabels?(labels: readonly Label[]): boolean;
}

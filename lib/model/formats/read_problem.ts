import { checkOptionNames } from "../option_names.ts";
import { readLabels } from "./_labels_file.ts";
import { filePath, openSource, type ProblemSource, sourceName } from "./_sources.ts";
import { detectFormat, formatNamed } from "./problem_formats.ts";
import type { FormatName, Problem, ReadOptions } from "./types.ts";

export type { ProblemSource } from "./_sources.ts";

const OPTIONS = ["format", "as", "signal", "path"];

/** How {@link readProblem} and {@link parseProblem} read. */
export interface ReadProblemOptions extends ReadOptions {
  /** The format. @default {told by the ending and by the content} */
  readonly format?: FormatName;
  /** What a stream is called, for its ending and for errors. @default {the path or address of the source} */
  readonly path?: string;
}

/**
 * Reads a problem from a file, an address or a stream, in any of `problemFormats`, gzipped or not.
 *
 * Streams: beside the model there are 5 to 20 bytes for each term of the file, never the file. Where a file has beside it one
 * with the same name and `.labels.json` behind it, its labels come from there.
 *
 * @param source a path, a URL (`file:`, `http:`, `https:`), or the bytes piece by piece
 * @param options.format the format, where neither the ending nor the content tells
 * @param options.as what a plain list of numbers means: "ising", "maxcut" or "qubo"
 * @param options.signal stops the reading
 * @returns the model, the file's own names of its variables, and notes on what was read
 * @throws {SyntaxError} with line and column if the file is not what its format says
 * @throws {TypeError} if the numbers of the file have no meaning without `as`, or an option is unknown
 *
 * Cost one pass over the file, then O(n + m) for m terms.
 *
 * @example A stream
 * ```ts
 * import { readProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const stream = new Blob(["3 2\n1 2 1\n2 3 1\n"]).stream();
 * const problem = await readProblem(stream, { as: "maxcut" });
 * assertEquals([problem.format, problem.model.n, problem.totalWeight], ["rudy", 3, 2]);
 * ```
 */
export async function readProblem(source: ProblemSource, options: ReadProblemOptions = {}): Promise<Problem> {
  checkOptionNames("Cannot read the problem", options, OPTIONS);
  const { format: name, as, signal, path = sourceName(source) } = options;
  signal?.throwIfAborted();
  try {
    const { start, bytes } = await openSource(source, signal);
    const format = name === undefined ? detectFormat(start, path) : formatNamed(name);
    const problem = await format.read(bytes, { as, signal });
    const file = filePath(source);
    return file === undefined ? problem : await readLabels(problem, file);
  } catch (error) {
    if (path === "" || !(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(error.message.replace(/^Cannot read the file/, `Cannot read ${path}`), { cause: error });
  }
}

/**
 * Reads a problem from text or bytes that are in memory; else as {@link readProblem}.
 *
 * @param data the content of a file
 * @throws {SyntaxError} with line and column if it is not what its format says
 * @throws {TypeError} if its numbers have no meaning without `as`, or an option is unknown
 *
 * Cost as {@link readProblem}.
 *
 * @example A list of edges
 * ```ts
 * import { parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, labels } = await parseProblem("2 1\n1 2 -1\n", { as: "ising" });
 * assertEquals([model.n, ...labels], [2, 1, 2]);
 * ```
 */
export async function parseProblem(data: string | Uint8Array, options: ReadProblemOptions = {}): Promise<Problem> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  async function* once() {
    yield await Promise.resolve(bytes);
  }
  return await readProblem(once(), options);
}

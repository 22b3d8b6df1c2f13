import { checkOptionNames } from "../option_names.ts";
import { labelsPath } from "./_labels_file.ts";
import { filePath, sourceName } from "./_sources.ts";
import { formatNamed, formatsOfPath, problemFormats } from "./problem_formats.ts";
import type { FormatName, Problem, ProblemFormat, WriteOptions } from "./types.ts";

const OPTIONS = ["format", "as"];

/** How {@link writeProblem} and {@link encodeProblem} write. */
export interface WriteProblemOptions extends WriteOptions {
  /** The format. @default {told by the ending of the path} */
  readonly format?: FormatName;
}

/** What {@link writeProblem} wrote. */
export interface WrittenProblem {
  /** The format. */
  readonly format: FormatName;
  /** The file beside with the labels, where the format has no place for them. */
  readonly labelsFile?: string;
}

/**
 * Writes a problem to a file or a stream; a path that ends in `.gz` is gzipped.
 *
 * Where the format has no place for the labels, they go into a file beside: the path with `.labels.json` behind it, from where
 * `readProblem` takes them back; one that is left from an earlier file of the same path is removed. The file takes its place when it
 * is whole.
 *
 * @param to a path, a `file:` URL, or a stream, which is closed
 * @param options.format the format, where the ending does not tell
 * @param options.as what a plain list of numbers is to mean
 * @returns the format and the file of labels
 * @throws {RangeError} if the format has no place for something in the model; the message names formats that have
 * @throws {TypeError} if the ending tells no format, the format is only read, labels do not fit into a stream, or an option is unknown
 *
 * Cost O(n + m) time; memory one piece of the file.
 *
 * @example To a stream
 * ```ts
 * import { parseProblem, writeProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const problem = await parseProblem("2 1\n1 2 3\n", { as: "qubo" });
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * const [text] = await Promise.all([
 *   new Response(readable).text(),
 *   writeProblem({ ...problem, labels: [0, 1] }, writable, { format: "qbsolv" }),
 * ]);
 * assertEquals(text, "p qubo 0 2 0 1\n0 1 6\n");
 * ```
 */
export async function writeProblem(
  problem: Problem,
  to: string | URL | WritableStream<Uint8Array>,
  options: WriteProblemOptions = {},
): Promise<WrittenProblem> {
  const format = writable(options, sourceName(to));
  const bytes = format.write(problem, { as: options.as });
  const holds = format.holdsLabels?.(problem.labels) ?? true;
  if (to instanceof WritableStream) {
    if (!holds) {
      throw new TypeError(
        `Cannot write ${format.name} into a stream: it has no place for the labels; write to a path, or another format`,
      );
    }
    await ReadableStream.from(bytes).pipeTo(to);
    return { format: format.name };
  }
  const path = filePath(to);
  if (path === undefined) throw new TypeError(`Cannot write to ${to}: expected a path, a file: URL or a stream`);
  await writeFile(bytes, path, sourceName(to).toLowerCase().endsWith(".gz"));
  const beside = labelsPath(path);
  if (holds) {
    await removeIfThere(beside);
    return { format: format.name };
  }
  await Deno.writeTextFile(beside, JSON.stringify(problem.labels) + "\n");
  return { format: format.name, labelsFile: `${beside}` };
}

/**
 * Gives a problem as the bytes of a file. Labels that the format has no place for are left out.
 *
 * @param options.format the format
 * @param options.as what a plain list of numbers is to mean
 * @returns fresh bytes
 * @throws {RangeError} if the format has no place for something in the model
 * @throws {TypeError} if the format is only read, or an option is unknown
 *
 * Cost O(n + m) time, twice the file in memory.
 *
 * @example A QUBO as text
 * ```ts
 * import { encodeProblem, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const problem = await parseProblem("p qubo 0 2 1 1\n0 0 1\n0 1 4\n");
 * const bytes = await encodeProblem(problem, { format: "rudy", as: "qubo" });
 * assertEquals(new TextDecoder().decode(bytes), "2 2\n1 1 1\n1 2 2\n");
 * ```
 */
export async function encodeProblem(
  problem: Problem,
  options: WriteProblemOptions & { readonly format: FormatName },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = writable(options, "").write(problem, { as: options.as });
  return new Uint8Array(await new Response(ReadableStream.from(bytes)).arrayBuffer());
}

function writable(
  options: WriteProblemOptions,
  path: string,
): ProblemFormat & Required<Pick<ProblemFormat, "write">> {
  checkOptionNames("Cannot write the problem", options, OPTIONS);
  const formats = options.format === undefined ? formatsOfPath(path) : [formatNamed(options.format)];
  const found = formats.find(canWrite);
  if (found === undefined) {
    const known = problemFormats.filter(canWrite).map(({ name }) => name).join(", ");
    const why = formats.length === 0 ? `its ending tells no format` : `${formats[0].name} files are only read`;
    throw new TypeError(`Cannot write ${path || "the problem"}: ${why}; formats to write are ${known}`);
  }
  return found;
}

function canWrite(format: ProblemFormat): format is ProblemFormat & Required<Pick<ProblemFormat, "write">> {
  return format.write !== undefined;
}

async function writeFile(
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  path: string | URL,
  packed: boolean,
): Promise<void> {
  const part = typeof path === "string" ? `${path}.part` : new URL(`${path.href}.part`);
  try {
    const file = await Deno.create(part);
    const stream = ReadableStream.from(copies(bytes));
    await (packed ? stream.pipeThrough(new CompressionStream("gzip")) : stream).pipeTo(file.writable);
    await Deno.rename(part, path);
  } catch (error) {
    await removeIfThere(part);
    throw error;
  }
}

async function* copies(
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of bytes) yield new Uint8Array(piece);
}

async function removeIfThere(path: string | URL): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

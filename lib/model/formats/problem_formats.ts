import { bqmJsonFormat } from "./bqm_json.ts";
import { bqpjsonFormat } from "./bqpjson.ts";
import { cooFormat } from "./coo.ts";
import { csvFormat } from "./csv.ts";
import { isingqCsvFormat } from "./isingq_csv.ts";
import { kaiwuCsvFormat } from "./kaiwu_csv.ts";
import { lpFormat } from "./lp.ts";
import { matrixMarketFormat } from "./matrix_market.ts";
import { npyFormat } from "./npy.ts";
import { npzFormat } from "./npz.ts";
import { qbsolvFormat } from "./qbsolv.ts";
import { qplibFormat } from "./qplib.ts";
import { rudyFormat } from "./rudy.ts";
import type { FormatName, ProblemFormat } from "./types.ts";

/** The formats there are, those with the plainest mark of their own first. */
export const problemFormats: readonly ProblemFormat[] = Object.freeze([
  matrixMarketFormat,
  qbsolvFormat,
  qplibFormat,
  lpFormat,
  bqmJsonFormat,
  bqpjsonFormat,
  npyFormat,
  npzFormat,
  rudyFormat,
  cooFormat,
  csvFormat,
  isingqCsvFormat,
  kaiwuCsvFormat,
]);

/** Gives a format by its name. @throws {TypeError} if there is none of this name */
export function formatNamed(name: FormatName): ProblemFormat {
  const format = problemFormats.find((each) => each.name === name);
  if (format === undefined) {
    const known = problemFormats.map((each) => each.name).join(", ");
    throw new TypeError(`Cannot find the format ${String(name)}; known are ${known}`);
  }
  return format;
}

/** Gives the formats that end in what the path ends in, the longest ending first. */
export function formatsOfPath(path: string): readonly ProblemFormat[] {
  const plain = plainPath(path);
  const length = ({ extensions }: ProblemFormat) =>
    Math.max(0, ...extensions.filter((extension) => plain.endsWith(extension)).map((extension) => extension.length));
  return problemFormats.filter((format) => length(format) > 0).toSorted((a, b) => length(b) - length(a));
}

/**
 * Tells the format of a file: by its ending where the content fits, else by its content.
 *
 * @param start its first bytes, 4,096 or all there are, unpacked if it was gzipped
 * @param path its path, or the end of it; empty where there is none
 * @returns one of {@link problemFormats}
 * @throws {SyntaxError} if neither tells
 *
 * Cost O(start) for each format.
 *
 * @example A list of edges
 * ```ts
 * import { detectFormat } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(detectFormat(new TextEncoder().encode("2 1\n1 2 1\n"), "graph.txt").name, "rudy");
 * ```
 */
export function detectFormat(start: Uint8Array, path: string): ProblemFormat {
  const plain = plainPath(path);
  const byEnding = formatsOfPath(path);
  const found = byEnding.find((format) => format.recognises(start, plain)) ??
    problemFormats.find((format) => format.recognises(start, "")) ??
    (byEnding.length === 1 ? byEnding[0] : undefined);
  if (found === undefined) {
    const what = start.length === 0 ? "it is empty" : "neither its name nor its first lines tell the format";
    const known = problemFormats.map(({ name }) => name).join(", ");
    throw new SyntaxError(`Cannot read the file at line 1, column 1: ${what}; known formats are ${known}`);
  }
  return found;
}

function plainPath(path: string): string {
  return path.toLowerCase().replace(/\.gz$/, "");
}

/**
 * Files of problems: what their numbers mean, read and written, with the file's own names of the variables kept.
 *
 * @module
 */
export { bqmJsonFormat } from "./bqm_json.ts";
export { bqpjsonFormat } from "./bqpjson.ts";
export { cooFormat } from "./coo.ts";
export { csvFormat } from "./csv.ts";
export { isingqCsvFormat } from "./isingq_csv.ts";
export { kaiwuCsvFormat } from "./kaiwu_csv.ts";
export { lpFormat } from "./lp.ts";
export { matrixMarketFormat } from "./matrix_market.ts";
export { npyFormat } from "./npy.ts";
export { npzFormat } from "./npz.ts";
export { detectFormat, problemFormats } from "./problem_formats.ts";
export { qbsolvFormat } from "./qbsolv.ts";
export { qplibFormat } from "./qplib.ts";
export { parseProblem, type ProblemSource, readProblem, type ReadProblemOptions } from "./read_problem.ts";
export { rudyFormat } from "./rudy.ts";
export type { FormatName, Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";
export { encodeProblem, writeProblem, type WriteProblemOptions, type WrittenProblem } from "./write_problem.ts";

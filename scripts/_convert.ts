import {
  type FormatName,
  type Problem,
  problemFormats,
  type Reading,
  readProblem,
  writeProblem,
} from "../lib/model/mod.ts";
import { reading as readingFile, writing as writingFile } from "./_files.ts";
import { UsageError, type Values } from "./_cli.ts";

const COMMAND = "deno task convert";
const NAMES = problemFormats.map(({ name }) => name);
const WRITABLE = problemFormats.filter(({ write }) => write !== undefined).map(({ name }) => name);
const READINGS: readonly Reading[] = ["ising", "maxcut", "qubo"];

/** The command line of `convert`. */
export const convertCli = {
  command: `${COMMAND} IN OUT`,
  summary:
    "Converts a problem from one file format to another; energies, offset included, and the names of variables are kept.",
  operands: { help: "the file to read and the file to write", min: 2, max: 2 },
  examples: [
    `${COMMAND} G1.txt G1.qubo --as maxcut     a list of edges as the QUBO of its largest cut`,
    `${COMMAND} model.json model.mtx --as qubo`,
    `${COMMAND} bqp50-1.sparse bqp.json --as qubo --to bqpjson`,
  ],
  options: {
    from: { type: "string", choices: NAMES, help: "format of IN; else its ending and content tell" },
    to: { type: "string", choices: WRITABLE, help: "format of OUT; else its ending tells" },
    as: { type: "string", choices: READINGS, help: "what a plain list of numbers means, in IN and in OUT" },
    asOut: { type: "string", choices: READINGS, help: "what it means in OUT, where that differs from IN" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

/** What was converted. */
export interface ConvertReport {
  /** The format of the file that was read. */
  readonly from: FormatName;
  /** The format of the file that was written. */
  readonly to: FormatName;
  /** The number of variables. */
  readonly n: number;
  /** The file beside with the names of the variables, where the format has no place for them. */
  readonly labelsFile?: string;
  /** Sentences for the user. */
  readonly lines: readonly string[];
}

/** Reads one file and writes the other. */
export async function convert(values: Values<typeof convertCli["options"]>): Promise<ConvertReport> {
  const [input, output] = values.operands;
  if (await isSameFile(input, output)) throw new UsageError(`Cannot write ${output}: it is the file that is read`);
  const from = named(values.from);
  const to = named(values.to);
  const as = reading(values.as);
  const problem = await readingFile(input, () => read(input, from, as));
  const written = await writingFile(
    output,
    () => writeProblem(problem, output, { format: to, as: reading(values.asOut) ?? as }),
  );
  const { model, format, notes } = problem;
  const lines = [`${input} (${format}, ${model.vartype}, n = ${model.n}) -> ${output} (${written.format})`];
  if (written.labelsFile !== undefined) {
    lines.push(`${written.format} has no place for the names of the variables: they are in ${written.labelsFile}`);
  }
  lines.push(...notes.map((note) => `note: ${note}`));
  if (problem.built !== undefined) {
    lines.push(`note: ${output} has the penalties in it and does not say which states meet the constraints`);
  }
  const report = { from: format, to: written.format, n: model.n, lines };
  return written.labelsFile === undefined ? report : { ...report, labelsFile: written.labelsFile };
}

// a file that says itself what it means is read so, and --as is for the other
async function read(path: string, format: FormatName | undefined, as: Reading | undefined): Promise<Problem> {
  try {
    return await readProblem(path, { format });
  } catch (error) {
    if (as === undefined || !(error instanceof TypeError)) throw error;
    return await readProblem(path, { format, as });
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  try {
    return await Deno.realPath(a) === await Deno.realPath(b);
  } catch {
    return false;
  }
}

// the command line has checked that the name is one of the choices
function named(name: string | undefined): FormatName | undefined {
  return problemFormats.find((format) => format.name === name)?.name;
}

function reading(name: string | undefined): Reading | undefined {
  return READINGS.find((each) => each === name);
}

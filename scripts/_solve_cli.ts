import { problemFormats } from "../lib/model/mod.ts";
import type { Sampler } from "../lib/samplers/mod.ts";
import { asUsage, hint, UsageError } from "./_cli_option.ts";
import type { Values } from "./_cli.ts";
import { type RegisteredSampler, samplerNamed, SAMPLERS } from "./_sampler_registry.ts";

const COMMAND = "deno task solve";

/** The command line of `solve`. */
export const solveCli = {
  command: `${COMMAND} FILE`,
  summary: "Reads an Ising model, a QUBO or a graph from a file and looks for its state of lowest energy.",
  examples: [
    `${COMMAND} G1.txt --as maxcut --time-limit 10s`,
    `${COMMAND} problem.qubo --sampler tree-decomposition`,
    `${COMMAND} sk-100.txt --as ising --reads 200 --target -740 --all-reads --json`,
    `${COMMAND} problem.lp --sweeps 5000 --option betaSchedule=linear --option betaRange=0.1,5`,
  ],
  operands: { help: "one file, or - for standard input", min: 0, max: 1 },
  options: {
    sampler: {
      type: "string",
      default: "simulated-annealing",
      help: `how: ${SAMPLERS.map(({ typed }) => typed).join(", ")}`,
    },
    reads: {
      type: "integer",
      min: 1,
      help:
        "independent runs (of an exact sampler: rows); 10, or as many as the time limit lets through, or 1 if exact",
    },
    sweeps: { type: "integer", min: 1, help: "length of a read, for samplers that have sweeps or steps" },
    option: { type: "each", help: "name=value, an option of the sampler's own; see --list-samplers" },
    timeLimit: { type: "duration", min: 1, help: "ends the search with the best so far" },
    target: { type: "number", help: "an energy (of a maxcut: minus the cut) that is low enough: ends the search" },
    allReads: {
      type: "boolean",
      help: "goes on after the target is reached, for a better estimate of its probability",
    },
    seed: { type: "integer", min: 0, help: "makes the same reads again; drawn, and printed, where it is not given" },
    workers: {
      type: "integer",
      min: 1,
      max: 256,
      help: "threads that share the reads, in place of 1; the reads are the same",
    },
    as: {
      type: "string",
      choices: ["ising", "maxcut", "qubo"],
      help:
        "what a plain list of numbers is (ising: + sum J s s; maxcut: weights; qubo: symmetric, off-diagonal counts twice)",
    },
    format: {
      type: "string",
      choices: problemFormats.map(({ name }) => name),
      help: "format of the file, where neither its name nor its content tells",
    },
    out: { type: "string", help: "file for all rows, in place of none: JSON if it ends in .json, else binary" },
    json: { type: "boolean", help: "prints one JSON object" },
    listSamplers: { type: "boolean", help: "prints every sampler with its own options, and stops" },
  },
} as const;

/** What {@link solveCli} reads into. */
export type SolveValues = Values<typeof solveCli.options>;

/** The text of --list-samplers. */
export function samplerList(): string {
  const width = Math.max(...SAMPLERS.map(({ typed }) => typed.length));
  return SAMPLERS.map(({ typed, optionNames, exact }) =>
    `${typed.padEnd(width)}  ${optionNames.length === 0 ? "no options" : optionNames.join(", ")}${
      exact ? " (exact)" : ""
    }\n`
  ).join("");
}

/**
 * Makes the sampler that was asked for.
 *
 * @throws {UsageError} if there is none, or it does not have an option or cannot take its value
 */
export function chosenSampler(values: SolveValues): { entry: RegisteredSampler; sampler: Sampler } {
  const entry = samplerNamed(values.sampler);
  const options = ownOptions(entry, values);
  return { entry, sampler: asUsage(() => entry.make(options)) };
}

function ownOptions(entry: RegisteredSampler, values: SolveValues): Record<string, unknown> {
  const { typed, optionNames, sweepsOption } = entry;
  const own = optionNames.length === 0 ? "it takes none of its own" : `its own are ${optionNames.join(", ")}`;
  const options: Record<string, unknown> = {};
  for (const text of values.option ?? []) {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`--option takes name=value, got "${text}"`);
    const name = text.slice(0, at);
    if (!optionNames.includes(name)) {
      throw new UsageError(`--option ${name}: ${typed} has no such option${hint(name, optionNames)}; ${own}`);
    }
    if (name in options) throw new UsageError(`--option ${name} is given twice`);
    options[name] = readOption(text.slice(at + 1));
  }
  if (values.sweeps !== undefined) {
    if (sweepsOption === undefined) throw new UsageError(`--sweeps: ${typed} has no sweeps; ${own}`);
    if (sweepsOption in options) throw new UsageError(`--sweeps and --option ${sweepsOption} say the same; give one`);
    options[sweepsOption] = values.sweeps;
  }
  return options;
}

/** Reads `true`, `5`, `0.1,3` and words into a boolean, a number, a list of numbers, and a string. */
export function readOption(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  const numbers = text.split(",").map((word) => word.trim() === "" ? NaN : Number(word));
  if (numbers.some(Number.isNaN)) return text;
  return numbers.length === 1 ? numbers[0] : numbers;
}

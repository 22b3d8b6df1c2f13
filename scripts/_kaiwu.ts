import { writeWhole } from "../lib/experiments/mod.ts";
import { fromKaiwuFile, type KaiwuJob, toKaiwuFile } from "../lib/machine/mod.ts";
import { fingerprint, type Model, type Reading, readProblem } from "../lib/model/mod.ts";
import { UsageError, type Values } from "./_cli.ts";
import { reading } from "./_files.ts";

const COMMAND = "deno task kaiwu";
const JOB = ".job.json";

/** The command line of `kaiwu`. */
export const kaiwuCli = {
  command: `${COMMAND} FILE`,
  summary: "Writes a problem as the 8-bit matrix that QBoson's Kaiwu takes, and reads the solution that comes back.",
  operands: { help: "the problem, in any format", min: 1, max: 1 },
  examples: [
    `${COMMAND} model.json --out model.csv --quantise nearest    a file to upload, and model.csv${JOB} to keep`,
    `${COMMAND} model.json --solution answer.json --job model.csv${JOB}`,
  ],
  options: {
    out: {
      type: "string",
      help: `the matrix to write; what must be kept of it goes beside it, with ${JOB} at its end`,
    },
    solution: { type: "string", help: "the solution to read" },
    job: { type: "string", help: "what was kept of the matrix that was solved" },
    quantise: {
      type: "string",
      choices: ["nearest", "stochastic"],
      help: "rounds what 8 bits do not hold; else refused",
    },
    seed: { type: "integer", min: 0, help: "seed of stochastic rounding", default: 0 },
    as: { type: "string", choices: ["ising", "maxcut", "qubo"], help: "what a plain list of numbers means" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

/** What was done: one object for programs, lines for people. */
export interface KaiwuReport {
  readonly report: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

/** Writes a matrix or reads a solution. */
export async function kaiwu(values: Values<typeof kaiwuCli.options>): Promise<KaiwuReport> {
  const { operands: [file], out, solution, job } = values;
  if ((out === undefined) === (solution === undefined)) {
    throw new UsageError(
      "Cannot tell what to do: expected either --out for a matrix to write or --solution for one to read",
    );
  }
  if ((solution === undefined) !== (job === undefined)) {
    throw new UsageError(
      `Cannot read a solution: expected --solution and --job, the ${JOB} that was written with the matrix`,
    );
  }
  const { model } = await reading(
    file,
    () => readProblem(file, values.as === undefined ? {} : { as: values.as as Reading }),
  );
  return out === undefined ? await read(model, `${solution}`, `${job}`) : await write(model, out, values);
}

async function write(model: Model, out: string, values: Values<typeof kaiwuCli.options>): Promise<KaiwuReport> {
  const quantise = values.quantise as "nearest" | "stochastic" | undefined;
  const { csv, job, note } = toKaiwuFile(model, { ...(quantise && { quantise }), seed: values.seed });
  const kept = `${out}${JOB}`;
  await writeWhole(kept, `${JSON.stringify(job)}\n`);
  await writeWhole(out, csv);
  return {
    report: { matrix: out, job: kept, size: job.size, ancilla: job.ancilla, rounded: job.quantise !== undefined, note },
    lines: [`${out}: ${note}`, `${kept}: keep it, the solution is read with it`],
  };
}

async function read(model: Model, solution: string, jobFile: string): Promise<KaiwuReport> {
  const set = fromKaiwuFile(
    await reading(solution, () => Deno.readTextFile(solution)),
    model,
    parseJob(await reading(jobFile, () => Deno.readTextFile(jobFile)), jobFile),
  );
  const best = set.energies.indexOf(Math.min(...set.energies));
  const bestState = [...set.states.subarray(best * model.n, (best + 1) * model.n)];
  const { energyCheck, energyNote } = set.story.findings;
  return {
    report: {
      bestEnergy: set.energies[best],
      bestState,
      sampler: set.story.sampler,
      reads: set.energies.length,
      ending: set.ending,
      fingerprint: fingerprint(model),
      energyCheck,
      ...(energyNote !== undefined && { energyNote }),
    },
    lines: [
      `lowest energy ${set.energies[best]} of ${set.energies.length} ${set.energies.length === 1 ? "state" : "states"}`,
      `state ${bestState.join(" ")}`,
      `energies in the file: ${energyCheck}${energyNote === undefined ? "" : `; ${energyNote}`}`,
    ],
  };
}

function parseJob(text: string, file: string): KaiwuJob {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file}: it is no JSON; give the ${JOB} that was written with the matrix`, {
      cause: error,
    });
  }
}

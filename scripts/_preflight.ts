import { markdownTable, type NamedPreflight, preflightSections, reportPage } from "../lib/display/mod.ts";
import { preflight } from "../lib/machine/mod.ts";
import { isingFromQubo, type Model, quboFromIsing, type Reading, readProblem } from "../lib/model/mod.ts";
import { asUsage, type Values } from "./_cli.ts";
import { reading } from "./_files.ts";

const COMMAND = "deno task preflight";

/** The command line of `preflight`. */
export const preflightCli = {
  command: `${COMMAND} FILES`,
  summary: "Says what rounding to the bits of a machine does to a problem, before quota is spent, and what would help.",
  operands: { help: "one or more files of problems", min: 1, max: 1000 },
  examples: [
    `${COMMAND} model.json --bits 8`,
    `${COMMAND} datasets/attention_qubos/files/*.gz --bits 4 --form ising --page preflight.html`,
  ],
  options: {
    bits: { type: "integer", min: 2, help: "bits of a coefficient, sign included", default: 8 },
    form: { type: "string", choices: ["given", "ising", "qubo"], help: "the form that is rounded", default: "given" },
    as: { type: "string", choices: ["ising", "maxcut", "qubo"], help: "what a plain list of numbers means" },
    variables: { type: "integer", min: 1, help: "variables of the machine, for splitting coefficients", default: 2048 },
    jobs: { type: "integer", min: 1, help: "jobs that an advice may take", default: 8 },
    reads: { type: "integer", min: 1, help: "reads of the annealer where nothing exact can be had", default: 20 },
    sweeps: { type: "integer", min: 1, help: "sweeps of a read", default: 500 },
    seed: { type: "integer", min: 0, help: "seed", default: 0 },
    page: { type: "string", help: "file to write a page to" },
    records: { type: "string", help: "file to write the reports to, as JSON" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

/** Flies all of them. */
export async function fly(
  values: Values<typeof preflightCli.options>,
  tell: (line: string) => void = () => {},
): Promise<NamedPreflight[]> {
  const flights: NamedPreflight[] = [];
  const { bits, variables, jobs, seed, reads: numReads, sweeps: numSweeps } = values;
  const as = values.as === undefined ? {} : { as: values.as as Reading };
  // all of them before the first takes its minute
  const problems: { file: string; model: Model }[] = [];
  for (const file of values.operands) {
    problems.push({ file, model: (await reading(file, () => readProblem(file, as))).model });
  }
  for (const { file, model } of problems) {
    const name = (file.split(/[/\\]/).at(-1) ?? file).replace(/(\.bqm)?\.\w+(\.gz)?$/, "");
    const onProgress = ({ done, total, what }: { done: number; total: number; what: string }) =>
      tell(`${name}: ${done} of ${total}, ${what}`);
    const options = { bits, variables, jobs, seed, numReads, numSweeps, onProgress };
    const report = await asUsage(() => preflight(inForm(model, values.form), options), [RangeError]);
    flights.push({ name, report });
  }
  return flights;
}

function inForm(model: Model, form: string): Model {
  if (form === "ising" && model.vartype === "qubo") return isingFromQubo(model);
  if (form === "qubo" && model.vartype === "ising") return quboFromIsing(model);
  return model;
}

/** What is printed: the table, and for a single model what would help. */
export function preflightText(flights: readonly NamedPreflight[]): string {
  const [first, , help] = preflightSections(flights);
  const tables = [...first.tables ?? [], ...(flights.length === 1 ? help.tables ?? [] : [])];
  return [
    ...(first.paragraphs ?? []),
    ...tables.map(({ caption, columns, rows }) => (caption ? `${caption}\n` : "") + markdownTable(columns, rows)),
  ].join("\n\n").trimEnd();
}

/** A page of all. */
export function preflightPage(flights: readonly NamedPreflight[], command: string, plotly: string | null): string {
  const { bits } = flights[0].report;
  return reportPage(preflightSections(flights), { title: `Preflight at ${bits} bits`, command, plotly });
}

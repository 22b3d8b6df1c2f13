import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../lib/experiments/mod.ts";
import {
  compareOutputs,
  executeNotebook,
  type Notebook,
  type NotebookEnding,
  notebookHtml,
  type OutputDifference,
  readNotebook,
  stillOutputs,
  temporaryHome,
  writeNotebook,
} from "../lib/notebook/mod.ts";
import { UsageError, type Values } from "./_cli.ts";
import { inTurn } from "./_in_turn.ts";

const COMMAND = "deno task notebooks";
const FOLDER = fileURLToPath(new URL("../notebooks", import.meta.url));

/** The command line of `notebooks`. */
export const notebooksCli = {
  command: `${COMMAND} [FILES]`,
  summary:
    "Runs notebooks from top to bottom, each in a fresh kernel of its own; writes outputs only where it is asked to.",
  operands: { help: "files that end in .ipynb, or folders of them; none means all in notebooks/", min: 0, max: 1000 },
  examples: [
    COMMAND,
    `${COMMAND} notebooks/01_qama_in_ten_pictures.ipynb --html out/pages`,
    `${COMMAND} my.ipynb --write --time-limit 5m`,
  ],
  options: {
    out: { type: "string", help: "folder to write the executed notebooks to" },
    write: { type: "boolean", help: "write the new outputs back into the files; those that failed stay as they are" },
    check: { type: "boolean", help: "fail where the outputs of cells tagged `compare` are not those in the file" },
    html: { type: "string", help: "folder to write a page for each notebook to" },
    jobs: { type: "integer", min: 1, help: "notebooks at a time", default: 1 },
    timeLimit: { type: "duration", min: 1, help: "longest time of a cell", default: "60s" },
    outputLimit: { type: "integer", min: 1, help: "most characters of a cell's output", default: 10_000_000 },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

/** What became of one notebook. */
export interface NotebookOutcome {
  readonly file: string;
  readonly passed: boolean;
  readonly ending: NotebookEnding | "not-run";
  /** What went wrong; empty where nothing did. */
  readonly verdict: string;
  readonly cell?: number;
  readonly traceback: readonly string[];
  readonly differences: readonly OutputDifference[];
  readonly elapsedMs: number;
}

/** How a run is watched. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: NotebookOutcome) => void;
}

/**
 * Runs them, `jobs` at a time; outcomes come in the order of the files.
 *
 * @throws {RangeError} if there is no notebook; {UsageError} if two would be written to one place
 */
export async function runNotebooks(
  values: Values<typeof notebooksCli.options>,
  { signal, onOutcome }: Watch,
): Promise<NotebookOutcome[]> {
  const files = await notebookFiles(values.operands);
  if (files.length === 0) throw new RangeError(`There is no notebook in ${values.operands.join(", ") || FOLDER}`);
  if (values.out !== undefined || values.html !== undefined) {
    const twice = files.find((file, i) => files.findIndex((other) => basename(other) === basename(file)) !== i);
    if (twice !== undefined) throw new UsageError(`Two notebooks are named ${basename(twice)}; run them one by one`);
  }
  for (const folder of [values.out, values.html]) if (folder) await Deno.mkdir(folder, { recursive: true });
  using home = temporaryHome();
  return await inTurn(files, values.jobs, async (file) => {
    const outcome = await runOne(file, values, home.folder, signal);
    onOutcome(outcome);
    return outcome;
  });
}

async function runOne(
  file: string,
  values: Values<typeof notebooksCli.options>,
  home: string,
  signal: AbortSignal,
): Promise<NotebookOutcome> {
  const started = performance.now();
  const none = { traceback: [], differences: [] };
  let notebook: Notebook;
  try {
    notebook = readNotebook(await Deno.readTextFile(file));
  } catch (error) {
    const verdict = `${(error as Error).message}`;
    return { file, passed: false, ending: "not-run", verdict, ...none, elapsedMs: performance.now() - started };
  }
  const { timeLimit: cellLimitMs, outputLimit } = values;
  const how = { folder: dirname(resolve(file)), home, cellLimitMs, outputLimit, signal };
  const { notebook: executed, ending, verdict, cell, traceback, elapsedMs } = await executeNotebook(notebook, how);
  const completed = ending === "completed";
  const differences = completed && values.check ? compareOutputs(notebook, executed) : [];
  const name = basename(file);
  const written = writeNotebook(stillOutputs(executed));
  if (values.out !== undefined) await writeWhole(join(values.out, name), written);
  if (values.html !== undefined) {
    const page = notebookHtml(executed, { title: name.replace(/\.ipynb$/, "") });
    await writeWhole(join(values.html, name.replace(/\.ipynb$/, ".html")), page);
  }
  if (values.write && completed) await writeWhole(file, written);
  return {
    file,
    passed: completed && differences.length === 0,
    ending,
    verdict,
    ...(cell !== undefined && { cell }),
    traceback,
    differences,
    elapsedMs,
  };
}

/** The files meant, those of a folder in the order of their names. */
async function notebookFiles(operands: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const operand of operands.length === 0 ? [FOLDER] : operands) {
    if (!(await Deno.stat(operand)).isDirectory) files.push(operand);
    else {
      const names = (await Array.fromAsync(Deno.readDir(operand))).map(({ name }) => name);
      files.push(...names.filter((name) => name.endsWith(".ipynb")).sort().map((name) => join(operand, name)));
    }
  }
  return files;
}

/** The lines that say what became of a notebook. */
export function outcomeText({ file, passed, verdict, traceback, differences, elapsedMs }: NotebookOutcome): string {
  const name = basename(file);
  const first = `${passed ? "ok" : "failed"} ${name}, ${(elapsedMs / 1000).toFixed(1)} s`;
  const compared = differences.map(({ cell, what, expected, actual }) =>
    `  cell ${cell}, ${what} differs\n    in the file: ${expected}\n    now:         ${actual}`
  );
  return [
    verdict === "" ? first : `${first}: ${verdict}`,
    ...traceback.map((line) => `    ${line}`),
    ...compared,
  ].join("\n");
}

import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelConfig } from "../lib/notebook/mod.ts";
import { UsageError, type Values } from "./_cli.ts";
import { shellWord } from "./_cli_option.ts";
import { writing } from "./_files.ts";
import { notebookTemplate, scriptTemplate } from "./_new_templates.ts";

const COMMAND = "deno task new";
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OWN = "deno.json";
const ENDINGS = { script: ".ts", notebook: ".ipynb" } as const;

/** The command line of `new`. */
export const newCli = {
  command: `${COMMAND} NAME`,
  summary:
    "Writes a small script or notebook for an experiment of your own, which runs at once, in any folder. Nothing is overwritten.",
  operands: { help: "the name of the experiment, without folder and ending", min: 1, max: 1 },
  examples: [
    `${COMMAND} my-heads`,
    `${COMMAND} my-heads --kind notebook`,
    `${COMMAND} my-heads --folder ../elsewhere     with a deno.json beside it, by which it finds the library`,
  ],
  options: {
    kind: { type: "string", choices: ["script", "notebook"], default: "script", help: "what is written" },
    folder: {
      type: "string",
      help: "where to, made if it is not there [experiments/ of this project, which git ignores]",
    },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

/** What was written. */
export interface Written {
  /** The script or the notebook. */
  readonly file: string;
  /** The configuration beside it by which it finds the library; null where the project's own does. */
  readonly config: string | null;
  /** The command that runs it. */
  readonly command: string;
}

/**
 * Writes the experiment.
 *
 * @param values the command line
 * @param from the folder that a relative `--folder` starts from
 * @throws {UsageError} if the name is none, or something of that name is there
 * @throws {Error} if the folder cannot be written to
 */
export async function writeNew(values: Values<typeof newCli.options>, from: string): Promise<Written> {
  const [name] = values.operands;
  checkName(name);
  const folder = values.folder === undefined ? join(ROOT, "experiments") : resolve(from, values.folder);
  const kind = values.kind === "notebook" ? "notebook" : "script";
  const file = join(folder, `${name}${ENDINGS[kind]}`);
  const config = isInside(ROOT, folder) ? null : await configFor(folder);
  // quiet: Deno warns of a key in the project's configuration that only the project reads
  const named = basename(config ?? OWN) === OWN ? "" : `--config ${shellWord(`${config}`)} `;
  const flags = config === null ? "" : `--quiet ${named}`;
  const command = kind === "notebook"
    ? `deno task notebooks ${shellWord(file)}`
    : `deno run -A ${flags}${shellWord(file)}`;
  await writing(folder, () => Deno.mkdir(folder, { recursive: true }));
  await writeFresh(file, kind === "notebook" ? notebookTemplate(name) : scriptTemplate(name, command));
  if (config !== null && kind === "script") await keepConfig(config);
  return { file, config: kind === "script" ? config : null, command };
}

function checkName(name: string): void {
  const bare = name.replace(/\.(ts|ipynb)$/, "");
  if (/[\\/]/.test(name)) {
    throw new UsageError(`NAME takes no folder, got "${name}"; give --folder ${dirname(name)} and the name alone`);
  }
  if (!/^[A-Za-z0-9][\w-]{0,99}$/.test(bare)) {
    throw new UsageError(
      `NAME takes up to 100 letters, digits, - and _, and starts with a letter or digit, got "${name.slice(0, 120)}"`,
    );
  }
  if (bare !== name) {
    throw new UsageError(`NAME takes no ending, got "${name}"; give ${bare}, and --kind says what it is`);
  }
}

// a configuration of somebody else's stays as it is
async function configFor(folder: string): Promise<string> {
  for (const name of [OWN, "deno.jsonc"]) {
    const text = await Deno.readTextFile(join(folder, name)).catch(() => undefined);
    if (text !== undefined && text !== kernelConfig()) return join(folder, "qama.deno.json");
  }
  return join(folder, OWN);
}

async function keepConfig(config: string): Promise<void> {
  await writing(config, () => Deno.writeTextFile(config, kernelConfig()));
}

async function writeFresh(file: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(file, text, { createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new UsageError(`There is ${file} already; give another name, or move it away`, { cause: error });
    }
    await writing(file, () => Promise.reject(error));
  }
}

function isInside(root: string, folder: string): boolean {
  const way = relative(root, folder);
  return way === "" || !way.startsWith("..") && resolve(root, way) === folder && !/^[A-Za-z]:/.test(way);
}

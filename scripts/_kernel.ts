import { resolve } from "node:path";
import {
  installKernel,
  jupyterDataFolder,
  Kernel,
  KERNEL_NAME,
  KERNEL_TITLE,
  uninstallKernel,
} from "../lib/notebook/mod.ts";
import type { Values } from "./_cli.ts";
import { MINIMUM_DENO } from "./_deno_version.ts";

const COMMAND = "deno task kernel";

/** The command line of `kernel`. */
export const kernelCli = {
  command: COMMAND,
  summary:
    `Installs the Jupyter kernel ${KERNEL_TITLE}: QAMA in notebooks of any folder, and a Stop that keeps variables. ` +
    "No Python is needed; nothing is sent anywhere.",
  examples: [COMMAND, `${COMMAND} --prefix .venv`, `${COMMAND} --uninstall`],
  options: {
    prefix: {
      type: "string",
      help: "install into DIR/share/jupyter, as for a virtual environment [the user's folder]",
    },
    uninstall: { type: "boolean", help: "take the kernel away" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

/** What was done: for programs, and for people. */
export interface Done {
  readonly json: { readonly installed: boolean; readonly folder: string | null; readonly deno: string };
  readonly lines: readonly string[];
}

/** Installs the kernel and tries it, or takes it away. */
export async function installOrNot(values: Values<typeof kernelCli.options>): Promise<Done> {
  const data = values.prefix === undefined ? jupyterDataFolder() : resolve(values.prefix, "share", "jupyter");
  const deno = Deno.version.deno;
  if (values.uninstall) {
    const folder = await uninstallKernel(data);
    const line = folder === undefined ? `there is no ${KERNEL_TITLE} in ${data}` : `removed ${folder}`;
    return { json: { installed: false, folder: folder ?? null, deno }, lines: [line] };
  }
  const folder = await installKernel(data, { minimumDeno: MINIMUM_DENO });
  await tryKernel(folder);
  const lines = [
    `installed ${KERNEL_TITLE} in ${folder}`,
    `it runs Deno ${deno} at ${Deno.execPath()}; install it anew after either is moved`,
    `choose it in JupyterLab or VS Code, or: jupyter lab, jupyter execute --kernel_name=${KERNEL_NAME} FILE`,
  ];
  const isFound = values.prefix === undefined;
  if (!isFound) lines.push(`Jupyter of another prefix finds it where JUPYTER_PATH names ${data}`);
  return { json: { installed: true, folder, deno }, lines };
}

/** Starts the kernel that was installed and imports the library, which also fetches what it needs. */
async function tryKernel(folder: string): Promise<void> {
  await using kernel = await Kernel.start({ home: folder, folder: Deno.cwd() });
  const reply = await kernel.execute('import * as qama from "qama";');
  if (reply.status !== "ok") {
    throw new Error(`The kernel is installed in ${folder}, but cannot import qama: ${reply.evalue}`);
  }
}

import { logoPng, logoSvg } from "./_logo.ts";
import { startProgram, unusableFiles } from "./_start_program.ts";
import { kernelConfig } from "./kernel_home.ts";

/** The name of the kernel's folder, and in the metadata of notebooks. */
export const KERNEL_NAME = "qama";
/** What Jupyter shows. */
export const KERNEL_TITLE = "QAMA (Deno)";

/**
 * Where Jupyter looks for what a user has installed.
 *
 * @param env the environment
 * @param os the operating system
 * @returns the folder of data; kernels are in its `kernels/`
 * @throws {Deno.errors.NotFound} if the environment names no home
 *
 * Source: Jupyter's documentation, "Common directories and file locations".
 *
 * @example Linux
 * ```ts
 * import { jupyterDataFolder } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * assertEquals(jupyterDataFolder({ HOME: "/h" }, "linux"), "/h/.local/share/jupyter");
 * ```
 */
export function jupyterDataFolder(
  env: Readonly<Record<string, string | undefined>> = Deno.env.toObject(),
  os: typeof Deno.build.os = Deno.build.os,
): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME, HOME } = env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (os === "windows" && APPDATA) return `${APPDATA}/jupyter`;
  if (os !== "windows" && os !== "darwin" && XDG_DATA_HOME) return `${XDG_DATA_HOME}/jupyter`;
  if (os === "windows" || !HOME) {
    const name = os === "windows" ? "APPDATA" : "HOME";
    throw new Deno.errors.NotFound(`Cannot find Jupyter's folder: set JUPYTER_DATA_DIR, or ${name}`);
  }
  return os === "darwin" ? `${HOME}/Library/Jupyter` : `${HOME}/.local/share/jupyter`;
}

/**
 * Installs the kernel: its specification, configuration and logo, into a folder of its own; no Python is needed.
 *
 * The specification starts this very Deno and this very copy of the library, wherever the notebook is. Where the copy has moved,
 * or that Deno has become too old, the kernel starts nevertheless, and `import "qama"` says what to do.
 *
 * @param dataFolder Jupyter's folder of data, from {@link jupyterDataFolder}
 * @param options.minimumDeno the oldest Deno that the kernel will run with @default {this one}
 * @returns the kernel's folder
 * @throws {Deno.errors.AlreadyExists} if another kernel is there under the same name
 *
 * @example Installed and taken away
 * ```ts
 * import { installKernel, uninstallKernel } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const data = await Deno.makeTempDir();
 * const folder = await installKernel(data);
 * assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/kernel.json`)).display_name, "QAMA (Deno)");
 * assertEquals(await uninstallKernel(data), folder);
 * ```
 */
export async function installKernel(
  dataFolder: string,
  { minimumDeno = Deno.version.deno }: { readonly minimumDeno?: string } = {},
): Promise<string> {
  const folder = kernelFolder(dataFolder);
  if (await isThere(folder) && !await isOurs(folder)) {
    throw new Deno.errors.AlreadyExists(`Cannot install the kernel: ${folder} holds another one; remove it first`);
  }
  await Deno.mkdir(`${folder}/unusable`, { recursive: true });
  const argv = [Deno.execPath(), "run", "-A", "--no-config", "--no-lock", `${folder}/start.js`];
  const spec = {
    argv: [...argv, "{connection_file}", folder],
    display_name: KERNEL_TITLE,
    language: "typescript",
    interrupt_mode: "signal",
    metadata: { qama: { deno: Deno.version.deno, minimumDeno } },
  };
  const config = kernelConfig();
  const ours = Object.keys(JSON.parse(config).imports).filter((name) => /^qama(?:$|\/)/.test(name));
  const files = {
    "deno.json": config,
    "start.js": startProgram(new URL("./launch_kernel.ts", import.meta.url).href, minimumDeno),
    ...Object.fromEntries(Object.entries(unusableFiles(ours)).map(([name, text]) => [`unusable/${name}`, text])),
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
  await Deno.writeTextFile(`${folder}/logo-svg.svg`, logoSvg());
  for (const size of [32, 64]) await Deno.writeFile(`${folder}/logo-${size}x${size}.png`, logoPng(size));
  // last, for it makes the folder a kernel
  await Deno.writeTextFile(`${folder}/kernel.json`, JSON.stringify(spec, null, 2) + "\n");
  return folder;
}

/**
 * Takes the kernel away.
 *
 * @returns the folder that was removed, undefined if there was none
 * @throws {Deno.errors.AlreadyExists} if what is there is another kernel
 */
export async function uninstallKernel(dataFolder: string): Promise<string | undefined> {
  const folder = kernelFolder(dataFolder);
  if (!await isThere(folder)) return undefined;
  if (!await isOurs(folder)) {
    throw new Deno.errors.AlreadyExists(`Cannot uninstall the kernel: ${folder} holds another one`);
  }
  await Deno.remove(folder, { recursive: true });
  return folder;
}

const kernelFolder = (dataFolder: string) => `${dataFolder}/kernels/${KERNEL_NAME}`;

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });
}

/** True for a kernel that we installed, and for what an installation left that was cut off. */
async function isOurs(folder: string): Promise<boolean> {
  const path = `${folder}/kernel.json`;
  if (!await isThere(path)) return true;
  try {
    return JSON.parse(await Deno.readTextFile(path)).metadata?.qama !== undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

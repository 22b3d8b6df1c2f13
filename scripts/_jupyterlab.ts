import { installKernel } from "../lib/notebook/mod.ts";
import { findProgram } from "./_find_program.ts";

/** A JupyterLab on loopback, with nothing of the user's in it but the kernel of the workbench. */
export interface JupyterLab extends AsyncDisposable {
  /** Its address, which ends in a slash. */
  readonly address: string;
  /** The secret that opens it. */
  readonly token: string;
  /** The folder of its notebooks. */
  readonly folder: string;
  /** A variable in the environment of every process that it starts, by which they are found. */
  readonly mark: string;
}

/** JupyterLab's program: what `QAMA_JUPYTERLAB` names, else `jupyter-lab` on PATH; undefined where there is none. */
export async function findJupyterLab(): Promise<string | undefined> {
  return Deno.env.get("QAMA_JUPYTERLAB") || await findProgram("jupyter-lab");
}

/** Nothing is fetched, and every output is in the page, seen or not. */
const settings = (theme: string) => ({
  "apputils-extension/notification": { checkForUpdates: false, fetchNews: "false", doNotDisturbMode: true },
  "apputils-extension/themes": { theme },
  "notebook-extension/tracker": { windowingMode: "none" },
});

/**
 * Starts it with the kernel installed.
 *
 * @param program its program, from {@link findJupyterLab}
 * @param theme `JupyterLab Light` or `JupyterLab Dark`
 * @throws {Error} if it ends before it listens, with what it said
 */
export async function startJupyterLab(program: string, theme: string): Promise<JupyterLab> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "qama-lab-" }));
  const folder = `${root}/notebooks with a space, ü`;
  await Deno.mkdir(folder);
  for (const [name, values] of Object.entries(settings(theme))) {
    const file = `${root}/settings/@jupyterlab/${name}.jupyterlab-settings`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, JSON.stringify(values));
  }
  await installKernel(`${root}/data`);
  const token = crypto.randomUUID(), mark = `QAMA_LAB=${crypto.randomUUID()}`;
  const [name, value] = mark.split("=");
  const child = new Deno.Command(program, {
    args: [
      ...["--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root", `--IdentityProvider.token=${token}`],
      ...[`--ServerApp.root_dir=${folder}`, "--LabApp.extension_manager=readonly"],
    ],
    env: {
      ...{ JUPYTER_DATA_DIR: `${root}/data`, JUPYTER_CONFIG_DIR: `${root}/config`, JUPYTER_RUNTIME_DIR: `${root}/run` },
      ...{ JUPYTERLAB_SETTINGS_DIR: `${root}/settings`, JUPYTERLAB_WORKSPACES_DIR: `${root}/workspaces` },
      ...{ IPYTHONDIR: `${root}/ipython`, [name]: value },
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const listening = Promise.withResolvers<string>();
  const said = follow(child.stderr, (text) => {
    const port = /http:\/\/127\.0\.0\.1:(\d+)\/lab\?/.exec(text)?.[1];
    if (port) listening.resolve(`http://127.0.0.1:${port}/`);
  });
  said.then((text) => listening.reject(new Error(`JupyterLab ended before it listened:\n${text}`)));
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
    await said;
    await Deno.remove(root, { recursive: true });
  };
  return { address: await listening.promise, token, folder, mark, [Symbol.asyncDispose]: stop };
}

/** Calls back with all that came so far, and gives it in the end. */
async function follow(stream: ReadableStream<Uint8Array<ArrayBuffer>>, look: (text: string) => void): Promise<string> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) look(text += piece);
  return text;
}

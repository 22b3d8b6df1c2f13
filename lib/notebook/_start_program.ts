/** Under this variable of the environment the kernel that cannot be finds why. */
const WHY = "QAMA_WHY_NOT";

/**
 * The program that Jupyter starts, JavaScript for old versions of Deno too.
 *
 * It lies in the kernel's folder, so that it is there when the workbench is not. Where the workbench has moved, or Deno is too
 * old for it, Deno's own kernel runs, with an import map by which `qama` says so in the first cell that asks for it.
 *
 * @param launcher the address of `launch_kernel.ts`
 * @param minimumDeno the oldest version of Deno that will do
 */
export function startProgram(launcher: string, minimumDeno: string): string {
  return `// Written by \`deno task kernel\`: CONNECTION_FILE KERNEL_FOLDER
const launcher = ${JSON.stringify(launcher)}, minimum = ${JSON.stringify(minimumDeno)};
const [connectionFile, home] = Deno.args;

function complaint() {
  const [have, need] = [Deno.version.deno, minimum].map((version) => version.split(/[.+-]/, 3).map(Number));
  const at = need.findIndex((part, i) => part !== have[i]);
  if (at >= 0 && have[at] < need[at]) {
    return "Deno " + minimum + " or later is needed, " + Deno.execPath() + " is " + Deno.version.deno +
      ": run \`deno upgrade\`, then \`deno task kernel\` in the workbench's folder";
  }
  try {
    if (launcher.startsWith("file:")) Deno.statSync(new URL(launcher));
  } catch {
    return "The workbench is no longer where this kernel was installed from, there is no " + launcher +
      ": run \`deno task kernel\` in its new folder";
  }
}

const why = complaint();
if (why === undefined) Deno.exit(await (await import(launcher)).launchKernel(connectionFile, home));
console.error(why);
const args = ["jupyter", "--kernel", "--conn", connectionFile];
const child = new Deno.Command(Deno.execPath(), { args, cwd: home + "/unusable", env: { ${WHY}: why } }).spawn();
const parent = Deno.ppid;
setInterval(() => Deno.ppid === parent || (child.kill("SIGKILL"), Deno.exit(1)), 1000);
Deno.exit((await child.status).code);
`;
}

/**
 * What that kernel finds in the folder `unusable`, by the names of files.
 *
 * @param imports the names of the library's import map
 */
export function unusableFiles(imports: readonly string[]): Readonly<Record<string, string>> {
  const map = Object.fromEntries(imports.map((name) => [name, "./why_not.js"]));
  return {
    "deno.json": JSON.stringify({ imports: map }, null, 2) + "\n",
    "why_not.js": `throw new Error(Deno.env.get("${WHY}"));\n`,
  };
}

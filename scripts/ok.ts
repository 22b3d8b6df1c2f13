/**
 * The gate: everything that must hold before a change goes in, `deno task ok`.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { runCli, type Values } from "./_cli.ts";
import { versionComplaint } from "./_deno_version.ts";
import { checkExports, type PackageConfig } from "./gate/exports.ts";
import { readText, repositoryFiles } from "./gate/files.ts";
import { checkLayering } from "./gate/layering.ts";
import { configuredHosts, findMachinePaths } from "./gate/machine_paths.ts";
import { type Outcome, runSteps, type Step, testCounts } from "./gate/steps.ts";

const ROOT = new URL("..", import.meta.url);
const RESULTS_CHECK = ["task", "--quiet", "results", "--check"];
const LEADERBOARD_CHECK = ["task", "--quiet", "leaderboard", "--render", "--check"];
const SOURCES = ["lib", "datasets", "scripts"];

/** Runs `deno` in the root, colours off; notes the numbers of tests where there are any. */
async function deno(...args: string[]): Promise<Outcome> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" }, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const output = [stdout, stderr].map((bytes) => stripVTControlCharacters(new TextDecoder().decode(bytes))).join("\n");
  const counts = testCounts(output);
  return { ok: success, output, note: counts && `${counts.passed} tests passed, ${counts.failed} failed` };
}

function verdict(complaints: readonly string[]): Outcome {
  return { ok: complaints.length === 0, output: complaints.join("\n") };
}

async function config(): Promise<PackageConfig> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
}

const files = () => repositoryFiles(root());
const root = () => decodeURIComponent(ROOT.pathname).replace(/\/$/, "");

async function layering(): Promise<Outcome> {
  const sources = new Map<string, string>();
  for (const path of await files()) {
    if (/\.tsx?$/.test(path)) sources.set(path, await Deno.readTextFile(new URL(path, ROOT)));
  }
  return verdict(checkLayering(sources, (await config()).imports));
}

async function machinePaths(): Promise<Outcome> {
  const complaints: string[] = [];
  for (const path of await files()) {
    const text = await readText(`${root()}/${path}`);
    if (text !== undefined) complaints.push(...findMachinePaths(path, text, configuredHosts()));
  }
  return verdict(complaints);
}

async function docLint(): Promise<Outcome> {
  const there = new Set((await files()).map((path) => `./${path}`));
  const offered = Object.values((await config()).exports);
  const linted = await deno("doc", "--lint", ...offered.filter((file) => there.has(file)));
  const missing = offered.filter((file) => !there.has(file)).map((file) => `${file} does not exist`);
  return { ok: linted.ok && missing.length === 0, output: [...missing, linted.output].join("\n") };
}

const tests = (...folders: string[]) => deno("task", "--quiet", "test", ...folders);

async function examples(): Promise<Outcome> {
  const pages = (await files()).filter((path) => path === "README.md" || path === "CONTRIBUTING.md");
  return deno("test", "-A", "--doc", "--ignore=**/*_test.ts", "lib", "datasets", ...pages);
}

const STEPS: readonly Step[] = [
  {
    name: "version",
    help: "Deno is recent enough",
    run: () => Promise.resolve(verdict([versionComplaint()].filter((text) => text !== undefined))),
  },
  { name: "check", help: "types", run: () => deno("check", ...SOURCES) },
  { name: "fmt", help: "formatting", run: () => deno("fmt", "--check") },
  { name: "lint", help: "lint rules, Math.random in lib/ among them", run: () => deno("lint", ...SOURCES) },
  { name: "layering", help: "rooms import only from rooms above them", run: layering },
  {
    name: "exports",
    help: "every export exists, and the import map agrees",
    run: async () => verdict(checkExports(await config(), await files())),
  },
  { name: "paths", help: "no machine paths, no registry hosts", run: machinePaths },
  { name: "doc-lint", help: "every public symbol is documented", run: docLint },
  { name: "results", help: "results/ and the front page are what the records give", run: () => deno(...RESULTS_CHECK) },
  { name: "leaderboard", help: "its page is what its records give", run: () => deno(...LEADERBOARD_CHECK) },
  { name: "publish", help: "the package could be published", run: () => deno("publish", "--dry-run", "--allow-dirty") },
  { name: "tests", help: "tests of lib and datasets", run: () => tests("lib", "datasets") },
  { name: "scripts", help: "tests of scripts", run: () => tests("scripts") },
  { name: "examples", help: "the examples in docstrings and pages run", run: examples },
];

const LONGEST = Math.max(...STEPS.map(({ name }) => name.length));

/** The command line. */
export const cli = {
  command: "deno task ok",
  summary: [
    "Runs the gate: every step, whatever fails, and ends with code 1 if any did. The steps:",
    ...STEPS.map((step) => `  ${step.name.padEnd(LONGEST)} ${step.help}`),
  ].join("\n"),
  examples: ["deno task ok", "deno task ok --only fmt,lint"],
  options: { only: { type: "list", choices: STEPS.map((step) => step.name), help: "run these steps" } },
} as const;

async function main({ only }: Values<typeof cli.options>): Promise<number> {
  const chosen = STEPS.filter((step) => only === undefined || only.includes(step.name));
  const { passed, failed } = await runSteps(chosen, (text) => console.log(text));
  console.log(`${passed} steps passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) await runCli(cli, main);

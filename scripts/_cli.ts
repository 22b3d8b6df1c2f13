import { parseArgs } from "node:util";
import { flag, hint, type Kinds, type Option, readValue, UsageError } from "./_cli_option.ts";
import { versionComplaint } from "./_deno_version.ts";
import { EXIT_CODES, failWith, nameOptions, showStacks, stop } from "./_cli_errors.ts";

export { stop } from "./_cli_errors.ts";
export { asUsage, type Option, readDuration, UsageError } from "./_cli_option.ts";

/** The options that every command takes beside its own, and what they do. */
const COMMON = { "--help": "show this text", "--debug": "with an error, its stack" } as const;

/** What a command takes. A script exports it as `cli`, so that a test can look at all of them. */
export interface Cli<T extends Readonly<Record<string, Option>>> {
  /** As it is typed, operands included: `deno task solve FILE`. */
  readonly command: string;
  /** What the command does, a sentence. */
  readonly summary: string;
  /** Whole command lines to copy; what follows three spaces explains. */
  readonly examples: readonly string[];
  /** How many words without dashes it takes, and what they are. @default {none} */
  readonly operands?: { readonly help: string; readonly min: number; readonly max: number };
  /** The options, by name. */
  readonly options: T;
}

type Read<O extends Option> = O extends { choices: readonly (infer C)[] } ? O["type"] extends "list" ? C[] : C
  : Kinds[O["type"]];
type Given<O extends Option> = O extends { default: string | number } | { type: "boolean" } ? Read<O>
  : Read<O> | undefined;

/** What {@link readCli} gives: every option by name, and the operands in order. */
export type Values<T extends Readonly<Record<string, Option>>> =
  & { readonly [N in keyof T]: Given<T[N]> }
  & { readonly operands: readonly string[] };

/**
 * Reads a command line by its table.
 *
 * @throws {UsageError} if an option is unknown, lacks its value or has one it cannot take, or operands are too few or many
 */
export function readCli<const T extends Readonly<Record<string, Option>>>(cli: Cli<T>, args: string[]): Values<T> {
  const names = new Map(Object.keys(cli.options).map((name) => [flag(name), name]));
  const shapes = [...names].map(([typed, name]) =>
    [typed.slice(2), { type: cli.options[name].type === "boolean" ? "boolean" : "string" } as const] as const
  );
  const parsed = parseArgs({ args, options: Object.fromEntries(shapes), strict: false, tokens: true });
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries<Option>(cli.options)) {
    if (option.default !== undefined) values[name] = readValue(name, option, String(option.default));
    else values[name] = option.type === "boolean" ? false : undefined;
  }
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    const name = names.get(token.rawName);
    if (name === undefined) {
      const known = [...names.keys(), ...Object.keys(COMMON)];
      throw new UsageError(`Unknown option ${token.rawName}${hint(token.rawName, known)}; known: ${known.join(", ")}`);
    }
    const option: Option = cli.options[name];
    if (option.type === "boolean") {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value, got "${token.value}"`);
      values[name] = true;
    } else if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
      throw new UsageError(`${token.rawName} needs a value: ${option.help}`);
    } else if (option.type === "each") {
      const before = values[name];
      values[name] = [...Array.isArray(before) ? before : [], readValue(name, option, token.value)];
    } else values[name] = readValue(name, option, token.value);
  }
  const { min, max, help } = cli.operands ?? { min: 0, max: 0, help: "no words without dashes" };
  const { positionals } = parsed;
  if (positionals.length < min || positionals.length > max || positionals.some((word) => word.trim() === "")) {
    throw new UsageError(`Expected ${help}, got ${positionals.map((word) => `"${word}"`).join(" ") || "none"}`);
  }
  return { ...values, operands: positionals } as Values<T>;
}

/** The text of --help. */
export function helpText(cli: Cli<Readonly<Record<string, Option>>>): string {
  const rows = Object.entries(cli.options).map(([name, option]) => {
    const value = option.type === "boolean"
      ? ""
      : ` <${option.choices ? "name" : option.type === "each" ? "string" : option.type}>`;
    const choices = option.choices ? `: ${option.choices.join(", ")}` : "";
    return [flag(name) + value, option.help + choices + (option.default === undefined ? "" : ` [${option.default}]`)];
  });
  rows.push(...Object.entries(COMMON));
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  const operands = cli.operands ? [`Operands: ${cli.operands.help}`, ""] : [];
  const examples = ["", "Examples:", ...cli.examples.map((line) => `  ${line}`)];
  const codes = ["", `Ends with code ${EXIT_CODES}.`];
  return [
    `Usage: ${cli.command} [options]`,
    "",
    cli.summary,
    "",
    ...operands,
    "Options:",
    ...lines,
    ...examples,
    ...codes,
  ]
    .join("\n");
}

/** Reads the command line; prints --help and stops, or prints one line about what is wrong and stops with code 2. */
export function parseCli<const T extends Readonly<Record<string, Option>>>(cli: Cli<T>, args: string[]): Values<T> {
  const complaint = versionComplaint();
  if (complaint !== undefined) stop(complaint, 2);
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  if (own.includes("--help") || own.includes("-h")) {
    console.log(helpText(cli));
    Deno.exit(0);
  }
  if (own.includes("--debug")) showStacks();
  nameOptions(new Map(Object.keys(cli.options).map((name) => [name, flag(name)])));
  try {
    return readCli(cli, [...own.filter((word) => word !== "--debug"), ...args.slice(own.length)]);
  } catch (error) {
    failWith(error);
  }
}

/**
 * Runs a command: reads the command line, does the work, ends the program.
 *
 * An error of the work is told on one screen, its stack with --debug only. Exit codes: what `main` returns, or 0; 2 for a
 * {@link UsageError}; 130 for an abort, as by Ctrl-C; 1 for anything else that is thrown.
 *
 * @param cli what it takes
 * @param main does the work; returns an exit code where it is not 0
 */
export async function runCli<const T extends Readonly<Record<string, Option>>>(
  cli: Cli<T>,
  main: (values: Values<T>) => Promise<number | void> | number | void,
): Promise<never> {
  const values = parseCli(cli, Deno.args);
  // what is thrown where nobody waits for it
  globalThis.addEventListener("unhandledrejection", ({ reason }) => failWith(reason));
  globalThis.addEventListener("error", ({ error }) => failWith(error));
  try {
    Deno.exit(await main(values) ?? 0);
  } catch (error) {
    failWith(error);
  }
}

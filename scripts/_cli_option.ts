import { nearestName } from "../lib/model/mod.ts";

/** What each option type reads into: `duration` into milliseconds, lists at commas, `each` a value each time it is typed. */
export interface Kinds {
  string: string;
  boolean: boolean;
  integer: number;
  number: number;
  duration: number;
  list: string[];
  each: string[];
  integers: number[];
}

/** One option; its name is its key in the table, `dataDir` is typed `--data-dir`. */
export interface Option {
  /** How the value is read. */
  readonly type: keyof Kinds;
  /** One line for --help. */
  readonly help: string;
  /** As it would be typed; without one, an option that is not given is undefined, a boolean false. */
  readonly default?: string | number;
  /** The values that are allowed, for `string` and for each entry of `list`. */
  readonly choices?: readonly string[];
  /** The smallest number that is allowed; of a duration in milliseconds. */
  readonly min?: number;
  /** The largest number that is allowed. */
  readonly max?: number;
}

/** A command line that cannot be followed: ends the program with code 2. */
export class UsageError extends RangeError {
  override readonly name: string = "UsageError";
}

/** `; did you mean NAME?` where one of the names is near to what was typed, else nothing. */
export function hint(typed: string, names: readonly string[]): string {
  // a letter is near to everything
  const near = typed.replace(/^-+/, "").length < 2 ? undefined : nearestName(typed, names);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** Throws unless every name that was typed is known; `what` they name, as in `There is no row x; known: a, b`. */
export function checkNamed(what: string, typed: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = typed?.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`There is no ${what} ${unknown}${hint(unknown, known)}; known: ${known.join(", ")}`);
}

/**
 * Does something with what was typed; errors about it become errors of usage.
 *
 * @throws {UsageError} in place of what `kinds` names
 */
export function asUsage<T>(work: () => T, kinds: readonly ErrorClass[] = [RangeError, TypeError]): T {
  const refuse = (error: unknown): never => {
    if (!(error instanceof Error) || !kinds.some((kind) => error instanceof kind)) throw error;
    throw new UsageError(error.message, { cause: error });
  };
  try {
    const done = work();
    return done instanceof Promise ? done.catch(refuse) as T : done;
  } catch (error) {
    return refuse(error);
  }
}

type ErrorClass = new (...args: never[]) => Error;

// of a timer in the engine; a longer one would end at once
const LONGEST_MS = 2 ** 31 - 1;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3 };

/** Reads `500ms`, `10s`, `1.5m` or `2h` into milliseconds; undefined where it is none of these. */
export function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(amount) * UNITS_MS[unit];
}

/** `dataDir` as it is typed: `--data-dir`. */
export function flag(name: string): string {
  return "--" + name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
}

// a backslash is part of a path on Windows, and to any other shell more than itself
const PLAIN_WORD = Deno.build.os === "windows" ? /^[\w./,:\\-]+$/ : /^[\w./,:-]+$/;

/** A word as it is typed: in quotes where a shell would not take it as it is. */
export function shellWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Reads the value of one option.
 *
 * @throws {UsageError} if the text is not what the option takes
 */
export function readValue(name: string, option: Option, text: string): Kinds[keyof Kinds] {
  const expected = (what: string) => new UsageError(`${flag(name)} takes ${what}, got "${text}"`);
  const oneOf = (word: string) => {
    if (!option.choices || option.choices.includes(word)) return word;
    const near = nearestName(word, option.choices);
    const meant = near === undefined ? "" : `; did you mean ${near}${word === text ? "" : ` in place of ${word}`}?`;
    throw new UsageError(`${expected(`one of ${option.choices.join(", ")}`).message}${meant}`);
  };
  const limited = (value: number | undefined, what: string) => {
    if (value === undefined || !Number.isFinite(value)) throw expected(what);
    if (option.min !== undefined && value < option.min) throw expected(`${what} of ${option.min} or more`);
    if (option.max !== undefined && value > option.max) throw expected(`${what} of ${option.max} or less`);
    return value;
  };
  const integer = (word: string) => {
    const value = limited(/^-?\d+$/.test(word) ? Number(word) : undefined, "an integer");
    if (!Number.isSafeInteger(value)) throw expected(`an integer of ${Number.MAX_SAFE_INTEGER} or less`);
    return value;
  };
  const words = () => text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  switch (option.type) {
    case "integer":
      return integer(text);
    case "number":
      return limited(text.trim() === "" ? undefined : Number(text), "a number");
    case "duration":
      if ((readDuration(text) ?? 0) > LONGEST_MS) throw expected("a duration of 24 days (576h) or less");
      if ((readDuration(text) ?? Infinity) < (option.min ?? 0)) throw expected(`a duration of ${option.min}ms or more`);
      return limited(readDuration(text), "a duration such as 500ms, 10s or 5m");
    case "list":
    case "integers": {
      if (words().length === 0) throw expected("a list such as a,b");
      return option.type === "list" ? words().map(oneOf) : words().map(integer);
    }
    default:
      if (text.trim() === "") throw expected("a value");
      return oneOf(text);
  }
}

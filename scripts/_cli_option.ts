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
  /** The smallest number that is allowed. */
  readonly min?: number;
}

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

/**
 * Reads the value of one option.
 *
 * @throws {RangeError} if the text is not what the option takes
 */
export function readValue(name: string, option: Option, text: string): Kinds[keyof Kinds] {
  const expected = (what: string) => new RangeError(`${flag(name)} takes ${what}, got "${text}"`);
  const oneOf = (word: string) => {
    if (!option.choices || option.choices.includes(word)) return word;
    const near = nearestName(word, option.choices);
    const meant = near === undefined ? "" : `; did you mean ${near}${word === text ? "" : ` in place of ${word}`}?`;
    throw new RangeError(`${expected(`one of ${option.choices.join(", ")}`).message}${meant}`);
  };
  const limited = (value: number | undefined, what: string) => {
    if (value === undefined || !Number.isFinite(value)) throw expected(what);
    if (option.min !== undefined && value < option.min) throw expected(`${what} of ${option.min} or more`);
    return value;
  };
  const integer = (word: string) => limited(/^-?\d+$/.test(word) ? Number(word) : undefined, "an integer");
  const words = () => text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  switch (option.type) {
    case "integer":
      return integer(text);
    case "number":
      return limited(text.trim() === "" ? undefined : Number(text), "a number");
    case "duration":
      return limited(readDuration(text), "a duration such as 500ms, 10s or 5m");
    case "list":
    case "integers": {
      if (words().length === 0) throw expected("a list such as a,b");
      return option.type === "list" ? words().map(oneOf) : words().map(integer);
    }
    default:
      return oneOf(text);
  }
}

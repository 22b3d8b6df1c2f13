import { formatError } from "./_format_error.ts";

/** A piece of a line of an LP file. */
export interface LpToken {
  /** What it is; `sign` is any other mark, such as `[` or `<=`. */
  readonly kind: "name" | "number" | "sign";
  /** As written. */
  readonly text: string;
  /** The number, 0 where there is none. */
  readonly value: number;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
}

const BLANK = /(?:\s+|\\.*)+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z!"#$%&(),;?@_'`{}~|][\w!"#$%&(),.;?@'`{}~|]*/y;
const SIGN = /<=|>=|=<|=>|::|[-+*/^[\]:<>=]/y;

/** Cuts a line into tokens; what follows a backslash is left out. */
export function lpTokens(text: string, line: number): LpToken[] {
  const tokens: LpToken[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    at += match(BLANK)?.length ?? 0;
    if (at === text.length) return tokens;
    const column = at + 1;
    const number = match(NUMBER);
    const name = number === undefined ? match(NAME) : undefined;
    const found = number ?? name ?? match(SIGN);
    if (found === undefined) {
      throw formatError(line, column, "a number, a name or a sign", text.slice(at).split(/\s/)[0]);
    }
    const value = number === undefined ? 0 : Number(number);
    if (value === Infinity) throw formatError(line, column, "a number that float64 can hold", found);
    const kind = number !== undefined ? "number" : name !== undefined ? "name" : "sign";
    tokens.push({ kind, text: found, value, line, column });
    at += found.length;
  }
}

/** The error of a token in a place where something else was expected. */
export function lpError({ line, column, text }: LpToken, expected: string): SyntaxError {
  return formatError(line, column, expected, text);
}

const MAX_SHOWN = 40;

/** Makes the error of an unreadable file: `Cannot read the file at line 3, column 7: expected an index, got "x"`. */
export function formatError(line: number, column: number, expected: string, got?: string): SyntaxError {
  const found = got === undefined ? "" : `, got ${shown(got)}`;
  return new SyntaxError(`Cannot read the file at line ${line}, column ${column}: expected ${expected}${found}`);
}

/** The text in quotes, control characters escaped, cut where it is long; `the end of the line` where there is none. */
export function shown(text: string): string {
  if (text === "") return "the end of the line";
  return JSON.stringify(text.length > MAX_SHOWN ? text.slice(0, MAX_SHOWN) + "..." : text);
}

const OPENING = "([{<";
const CLOSING = ")]}>";

/**
 * Cuts the signature of a declaration out of its source: a function or method up to its body, a variable up to its value, an interface
 * or a type whole.
 *
 * @param source the text of the file from the declaration on
 * @param kind what is declared
 * @returns the signature, trimmed
 */
export function signatureOf(source: string, kind: string): string {
  const [most, whole] = [source.length, kind === "interface" || kind === "typeAlias"];
  let depth = 0;
  let last = "";
  for (let at = 0; at < most;) {
    const skipped = skip(source, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const letter = source[at];
    if (letter === "{" && depth === 0 && !whole && !isTypeBrace(source.slice(0, at))) {
      return trimmed(source.slice(0, at));
    }
    if (depth === 0 && letter === ";") return trimmed(source.slice(0, at));
    if (depth === 0 && !whole && letter === "=" && source[at + 1] !== ">") return trimmed(source.slice(0, at));
    const isArrow = letter === ">" && last === "=";
    if (OPENING.includes(letter)) depth++;
    else if (CLOSING.includes(letter) && !isArrow) depth--;
    at++;
    if (kind === "interface" && letter === "}" && depth === 0) return trimmed(source.slice(0, at));
    // a member of a class without a value may end with its line
    if (depth < 0) return trimmed(source.slice(0, at - 1));
    if (letter.trim() !== "") last = letter;
  }
  return trimmed(source);
}

// past a comment or a string that begins here; else where it was
function skip(source: string, at: number): number {
  const past = (end: string, from: number) => {
    const found = source.indexOf(end, from);
    return found < 0 ? source.length : found + end.length;
  };
  if (source.startsWith("/*", at)) return past("*/", at + 2);
  if (source.startsWith("//", at)) return past("\n", at);
  const quote = source[at];
  if (quote !== '"' && quote !== "'" && quote !== "`") return at;
  for (let next = at + 1; next < source.length; next++) {
    if (source[next] === "\\") next++;
    else if (source[next] === quote) return next + 1;
  }
  return source.length;
}

// a brace after these is part of a type, after anything else it opens a body
function isTypeBrace(before: string): boolean {
  const text = before.trimEnd();
  return /[:|&,<([?]$|=>$|\b(keyof|typeof|readonly|is|extends)$/.test(text);
}

function trimmed(text: string): string {
  return text.trim().replace(/^export\s+/, "").replace(/^(async|declare)\s+/, "");
}

/** One mention of another module in a source file. */
export interface ImportMention {
  /** As written, `../model/mod.ts`. */
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
  /** True if only types come over, so that nothing is loaded. */
  readonly typeOnly: boolean;
}

interface Token {
  readonly kind: "word" | "string" | "mark";
  readonly text: string;
  readonly line: number;
}

// after these words a slash opens a regular expression
const BEFORE_REGEX = new Set([
  "return",
  "typeof",
  "case",
  "in",
  "of",
  "delete",
  "void",
  "throw",
  "new",
  "else",
  "await",
]);

// whitespace | comment | string | word or number | regular expression, in the order they are tried
const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y;
const STRING = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y;
const WORD = /[\p{ID_Start}$_#\d][\p{ID_Continue}$\u200c\u200d]*/uy;
const REGEX = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;

/** Cuts TypeScript into words, strings and marks, leaving out comments, regular expressions and template text. */
function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const braces: boolean[] = []; // for each open brace: does closing it go back into a template
  let at = 0;
  let line = 1;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text === undefined) return undefined;
    at += text.length;
    line += text.split("\n").length - 1;
    return text;
  };
  // template text up to its end or to the next ${; a template without ${ counts as a string
  const template = (opens: boolean) => {
    const from = line;
    const text = take(TEMPLATE) ?? "";
    if (source[at] === "`") {
      tokens.push(opens ? { kind: "string", text, line: from } : { kind: "mark", text: "`", line });
      at++;
    } else if (at < source.length) {
      braces.push(true);
      tokens.push({ kind: "mark", text: "${", line });
      at += 2;
    }
  };
  const regexMayStart = () => {
    const last = tokens.at(-1);
    if (last === undefined || last.kind === "string") return last === undefined;
    return last.kind === "word" ? BEFORE_REGEX.has(last.text) : ![")", "]", "}", "`"].includes(last.text);
  };
  while (at < source.length) {
    if (take(SPACE) !== undefined || take(COMMENT) !== undefined) continue;
    const from = line;
    const string = take(STRING);
    if (string !== undefined) {
      tokens.push({ kind: "string", text: string.slice(1, -1), line: from });
      continue;
    }
    const word = take(WORD);
    if (word !== undefined) {
      tokens.push({ kind: "word", text: word, line: from });
      continue;
    }
    if (source[at] === "/" && regexMayStart() && take(REGEX) !== undefined) {
      tokens.push({ kind: "string", text: "", line: from });
      continue;
    }
    const mark = source[at++];
    if (mark === "`") template(true);
    else if (mark === "}" && braces.pop()) template(false);
    else {
      if (mark === "{") braces.push(false);
      tokens.push({ kind: "mark", text: mark, line });
    }
  }
  return tokens;
}

/**
 * Finds every module that a TypeScript source mentions: `import`, `export ... from`, `import(...)` with a plain string,
 * and `new URL("x.ts", import.meta.url)`, which is how workers are started.
 *
 * A scanner and no parser: it knows comments, strings, templates and regular expressions, which is enough for this.
 */
export function importsOf(source: string): ImportMention[] {
  const tokens = tokensOf(source);
  const found: ImportMention[] = [];
  const is = (at: number, ...texts: string[]) =>
    texts.every((text, i) => tokens[at + i]?.text === text && tokens[at + i].kind !== "string");
  const add = (token: Token | undefined, typeOnly: boolean) => {
    if (token?.kind === "string") found.push({ specifier: token.text, line: token.line, typeOnly });
  };
  for (let at = 0; at < tokens.length; at++) {
    if (is(at, "new", "URL", "(") && is(at + 4, ",", "import", ".", "meta", ".", "url")) {
      if (/\.(?:[mc]?[jt]sx?|wasm)$/.test(tokens[at + 3].text)) add(tokens[at + 3], false);
    }
    if (is(at - 1, ".")) continue;
    if (is(at, "import", "(")) add(tokens[at + 2], false);
    else if (is(at, "import") && tokens[at + 1]?.kind === "string") add(tokens[at + 1], false);
    else if (is(at, "import") || is(at, "export")) {
      const end = clauseEnd(tokens, at + 1);
      if (is(end, "from")) add(tokens[end + 1], onlyTypes(tokens.slice(at + 1, end)));
    }
  }
  return found;
}

/** Index of the `from` that ends an import or export clause, or of the first token that cannot be part of one. */
function clauseEnd(tokens: readonly Token[], at: number): number {
  for (; at < tokens.length; at++) {
    const { kind, text } = tokens[at];
    if (kind === "mark" && !["{", "}", ",", "*"].includes(text)) return at;
    if (text === "from" && tokens[at + 1]?.kind === "string") return at;
  }
  return at;
}

/** True for `type { A }`, `type A`, `{ type A, type B }`; a default import called type is a value. */
function onlyTypes(clause: readonly Token[]): boolean {
  const texts = clause.map((token) => token.text);
  if (texts[0] === "type" && texts.length > 1 && texts[1] !== ",") return true;
  if (texts[0] !== "{" || texts.length === 2) return false;
  const names = texts.slice(1, -1).join(" ").split(",").filter((name) => name.trim() !== "");
  return names.every((name) => name.trim().startsWith("type "));
}

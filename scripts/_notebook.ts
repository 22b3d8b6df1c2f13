/** A cell of a notebook file, as far as it matters here. */
interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

/** Reads the code cells of a notebook file, in their order. */
export function codeCells(notebook: string): string[] {
  const { cells }: { cells: readonly Cell[] } = JSON.parse(notebook);
  return cells.filter((cell) => cell.cell_type === "code").map(({ source }) =>
    typeof source === "string" ? source : source.join("")
  );
}

/** Joins cells to one module that does what the notebook does, run from top to bottom. */
export function moduleOf(cells: readonly string[]): string {
  return cells.map((cell) => `${cell}\n;\n`).join("\n");
}

// strings, templates (none in another), comments: what may hold brackets that close nothing
const OPAQUE = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[^]*?\*\//g;
const OPENS = /\bfunction\b|\bclass\b|=>/g;

/**
 * Counts the lines of the longest function or class in a source.
 *
 * From the line of `function`, `class` or `=>` to the line where its body ends: a block's closing brace, or for an arrow
 * without a block the first bracket, comma or semicolon that is not its own. Functions inside others count on their own.
 */
export function longestDefinition(source: string): number {
  const code = source.replaceAll(OPAQUE, (text) => text.replaceAll(/[^\n]/g, "_"));
  let longest = 0;
  for (const { 0: word, index } of code.matchAll(OPENS)) {
    const body = word === "=>" ? index + 2 : code.indexOf("{", index);
    const end = endOf(code, body);
    longest = Math.max(longest, code.slice(index, end).split("\n").length);
  }
  return longest;
}

/** Index of the last character of a body that starts at `from`. */
function endOf(code: string, from: number): number {
  const block = /^\s*\{/.test(code.slice(from));
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if ("([{".includes(code[at])) depth++;
    else if (")]}".includes(code[at])) {
      depth--;
      if (depth < 0) return at;
      if (depth === 0 && block) return at;
    } else if (depth === 0 && (code[at] === ";" || code[at] === ",")) return at;
  }
  return code.trimEnd().length;
}

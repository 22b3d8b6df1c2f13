const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPES[letter]);
}

/**
 * Writes the Markdown that notebooks use as HTML: headings, paragraphs, lists, quotes, fences, tables of bars, rules, and within a
 * line code, bold, italics and links. Everything else is text, HTML included.
 */
export function markdownHtml(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: string[] = [];
  for (let at = 0; at < lines.length;) {
    const take = (fits: (line: string) => boolean) => {
      const from = at;
      while (at < lines.length && fits(lines[at])) at++;
      return lines.slice(from, at);
    };
    const line = lines[at];
    const [, marks, title] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? [];
    if (line.trim() === "") at++;
    else if (marks !== undefined) {
      blocks.push(`<h${marks.length}>${inline(title)}</h${marks.length}>`);
      at++;
    } else if (/^\s*```/.test(line)) {
      at++;
      const code = take((one) => !/^\s*```/.test(one));
      at++;
      blocks.push(`<pre><code>${escapeHtml(code.join("\n"))}</code></pre>`);
    } else if (/^(?:---+|\*\*\*+)\s*$/.test(line)) {
      blocks.push("<hr>");
      at++;
    } else if (line.startsWith(">")) {
      const quoted = take((one) => one.startsWith(">")).map((one) => one.replace(/^>\s?/, ""));
      blocks.push(`<blockquote>${markdownHtml(quoted.join("\n"))}</blockquote>`);
    } else if (ITEM.test(line)) {
      blocks.push(list(take((one) => ITEM.test(one) || /^\s+\S/.test(one))));
    } else if (line.trim().startsWith("|")) blocks.push(table(take((one) => one.trim().startsWith("|"))));
    else {
      // the first line is taken whatever it looks like, so that every turn gets on
      const [first] = lines.slice(at++);
      blocks.push(`<p>${inline([first, ...take((one) => !STARTS.test(one))].join("\n"))}</p>`);
    }
  }
  return blocks.join("\n");
}

const ITEM = /^\s{0,3}(?:[-*+]|\d+[.)])\s+/;
const STARTS = /^\s*$|^#{1,6}\s|^\s*```|^>|^\s{0,3}(?:[-*+]|\d+[.)])\s+|^\s*\|/;

function list(lines: readonly string[]): string {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line) || items.length === 0) items.push(line.replace(ITEM, ""));
    else items[items.length - 1] += `\n${line.trim()}`;
  }
  const tag = /^\s*\d/.test(lines[0]) ? "ol" : "ul";
  return `<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join("")}</${tag}>`;
}

function table(lines: readonly string[]): string {
  const rows = lines.map((line) =>
    line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"))
  );
  const isRule = (row: readonly string[]) => row.every((cell) => /^:?-+:?$/.test(cell));
  const write = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.filter((row) => !isRule(row)).map((row, i) => write(row, i === 0 && rows.length > 1 ? "th" : "td"));
  return `<table>${body.join("")}</table>`;
}

/** Code is set aside first, so that nothing inside it is read as anything else. */
function inline(text: string): string {
  return text.split(/(`[^`]+`)/).map((part) => {
    if (/^`[^`]+`$/.test(part)) return `<code>${escapeHtml(part.slice(1, -1))}</code>`;
    return escapeHtml(part)
      .replace(
        /(!?)\[([^\]]*)\]\(([^()\s]*)\)/g,
        (whole, image, label, to) => image || !isSafe(to) ? whole : `<a href="${to}">${label}</a>`,
      )
      .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
      .replace(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, "<em>$1</em>");
  }).join("");
}

/** Links to pages, mail, or places in the same folder; not to programs. */
function isSafe(address: string): boolean {
  return /^(?:https?:|mailto:)/i.test(address) || !/^[^/?#]*:/.test(address);
}

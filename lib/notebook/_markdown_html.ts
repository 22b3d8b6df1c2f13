import { Marked, type Tokens } from "marked";
import temml from "temml";

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

/** Links to pages, mail, or places in the same folder; not to programs. */
function isSafe(address: string): boolean {
  return /^(?:https?:|mailto:)/i.test(address) || !/^[^/?#]*:/.test(address);
}

/** Formulas as MathML, which browsers draw by themselves; one that cannot be read is shown as it was written. */
function mathHtml({ formula, raw }: { formula: string; raw: string }): string {
  try {
    return temml.renderToString(formula, { displayMode: raw.startsWith("$$") });
  } catch {
    return `<code>${escapeHtml(raw)}</code>`;
  }
}

const mathToken = (rule: RegExp, type: string) => (source: string) => {
  const [raw, formula] = rule.exec(source) ?? [];
  return raw === undefined ? undefined : { type, raw: raw.trimEnd(), formula: formula.trim() };
};

const renderer = (token: Tokens.Generic) => mathHtml({ formula: token.formula, raw: token.raw });

const markdown = new Marked({
  extensions: [{
    name: "displayedMath",
    level: "block",
    start: (source) => source.indexOf("$$"),
    tokenizer: mathToken(/^\$\$([^$]+)\$\$[^\S\n]*(?:\n|$)/, "displayedMath"),
    renderer,
  }, {
    // as in Pandoc: no blank just inside, no digit just after, so that prices stay prices
    name: "math",
    level: "inline",
    start: (source) => source.indexOf("$"),
    tokenizer: mathToken(/^\$\$?((?!\s)(?:\\.|[^$\\])+?(?<!\s))\$\$?(?!\d)/, "math"),
    renderer,
  }],
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ raw }) => escapeHtml(raw),
    link({ href, raw, tokens }) {
      return isSafe(href) ? `<a href="${escapeHtml(href)}">${this.parser.parseInline(tokens)}</a>` : escapeHtml(raw);
    },
  },
});

/** Writes the Markdown of a notebook as HTML, formulas between dollars as MathML. HTML in it is shown as text; pictures as their source. */
export function markdownHtml(text: string): string {
  return (markdown.parse(text, { async: false }) as string).trimEnd();
}

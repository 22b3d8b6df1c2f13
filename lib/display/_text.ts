/** Escapes text for HTML and SVG, attributes included. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** JSON that may stand inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** Program text that may stand inside a script element: nothing in it ends the element or opens a comment. */
export function scriptText(text: string): string {
  return text.replaceAll(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
}

/** A number of few characters: at most two decimals, no trailing zeros. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** So many of a thing: `1 spin`, `2 spins`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Words in lines of at most `most` characters, where no single word is longer. */
export function wrapped(words: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A round number as marks of a scale have it: `0.01`, `200`, `10⁻⁴`, `2·10⁵`. */
export function powerText(value: number): string {
  return digitsText(value, 3);
}

/** A number to so many digits, with a power of ten where it is very small or large. */
export function digitsText(value: number, digits: number): string {
  const rounded = (factor: number) => String(Number(factor.toPrecision(digits)));
  if (value === 0 || (Math.abs(value) >= 0.01 && Math.abs(value) < 10_000)) return rounded(value);
  const [factor, power] = value.toExponential().split("e");
  const raised = [...power.replace("+", "")].map((sign) => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]).join("");
  const shown = rounded(Number(factor));
  return shown === "1" ? `10${raised}` : `${shown}·10${raised}`;
}

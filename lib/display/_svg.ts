import { darkStyle } from "./_colours.ts";
import { escapeHtml } from "./_text.ts";

/**
 * An `<svg>` element on a ground of its own, in the type of the other figures, light or dark after the reader's system.
 *
 * @param says what a reader who does not see it should know, beside the title
 */
export function svgElement(
  width: number,
  height: number,
  title: string,
  parts: readonly string[],
  says?: string,
): string {
  const body = `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${parts.join("\n")}\n`;
  const described = says === undefined ? "" : `<desc>${escapeHtml(says)}</desc>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `class="qama" role="img" aria-label="${escapeHtml(title)}" font-family="system-ui, sans-serif" font-size="13" ` +
    `fill="#222222">\n<title>${escapeHtml(title)}</title>${described}${darkStyle(body)}\n${body}</svg>\n`;
}

/** A drawing without the dark colours of its own: what is around it has them for all. */
export function withoutStyle(svg: string): string {
  return svg.replaceAll(/<style>@media[^<]*<\/style>/g, "");
}

/** The least digits that tell the values of a range apart at a glance: three significant ones, no exponent below 10^6. */
export function brief(value: number): string {
  return String(Number(value.toPrecision(3)));
}

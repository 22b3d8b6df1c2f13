import { escapeHtml } from "./_text.ts";

/** An `<svg>` element on a white ground, in the type of the other figures. */
export function svgElement(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" aria-label="${
      escapeHtml(title)
    }" font-family="system-ui, sans-serif" font-size="13" fill="#222222">\n` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${parts.join("\n")}\n</svg>\n`;
}

/** The least digits that tell the values of a range apart at a glance: three significant ones, no exponent below 10^6. */
export function brief(value: number): string {
  return String(Number(value.toPrecision(3)));
}

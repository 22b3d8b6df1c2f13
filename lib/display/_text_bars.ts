const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Lines of horizontal bars, the longest `width` characters long. */
export function textBars(
  bars: readonly { readonly label: string; readonly value: number; readonly note?: string }[],
  width = 40,
): string {
  const longest = Math.max(0, ...bars.map(({ label }) => label.length));
  const largest = Math.max(0, ...bars.map(({ value }) => Number.isFinite(value) ? Math.abs(value) : 0));
  return bars.map(({ label, value, note }) => {
    const eighths = largest > 0 && Number.isFinite(value) ? Math.round(Math.abs(value) / largest * width * 8) : 0;
    const bar = "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
    return `${label.padStart(longest)} │${bar}${bar === "" ? "" : " "}${note ?? String(value)}`;
  }).join("\n");
}

/** Lines of points with their intervals, from the least end to the largest. */
export function textIntervals(
  bars: readonly { readonly label: string; readonly value: number; readonly range?: readonly [number, number] }[],
  notes: readonly string[],
  width = 40,
): string {
  const ends = bars.flatMap(({ value, range = [value, value] }) => [...range, value]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const at = (value: number) => high === low ? 0 : Math.round((value - low) / (high - low) * (width - 1));
  const longest = Math.max(...bars.map(({ label }) => label.length));
  return bars.map(({ label, value, range = [value, value] }, b) => {
    const line = new Array<string>(width).fill(" ").fill("─", at(range[0]), at(range[1]) + 1);
    line[at(value)] = "●";
    return `${label.padStart(longest)} │${line.join("")} ${notes[b]}`;
  }).join("\n");
}

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

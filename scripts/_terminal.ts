import { ProgressReporter } from "../lib/display/mod.ts";

/** Writes all of a text, however little a pipe takes at a time. */
export function writeWholeTo(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let bytes = new TextEncoder().encode(text); bytes.length > 0;) bytes = bytes.subarray(stream.writeSync(bytes));
}

/** Progress on standard error: one line that changes in a terminal, lines in a pipe. */
export function stderrProgress(): ProgressReporter {
  const terminal = Deno.stderr.isTerminal();
  return new ProgressReporter({
    write: (text) => writeWholeTo(Deno.stderr, text),
    terminal,
    // a terminal that does not know its width says 0
    columns: () => terminal ? Deno.consoleSize().columns || 80 : 200,
  });
}

import { shellWord } from "./_cli_option.ts";

const AGAIN_AFTER_MS = 300;

/**
 * Aborts at the first Ctrl-C; at a second one the program ends at once, with code 130.
 *
 * One press of the keys can come twice: from the terminal, and from `deno task`, which passes on what it gets. What comes within
 * 300 ms of the first is the same press.
 *
 * @param onFirst called before the abort
 * @returns the signal that is aborted
 */
export function interrupts(onFirst: () => void = () => {}): AbortSignal {
  const controller = new AbortController();
  let pressedAt = Infinity;
  Deno.addSignalListener("SIGINT", () => {
    if (!controller.signal.aborted) {
      pressedAt = performance.now();
      onFirst();
      controller.abort();
    } else if (performance.now() - pressedAt >= AGAIN_AFTER_MS) Deno.exit(130);
  });
  return controller.signal;
}

/**
 * Says on standard error how a command goes on that was interrupted.
 *
 * @param out the folder of what it keeps
 * @returns its exit code: 130 if it was interrupted, else 0
 */
export function endingCode(ending: "completed" | "interrupted", out: string): number {
  if (ending !== "interrupted") return 0;
  console.error(`interrupted: go on with --out ${shellWord(out)} --resume`);
  return 130;
}

/** Where a long piece of work stands. */
export interface ProgressState {
  /** What is under way: `MNIST, MHA (softmax), seed 1`. */
  readonly label: string;
  /** Share of the whole work done, 0 .. 1. */
  readonly done: number;
  /** Expected time to the end of the whole work; NaN while unknown. */
  readonly etaMs: number;
  /** What the work has come to so far: `epoch 2/5, accuracy 81.3 %`. @default {nothing} */
  readonly detail?: string;
}

const BAR_WIDTH = 24;
const EMPTY = "░";
const FULL = "█";

/**
 * Writes a progress bar with the time left, cut to the width of the terminal.
 *
 * @param state where the work stands; a share outside 0 .. 1 is clipped
 * @param columns characters that fit in a line. @default {80}
 * @returns one line without its line break
 *
 * Cost O(columns) time.
 * Source: none needed.
 *
 * @example Half way
 * ```ts
 * import { progressLine } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(progressLine({ label: "MNIST", done: 0.5, etaMs: 90_000 }), " 50 %  1m30s left  MNIST");
 * ```
 */
export function progressLine(state: ProgressState, columns = 80): string {
  const done = Number.isFinite(state.done) ? Math.min(1, Math.max(0, state.done)) : 0;
  const filled = Math.floor(done * BAR_WIDTH);
  const bar = FULL.repeat(filled) + EMPTY.repeat(BAR_WIDTH - filled);
  const percent = `${Math.floor(done * 100)}`.padStart(3);
  const detail = state.detail === undefined ? "" : `, ${state.detail}`;
  const line = `${bar} ${percent} %  ${durationText(state.etaMs)} left  ${state.label}${detail}`;
  return line.length > columns ? `${line.slice(0, Math.max(0, columns - 1))}…` : line;
}

/**
 * Writes a duration as people read it: `45s`, `1m30s`, `2h05m`; `?` where it is not known.
 *
 * @param ms milliseconds, any number
 * @returns at most two units
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Ninety seconds
 * ```ts
 * import { durationText } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * assertEquals(durationText(90_000), "1m30s");
 * ```
 */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return "?";
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}

/** Where a {@link ProgressReporter} writes, and how often. */
export interface ProgressReporterOptions {
  /** Receives text, line breaks included. */
  readonly write: (text: string) => void;
  /** True if the text lands on a terminal, where one line is rewritten; otherwise plain lines are written. */
  readonly terminal: boolean;
  /** Characters in a line of the terminal, asked before each line. @default {80} */
  readonly columns?: () => number;
  /** Time in ms, for the throttle. @default {performance.now} */
  readonly now?: () => number;
}

const TERMINAL_MS = 100;
const PLAIN_MS = 10_000;

/**
 * Shows progress on a terminal as one line that is rewritten, in a pipe as a plain line every ten seconds.
 *
 * A change of the label is always shown.
 *
 * Cost O(columns) an update that is shown, O(1) otherwise.
 * Source: none needed.
 *
 * @example In a pipe the second update of a moment is not shown
 * ```ts
 * import { ProgressReporter } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * const lines: string[] = [];
 * const reporter = new ProgressReporter({ write: (text) => lines.push(text), terminal: false, now: () => 0 });
 * reporter.update({ label: "a", done: 0, etaMs: NaN });
 * reporter.update({ label: "a", done: 0.1, etaMs: NaN });
 * assertEquals(lines.length, 1);
 * ```
 */
export class ProgressReporter {
  readonly #options: ProgressReporterOptions;
  #shownAt = -Infinity;
  #label = "";
  #open = false;

  /** Keeps where to write; writes nothing. */
  constructor(options: ProgressReporterOptions) {
    this.#options = options;
  }

  /** Shows the state, unless the last one was shown a moment ago. */
  update(state: ProgressState): void {
    const { write, terminal, columns, now } = this.#options;
    const at = (now ?? performance.now.bind(performance))();
    const wait = terminal ? TERMINAL_MS : PLAIN_MS;
    if (state.label === this.#label && at - this.#shownAt < wait) return;
    this.#shownAt = at;
    this.#label = state.label;
    if (terminal) write(`\r\x1b[2K${progressLine(state, columns?.() ?? 80)}`);
    else write(`${progressLine(state, 200)}\n`);
    this.#open = terminal;
  }

  /** Writes a line of its own, above the bar. */
  line(text: string): void {
    this.#options.write(`${this.#open ? "\r\x1b[2K" : ""}${text}\n`);
    this.#open = false;
    this.#shownAt = -Infinity;
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#open) this.#options.write("\r\x1b[2K");
    this.#open = false;
  }
}

import { escapeHtml } from "./_text.ts";
import { type LiveDisplay, notebookDisplay } from "./_notebook_display.ts";
import { durationText, progressLine, ProgressReporter, type ProgressState } from "./progress_line.ts";

/** What a sampler says of itself: `onProgress` of `SampleOptions`. */
export interface SamplingProgress {
  /** Reads complete. */
  readonly reads: number;
  /** Reads asked for. */
  readonly numReads: number;
  /** Lowest energy seen. */
  readonly lowestEnergy: number;
  /** Share of the work done, where the sampler knows. */
  readonly share?: number;
  /** Wall time since the call. */
  readonly elapsedMs: number;
}

/** What a training says of itself: `onProgress` of `TrainOptions`. */
export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Mean loss so far, nats. */
  readonly loss: number;
  /** Expected time to the end. */
  readonly etaMs: number;
}

/** What {@link showProgress} can be told. */
export type AnyProgress = ProgressState | SamplingProgress | TrainingProgress;

/** Progress that is shown while work goes on. */
export interface LiveProgress extends Disposable {
  /** Shows where the work stands, unless the last state was shown a moment ago; may be handed over as `onProgress`. */
  readonly onProgress: (progress: AnyProgress) => void;
  /** Shows the end: what the work came to, and how long it took. */
  end(words?: string): void;
}

/** Where {@link showProgress} writes. */
export interface ShowProgressOptions {
  /** Receives text where there is no notebook. @default {standard error} */
  readonly write?: (text: string) => void;
  /** True if the text lands on a terminal. @default {whether standard error does} */
  readonly terminal?: boolean;
  /** Shows states in a notebook; null: there is none. @default {Deno's kernel, where one runs} */
  readonly notebook?: LiveDisplay | null;
  /** Time in ms. @default {performance.now} */
  readonly now?: () => number;
}

const NOTEBOOK_MS = 250;

/**
 * Shows progress while work goes on: a bar in a notebook that is renewed, one line on a terminal, plain lines in a pipe.
 *
 * Updates are throttled: four a second in a notebook, ten on a terminal, one in ten seconds in a pipe. Samplers and trainings call
 * `onProgress` themselves.
 *
 * @param label what is under way
 * @param options where to; see {@link ShowProgressOptions}
 * @returns `onProgress` and `end`; `using` ends it too
 *
 * Cost O(1) an update that is not shown.
 * Source: the rich display protocol of Jupyter, `update_display_data`.
 *
 * @example Watching a sampler
 * ```ts
 * import { showProgress } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * let written = "";
 * const write = (text: string) => void (written += text);
 * const progress = showProgress("annealing", { write, terminal: false, notebook: null });
 * progress.onProgress({ reads: 5, numReads: 10, lowestEnergy: -3, elapsedMs: 100 });
 * progress.end();
 * assertStringIncludes(written, " 50 %");
 * ```
 */
export function showProgress(label: string, options: ShowProgressOptions = {}): LiveProgress {
  const { now = performance.now.bind(performance) } = options;
  const notebook = options.notebook === undefined ? notebookDisplay() : options.notebook;
  const encoder = new TextEncoder();
  const write = options.write ?? ((text: string) => void Deno.stderr.writeSync(encoder.encode(text)));
  const terminal = options.terminal ?? Deno.stderr.isTerminal();
  const reporter = new ProgressReporter({ write, terminal, columns: terminalColumns, now });
  const started = now();
  let shownAt = -Infinity;
  let last: ProgressState = { label, done: 0, etaMs: NaN };
  let ended = false;
  const onProgress = (progress: AnyProgress) => {
    if (ended) return;
    last = stateOf(label, progress);
    if (notebook === null) {
      reporter.update(last);
      return;
    }
    if (now() - shownAt < NOTEBOOK_MS) return;
    shownAt = now();
    notebook.show(bundleOf(last));
  };
  const end = (words?: string) => {
    if (ended) return;
    ended = true;
    const took = `${label}: ${words ?? last.detail ?? "done"}, ${durationText(now() - started)}`;
    if (notebook === null) {
      reporter.line(took);
      reporter.end();
    } else notebook.show({ "text/html": `<div>${escapeHtml(took)}</div>`, "text/plain": took });
  };
  return { onProgress, end, [Symbol.dispose]: () => end() };
}

/** Asked anew each time: windows change. */
function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    // text that lands elsewhere has no size
    return 80;
  }
}

function stateOf(label: string, progress: AnyProgress): ProgressState {
  if ("done" in progress) return progress;
  if ("epoch" in progress) {
    const { epoch, epochs, step, steps, loss, etaMs } = progress;
    const done = (epoch - 1 + step / steps) / epochs;
    return { label, done, etaMs, detail: `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(3)}` };
  }
  const { reads, numReads, lowestEnergy, elapsedMs } = progress;
  const done = progress.share ?? (numReads > 0 ? reads / numReads : NaN);
  const seen = Number.isFinite(lowestEnergy) ? `, lowest energy ${Number(lowestEnergy.toPrecision(6))}` : "";
  return {
    label,
    done,
    etaMs: done > 0 ? elapsedMs / done * (1 - done) : NaN,
    detail: `${reads} of ${numReads} reads${seen}`,
  };
}

function bundleOf(state: ProgressState): Record<string, unknown> {
  const share = Math.min(1, Math.max(0, Number.isFinite(state.done) ? state.done : 0));
  const words = `${Math.floor(100 * share)} %, ${durationText(state.etaMs)} left, ${state.label}${
    state.detail === undefined ? "" : `, ${state.detail}`
  }`;
  return {
    "text/html": `<div role="status"><progress value="${share.toFixed(3)}" max="1" style="width:16em"></progress> ${
      escapeHtml(words)
    }</div>`,
    "text/plain": progressLine(state, 100),
  };
}

import type { LinearProgram } from "./_linearised.ts";

/** What the solver's thread is asked. */
export interface HighsRequest {
  readonly id: number;
  readonly program: LinearProgram;
  /** Bits to start from, `[n]`; they respect the bounds. */
  readonly start: Int8Array;
  /** Seconds after which the solver stops by itself. */
  readonly timeLimitS: number;
  /** Cost that is low enough. */
  readonly target: number;
  /** Not zero: stop. */
  readonly flag: Int32Array;
}

/** What the solver's thread answers, several times for a request. */
export type HighsReply =
  | { readonly id: number; readonly kind: "bits"; readonly bits: Int8Array }
  | { readonly id: number; readonly kind: "bound"; readonly bound: number; readonly nodes: number }
  | { readonly id: number; readonly kind: "done"; readonly proven: boolean; readonly targetReached: boolean }
  | { readonly id: number; readonly kind: "failed"; readonly message: string };

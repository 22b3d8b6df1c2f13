import type { Model } from "../model/mod.ts";
import type { Ending, SamplerOrigin } from "./types.ts";

/** Words of the control block of a job, shared by its threads. */
export enum Control {
  /** Not zero: stop. */
  stop = 0,
  /** First unit not yet dealt. */
  cursor = 1,
  /** Units beyond this one are not wanted any more. */
  limit = 2,
  /** How many words there are. */
  words = 3,
}

/** Models that a thread keeps. */
export const KEPT_MODELS = 4;

/** Marks a unit of a thread that died, to be dealt again. */
export const REOPENED = -1;

/** A job, as a worker is told of it first. */
export interface PrepareMessage {
  readonly kind: "prepare";
  readonly origin: SamplerOrigin;
  readonly modelId: number;
  /** Absent if the worker has it. */
  readonly model: Model | undefined;
  readonly numReads: number;
  readonly seed: number;
  readonly target: number;
  readonly initialStates: Int8Array | undefined;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly control: Int32Array;
}

/** How the reads of a job are dealt: in units, one or more whole batches each. */
export interface DealMessage {
  readonly kind: "deal";
  /** Which of the job's workers this is. */
  readonly worker: number;
  /** Reads of a batch. */
  readonly width: number;
  /** Reads of a unit, a multiple of the width. */
  readonly unit: number;
  /** Who makes each unit: 0 nobody yet, w + 1 worker w, or `REOPENED`. */
  readonly owners: Int32Array;
}

/** Rows on their way, and the units that are complete with them. */
export interface RowsMessage {
  readonly kind: "rows";
  readonly reads: Float64Array;
  readonly states: Int8Array;
  readonly energies: Float64Array;
  readonly complete: Uint8Array;
  readonly units: readonly number[];
}

/** What a worker says. */
export type FromWorker =
  | {
    readonly kind: "prepared";
    readonly kernel: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly lanes: number;
  }
  | RowsMessage
  | { readonly kind: "hit"; readonly read: number }
  | { readonly kind: "glimpse"; readonly values: Int8Array; readonly energy: number }
  | {
    readonly kind: "finished";
    readonly ending: Ending;
    readonly findings: Readonly<Record<string, number | string | boolean>>;
  }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };

import type { Rng } from "../random/mod.ts";

/** One read to be made. */
export interface ReadStart {
  /** k, its number; its stream is stream k of the seed. */
  readonly read: number;
  /** `[n]` of -1 and +1: the state to start from, changed in place, and at the end the state found. */
  readonly spins: Int8Array;
  /** Its stream; the drawn initial state is already taken from it. */
  readonly rng: Rng;
}

/**
 * An algorithm that makes reads in slices, so that it can be stopped; one or several reads at a time.
 *
 * What read k finds depends on the model, the seed, the target and k, never on the reads that run beside it, on the slices
 * or on the clock.
 */
export interface Reader {
  /** The loop that runs. */
  readonly kernel: string;
  /** What the sampler resolved beside the sample options; survives structuredClone. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The most reads that advance together, a power of two up to 64. @default {1} */
  readonly lanes?: number;
  /** Starts 1 to `lanes` reads. */
  begin(reads: readonly ReadStart[]): void;
  /**
   * Works for one or two milliseconds. True when every read of the batch is complete, or one of them has reached the target: then
   * their `spins` hold what they found.
   */
  advance(): boolean;
  /** Called once when reads under way are cut short: puts into `spins` the best of what they have, in some milliseconds. */
  settle?(): void;
  /**
   * The best state inside the reads under way, if the read that found it will give it or a better one back. Its energy is only
   * compared with other answers of this reader: it may leave out the offset.
   */
  best?(): { readonly energy: number; readonly spins: Int8Array } | undefined;
  /**
   * The energy of what `spins` of the one read of a batch hold now, the same bits as the model's `energy`, where the reader has it
   * for less; else undefined.
   */
  energy?(): number | undefined;
  /** Gives memory back; called once, at the end of the call. */
  close?(): void;
  /** What the sampler found out, by name, for the story; read at the end. */
  readonly findings?: Readonly<Record<string, number | string | boolean>>;
}

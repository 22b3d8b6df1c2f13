import type { Floats, Words } from "./arena.ts";

/** Sizes shared by the kernels of attention heads. */
export interface HeadShape {
  /** S, samples. */
  readonly samples: number;
  /** H, heads. */
  readonly heads: number;
  /** N, tokens. */
  readonly tokens: number;
  /** d, width of a head. */
  readonly width: number;
}

/** Where the parts of a projected row stand: q at column 0, then k, v and the fields, head by head. */
export interface RowLayout {
  /** Floats from one token's row to the next. */
  readonly stride: number;
  /** First column of the keys. */
  readonly keys: number;
  /** First column of the values; the energy readout needs none. */
  readonly values: number;
  /** First column of the H fields. */
  readonly fields: number;
}

/** The keys that every query of a head reads. */
export interface KeyLists {
  /** Tokens, list after list; a list begins at a multiple of four, and what fills it up to the next one are tokens too. */
  readonly keys: Words;
  /** Where the list of each query begins in `keys`, and where the last one's room ends, `[sets, N + 1]`. */
  readonly starts: Words;
  /** Length of each list, 1 to N, `[sets, N]`. */
  readonly counts: Words;
  /** Sets from one sample to the next; 0: all samples have the same. */
  readonly perSample: number;
  /** Sets from one head to the next; 0: all heads have the same. */
  readonly perHead: number;
}

/** How `Kernels.hashedLists` hashes. */
export interface HashedLists {
  /** R, `[S, rounds, d, half4]`, `half4` = half rounded up to a multiple of four. */
  readonly rotations: Floats;
  /** Hashes of every token. */
  readonly rounds: number;
  /** Half the number of buckets; 0: one bucket. */
  readonly half: number;
  /** Tokens of a chunk. */
  readonly chunk: number;
  /** `3 rounds N + 2 N + 2 half + half4 + 8` words. */
  readonly scratch: Words;
}

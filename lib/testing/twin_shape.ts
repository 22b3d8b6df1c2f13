/** Sizes of a set of attention problems. */
export interface HeadsShape {
  /** B, problems. */
  readonly batch: number;
  /** H, heads a problem. */
  readonly heads: number;
  /** N, tokens a head. */
  readonly tokens: number;
}

/** Sizes of one attention layer's call. */
export interface TwinShape extends HeadsShape {
  /** D, width of the model: H heads of d = D / H features. */
  readonly modelWidth: number;
}

/** Knows when a piece of work will end, from the shares of it that are told to be done; times in ms. */
export class ShareClock {
  #first: { readonly share: number; readonly atMs: number } | null = null;
  #last = 0;

  /**
   * Takes a share; one below the last begins another piece.
   *
   * The first share of a piece may be above 0, where an earlier process did a part of it.
   *
   * @returns expected time to the end of the piece; NaN at its first share
   */
  leftMs(share: number, nowMs: number = performance.now()): number {
    if (this.#first === null || share < this.#last) this.#first = { share, atMs: nowMs };
    this.#last = share;
    const { share: from, atMs } = this.#first;
    return share > from ? (nowMs - atMs) * (1 - share) / (share - from) : NaN;
  }
}

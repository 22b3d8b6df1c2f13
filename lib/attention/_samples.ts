/** Some samples of one length in the arrays of a block. */
export interface SampleRun {
  /** Number of samples. */
  readonly samples: number;
  /** Tokens of each. */
  readonly tokens: number;
  /** Number of the first. */
  readonly first: number;
  /** Rows of the residual stream before the first. */
  readonly row: number;
  /** Sum of `pad(tokens)` over the samples before the first. */
  readonly padded: number;
}

/**
 * Cuts a call into runs of samples of equal length, each of which a kernel takes at once.
 *
 * Without lengths there is one run of all samples. `pad` says how many places a sample takes in the arrays that are padded.
 */
export function sampleRuns(
  samples: number,
  tokens: number,
  lengths: Int32Array | undefined,
  pad: (tokens: number) => number,
): SampleRun[] {
  if (!lengths) return [{ samples, tokens, first: 0, row: 0, padded: 0 }];
  const runs: SampleRun[] = [];
  let row = 0, padded = 0;
  for (let first = 0; first < samples;) {
    const length = lengths[first];
    let end = first + 1;
    while (end < samples && lengths[end] === length) end++;
    runs.push({ samples: end - first, tokens: length, first, row, padded });
    row += (end - first) * length;
    padded += (end - first) * pad(length);
    first = end;
  }
  return runs;
}

/** Rows of the residual stream in a call. */
export function rowsOf(samples: number, tokens: number, lengths: Int32Array | undefined): number {
  if (!lengths) return samples * tokens;
  let rows = 0;
  for (let s = 0; s < samples; s++) rows += lengths[s];
  return rows;
}

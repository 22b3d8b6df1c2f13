/** Terms of a file, one per position. */
export interface TermBlock {
  /** i, from 0. */
  readonly rows: Uint32Array;
  /** j, from 0. */
  readonly others: Uint32Array;
  /** Coefficients. */
  readonly values: Float64Array;
  /** The line of the file that each stood on. */
  readonly lines: Uint32Array;
}

/** A block in as few bytes as its numbers allow. */
export interface CompactBlock {
  readonly rows: Uint16Array | Uint32Array;
  readonly others: Uint16Array | Uint32Array;
  readonly values: Int8Array | Int32Array | Float64Array;
  /** The lines, or the first of them where one follows the other. */
  readonly lines: Uint32Array | number;
}

/** Makes an empty block. */
export function termBlock(length: number): TermBlock {
  return {
    rows: new Uint32Array(length),
    others: new Uint32Array(length),
    values: new Float64Array(length),
    lines: new Uint32Array(length),
  };
}

/** Packs the first `used` terms of a block. */
export function compactBlock({ rows, others, values, lines }: TermBlock, used: number): CompactBlock {
  let bits = 0;
  let bytes = true;
  let words = true;
  let consecutive = true;
  for (let k = 0; k < used; k++) {
    bits |= rows[k] | others[k];
    const value = values[k];
    words &&= value === (value | 0) && !Object.is(value, -0);
    bytes &&= words && value >= -128 && value < 128;
    consecutive &&= lines[k] === lines[0] + k;
  }
  const Indices = bits >>> 16 === 0 ? Uint16Array : Uint32Array;
  const Values = bytes ? Int8Array : words ? Int32Array : Float64Array;
  return {
    rows: new Indices(rows.subarray(0, used)),
    others: new Indices(others.subarray(0, used)),
    values: new Values(values.subarray(0, used)),
    lines: consecutive ? lines[0] : lines.slice(0, used),
  };
}

/** Unpacks a block into `space` and gives the number of its terms. */
export function unpackBlock({ rows, others, values, lines }: CompactBlock, space: TermBlock): number {
  const used = rows.length;
  space.rows.set(rows);
  space.others.set(others);
  space.values.set(values);
  if (typeof lines !== "number") space.lines.set(lines);
  else for (let k = 0; k < used; k++) space.lines[k] = lines + k;
  return used;
}

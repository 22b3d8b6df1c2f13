/*
 * The loops of bucket elimination, over blocks of 2^b entries of a table. Entry `index` of the table of variable v stands for
 * one choice of the spins of its scope: bit j is scope[j], set for up. Nothing is checked or allocated here.
 */

/** Writes the index that each choice of b bits has in another table: bit j goes to `places[j]`, or nowhere if that is below 0. */
export function fillPlaces(places: Int32Array, bits: number, out: Int32Array): void {
  out[0] = 0;
  for (let j = 0; j < bits; j++) {
    const size = 1 << j;
    const added = places[j] < 0 ? 0 : 1 << places[j];
    for (let i = 0; i < size; i++) out[size + i] = out[i] | added;
  }
}

/** Writes the field `h + sum_j J_j s_j` of each choice of b bits. */
export function fillFields(h: number, J: Float64Array, bits: number, out: Float64Array): void {
  let down = h;
  for (let j = 0; j < bits; j++) down -= J[j];
  out[0] = down;
  for (let j = 0; j < bits; j++) {
    const size = 1 << j;
    const step = 2 * J[j];
    for (let i = 0; i < size; i++) out[size + i] = out[i] + step;
  }
}

/** Starts a block: entry 2 i is what v costs if it is down, entry 2 i + 1 if it is up. */
export function startBlock(size: number, field: number, fields: Float64Array, sums: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const f = field + fields[i];
    sums[2 * i] = -f;
    sums[2 * i + 1] = f;
  }
}

/** Adds what a table whose first spin is v says; `base` is the place of the bits above the block. */
export function addTable(
  size: number,
  table: Float64Array,
  base: number,
  places: Int32Array,
  sums: Float64Array,
): void {
  for (let i = 0; i < size; i++) {
    const place = base | places[i];
    sums[2 * i] += table[place];
    sums[2 * i + 1] += table[place + 1];
  }
}

/** Takes the lower of both, and notes in 32 choices a word which it was; up only if it is lower. */
export function minimiseBlock(
  size: number,
  sums: Float64Array,
  out: Float64Array,
  choices: Int32Array,
  from: number,
): void {
  for (let start = 0; start < size; start += 32) {
    const end = Math.min(size, start + 32);
    let word = 0;
    for (let i = start; i < end; i++) {
      const down = sums[2 * i];
      const up = sums[2 * i + 1];
      const lower = up < down;
      out[from + i] = lower ? up : down;
      word |= (lower ? 1 : 0) << (i & 31);
    }
    choices[(from + start) >>> 5] = word;
  }
}

/** Takes `-log(exp(-down) + exp(-up))` of sums in units of 1 / beta, and notes the probability of up in 2^-32. */
export function averageBlock(
  size: number,
  sums: Float64Array,
  out: Float64Array,
  chances: Uint32Array,
  from: number,
): void {
  for (let i = 0; i < size; i++) {
    const down = sums[2 * i];
    const up = sums[2 * i + 1];
    const rest = Math.exp(-Math.abs(up - down));
    out[from + i] = Math.min(down, up) - Math.log1p(rest);
    const share = (up < down ? 1 : rest) / (1 + rest);
    chances[from + i] = Math.min(4294967295, Math.round(share * 4294967296));
  }
}

/**
 * Takes the lower of both and adds up the logarithms of how many ways lead to it, and notes the share of those that are up in
 * 2^-32. Sums closer than `tolerance` are equal.
 */
export function countBlock(
  size: number,
  sums: Float64Array,
  ways: Float64Array,
  tolerance: number,
  out: Float64Array,
  outWays: Float64Array,
  chances: Uint32Array,
  from: number,
): void {
  for (let i = 0; i < size; i++) {
    const gap = sums[2 * i + 1] - sums[2 * i];
    const [down, up] = [ways[2 * i], ways[2 * i + 1]];
    if (gap > tolerance) {
      outWays[from + i] = down;
      chances[from + i] = 0;
    } else if (gap < -tolerance) {
      outWays[from + i] = up;
      chances[from + i] = 4294967295;
    } else {
      const rest = Math.exp(-Math.abs(up - down));
      outWays[from + i] = Math.max(down, up) + Math.log1p(rest);
      chances[from + i] = Math.min(4294967294, Math.round((up > down ? 1 : rest) / (1 + rest) * 4294967296));
    }
    out[from + i] = Math.min(sums[2 * i], sums[2 * i + 1]);
  }
}

/**
 * Packs states into bits: 1 is a set bit, 0 and -1 a clear one; variable i of a row is bit `i % 8` of its byte `i / 8`, and
 * every row begins with a fresh byte.
 */
export function packStates(states: Int8Array, n: number, rows: number): Uint8Array<ArrayBuffer> {
  const stride = Math.ceil(n / 8);
  const bytes = new Uint8Array(rows * stride);
  for (let r = 0; r < rows; r++) {
    const [row, start] = [r * n, r * stride];
    for (let i = 0; i < n; i++) if (states[row + i] === 1) bytes[start + (i >> 3)] |= 1 << (i & 7);
  }
  return bytes;
}

/** Undoes {@link packStates}; `down` is what a clear bit stands for. Undefined if a bit beyond the n of a row is set. */
export function unpackStates(bytes: Uint8Array, n: number, rows: number, down: 0 | -1): Int8Array | undefined {
  const stride = Math.ceil(n / 8);
  const states = new Int8Array(rows * n);
  const spare = n % 8 === 0 ? 0 : 0xff & (0xff << (n % 8));
  for (let r = 0; r < rows; r++) {
    const [row, start] = [r * n, r * stride];
    for (let i = 0; i < n; i++) states[row + i] = (bytes[start + (i >> 3)] >> (i & 7)) & 1 ? 1 : down;
    if (stride > 0 && (bytes[start + stride - 1] & spare) !== 0) return undefined;
  }
  return states;
}

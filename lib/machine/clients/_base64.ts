/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // fromCharCode takes a limited number of arguments
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** Numbers of 64 bits, little-endian, as base64. */
export function float64ToBase64(values: ArrayLike<number>): string {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (let i = 0; i < values.length; i++) view.setFloat64(8 * i, values[i], true);
  return toBase64(new Uint8Array(view.buffer));
}

/** The bytes of base64; undefined if it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Numbers of 64 bits; undefined if the bytes are no whole number of them. */
export function float64FromBase64(text: string): number[] | undefined {
  return numbers(text, 8, (view, at) => view.getFloat64(at, true));
}

/** Integers of 32 bits; undefined if the bytes are no whole number of them. */
export function int32FromBase64(text: string): number[] | undefined {
  return numbers(text, 4, (view, at) => view.getInt32(at, true));
}

function numbers(text: string, width: number, read: (view: DataView, at: number) => number): number[] | undefined {
  const bytes = fromBase64(text);
  if (bytes === undefined || bytes.length % width !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / width }, (_, i) => read(view, width * i));
}

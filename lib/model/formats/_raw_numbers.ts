import type { JsonReader } from "./_json_reader.ts";

/** How numbers lie in bytes. */
export interface RawType {
  /** Bytes of one number. */
  readonly size: number;
  /** Reads the number at a byte; NaN if float64 cannot hold it exactly. */
  read(view: DataView, at: number): number;
}

/** Gives the type of a NumPy name such as `float64` or `uint8`, undefined if it is none of the types read here. */
export function rawType(name: string, littleEndian: boolean): RawType | undefined {
  switch (name) {
    case "float64":
      return { size: 8, read: (view, at) => view.getFloat64(at, littleEndian) };
    case "float32":
      return { size: 4, read: (view, at) => view.getFloat32(at, littleEndian) };
    case "int8":
      return { size: 1, read: (view, at) => view.getInt8(at) };
    case "int16":
      return { size: 2, read: (view, at) => view.getInt16(at, littleEndian) };
    case "int32":
      return { size: 4, read: (view, at) => view.getInt32(at, littleEndian) };
    case "int64":
      return { size: 8, read: (view, at) => exact(view.getBigInt64(at, littleEndian)) };
    case "uint8":
      return { size: 1, read: (view, at) => view.getUint8(at) };
    case "uint16":
      return { size: 2, read: (view, at) => view.getUint16(at, littleEndian) };
    case "uint32":
      return { size: 4, read: (view, at) => view.getUint32(at, littleEndian) };
    case "uint64":
      return { size: 8, read: (view, at) => exact(view.getBigUint64(at, littleEndian)) };
    default:
      return undefined;
  }
}

function exact(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : NaN;
}

/** Decodes the base64 text that a reader has just read. */
export function bytesOfBase64(reader: JsonReader): Uint8Array {
  let binary: string;
  try {
    binary = atob(reader.text);
  } catch {
    throw reader.error("the base64 of bytes", reader.text);
  }
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

/** Reads all numbers of bytes; undefined if the bytes end within one, or the type is unknown. */
export function numbersOfBytes(bytes: Uint8Array, name: string, littleEndian = true): Float64Array | undefined {
  const type = rawType(name, littleEndian);
  if (type === undefined || bytes.length % type.size !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float64Array.from({ length: bytes.length / type.size }, (_, k) => type.read(view, k * type.size));
}

/*
 * Deno's node:worker_threads looks at every element of every typed array in a message that arrives, 0.2 us each: seconds for a
 * large model. Buffers it leaves alone. So typed arrays travel as their buffers and are made again on the other side.
 */

type Place = [buffer: ArrayBufferLike, from: number, length: number];

const MAKERS: Readonly<Record<string, (...place: Place) => ArrayBufferView>> = {
  Int8Array: (...place) => new Int8Array(...place),
  Uint8Array: (...place) => new Uint8Array(...place),
  Int32Array: (...place) => new Int32Array(...place),
  Uint32Array: (...place) => new Uint32Array(...place),
  Float32Array: (...place) => new Float32Array(...place),
  Float64Array: (...place) => new Float64Array(...place),
};

interface Packed {
  /** A name in `MAKERS`. */
  readonly typedArray: string;
  readonly place: Place;
}

/** A message with every typed array replaced by its buffer, which is shared, cloned or transferred as the array would be. */
export function pack(value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return mapped(value, pack);
  const typedArray = Object.prototype.toString.call(value).slice("[object ".length, -1);
  // a kind that no message here has, then: it travels as it is
  if (!(typedArray in MAKERS)) return value;
  const length = value.byteLength / MAKERS[typedArray](new ArrayBuffer(8), 0, 1).byteLength;
  const packed: Packed = { typedArray, place: [value.buffer, value.byteOffset, length] };
  return packed;
}

/** What `pack` was given, but for what does not travel. */
export function unpack<T>(message: unknown): T;
export function unpack(message: unknown): unknown {
  return isPacked(message) ? MAKERS[message.typedArray](...message.place) : mapped(message, unpack);
}

function isPacked(value: unknown): value is Packed {
  return typeof value === "object" && value !== null && "typedArray" in value && "place" in value;
}

// plain objects and lists are looked into, everything else is left as it is
function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  // not map(change): a list hands out more than its items
  if (Array.isArray(value)) return value.map((item) => change(item));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}

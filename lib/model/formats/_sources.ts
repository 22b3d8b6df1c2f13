const START_BYTES = 4096;
const CHUNK_BYTES = 2 ** 18;

/** Where a file comes from: a path, an address, or its bytes piece by piece. */
export type ProblemSource = string | URL | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Bytes with their start known. */
export interface OpenSource {
  /** The first 4,096 bytes, or all there are. */
  readonly start: Uint8Array;
  /** All bytes; a chunk is valid until the next is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Opens a source; what is gzipped is unpacked. */
export async function openSource(source: ProblemSource, signal?: AbortSignal): Promise<OpenSource> {
  const packed = await peek(chunksOf(source, signal));
  if (packed.start[0] !== 0x1f || packed.start[1] !== 0x8b) return packed;
  return await peek(unpacked(packed.bytes));
}

/** Tells whether a source is a file, and where: undefined for streams and addresses. */
export function filePath(source: ProblemSource | WritableStream<Uint8Array>): string | URL | undefined {
  if (typeof source === "string") return isAddress(source) ? undefined : source;
  return source instanceof URL && source.protocol === "file:" ? source : undefined;
}

/** The name of a source, for the error and the ending; empty for a stream. */
export function sourceName(source: ProblemSource | WritableStream<Uint8Array>): string {
  if (typeof source === "string") return isAddress(source) ? new URL(source).pathname : source;
  return source instanceof URL ? decodeURIComponent(source.pathname) : "";
}

function isAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

async function* chunksOf(source: ProblemSource, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const path = filePath(source);
  if (path !== undefined) {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const count = await file.read(buffer);
      if (count === null) return;
      yield buffer.subarray(0, count);
    }
  }
  if (typeof source === "string" || source instanceof URL) {
    const response = await fetch(source, { signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`Cannot read ${source}: the server answers ${response.status} ${response.statusText}`);
    }
    if (response.body !== null) yield* response.body;
    return;
  }
  yield* source;
}

async function peek(chunks: AsyncGenerator<Uint8Array>): Promise<OpenSource> {
  let start = new Uint8Array();
  while (start.length < START_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    const joined = new Uint8Array(start.length + value.length);
    joined.set(start);
    joined.set(value, start.length);
    start = joined;
  }
  async function* bytes() {
    try {
      if (start.length > 0) yield start;
      yield* chunks;
    } finally {
      await chunks.return(undefined);
    }
  }
  return { start: start.subarray(0, START_BYTES), bytes: bytes() };
}

async function* unpacked(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  async function* copies() {
    for await (const chunk of packed) yield chunk.slice();
  }
  const stream = ReadableStream.from(copies()).pipeThrough(new DecompressionStream("gzip"));
  try {
    yield* stream;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SyntaxError("Cannot read the file: it starts as gzip does, and cannot be unpacked", { cause: error });
  }
}

import { join } from "node:path";
import { type IdxFile, type IdxImageSet, sha256 } from "./mod.ts";

/** Runs `body` with a fresh folder and a clean `QAMA_DATA_DIR`, and tidies both up. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const before = Deno.env.get("QAMA_DATA_DIR");
  Deno.env.delete("QAMA_DATA_DIR");
  try {
    await body(folder);
  } finally {
    if (before === undefined) Deno.env.delete("QAMA_DATA_DIR");
    else Deno.env.set("QAMA_DATA_DIR", before);
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a request asked for. */
export interface Asked {
  /** Path of the address, from the slash on. */
  readonly path: string;
  /** The `Range` header. */
  readonly range: string | null;
}

/** Runs `body` with a web server on this machine and what it has been asked for. */
export async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  body: (url: string, asked: readonly Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push({ path: new URL(request.url).pathname, range: request.headers.get("range") });
    return answer(request);
  });
  try {
    await body(`http://127.0.0.1:${server.addr.port}/`, asked);
  } finally {
    await server.shutdown();
  }
}

/** Answers as a file server does, byte ranges included. */
export function serveBytes(bytes: Uint8Array<ArrayBuffer>, request: Request): Response {
  const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
  if (range === null) return new Response(bytes);
  const start = Number(range[1]);
  if (start >= bytes.length) return new Response(null, { status: 416 });
  const headers = { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  return new Response(bytes.slice(start), { status: 206, headers });
}

/** Packs bytes as gzip. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** An idx file. */
export function idxOf(shape: readonly number[], values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + values.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((length, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, length));
  bytes.set(values, start);
  return bytes;
}

/** A published set of 3 + 2 pictures of 2 x 2 pixels, and the bytes of its files by packed and unpacked name. */
export async function smallSet(): Promise<{ set: IdxImageSet; files: Map<string, Uint8Array<ArrayBuffer>> }> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const publish = async (name: string, shape: number[], values: number[]): Promise<IdxFile> => {
    const bytes = idxOf(shape, values);
    const packed = await gzip(bytes);
    files.set(name, bytes);
    files.set(`${name}.gz`, packed);
    const digests = { sha256: await sha256(bytes), packedSha256: await sha256(packed) };
    return { name, shape, packedBytes: packed.length, ...digests };
  };
  const set: IdxImageSet = {
    name: "Small",
    folders: ["small", "other/raw"],
    mirrors: [],
    classes: ["a", "b"],
    files: {
      trainImages: await publish("train-images", [3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      trainLabels: await publish("train-labels", [3], [0, 1, 1]),
      testImages: await publish("test-images", [2, 2, 2], [20, 21, 22, 23, 24, 25, 26, 27]),
      testLabels: await publish("test-labels", [2], [1, 0]),
    },
  };
  return { set, files };
}

/** Writes the set's files, packed or not, into `folder`, making it. */
export async function writeSet(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  packed: boolean,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    if (name.endsWith(".gz") === packed) await Deno.writeFile(join(folder, name), bytes);
  }
}

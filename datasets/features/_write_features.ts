import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { featureHeader } from "../../lib/training/feature_table.ts";
import type { TextSplit } from "../../lib/training/text_data.ts";
import { DataUnavailableError } from "../cache/mod.ts";
import type { FeatureExtractor } from "./extractor.ts";
import type { FeatureProgress } from "./extract_features.ts";

const PROGRESS_MS = 100;

interface WriteOptions {
  readonly key: string;
  readonly model: string;
  readonly extractor: FeatureExtractor;
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: Omit<FeatureProgress, "split">) => void;
}

/**
 * Writes the rows of a split to `path`, which appears when it is whole; while it grows it is `path` with `.part` added, and
 * a later call goes on after its last whole text. Returns the width of a row.
 */
export async function writeFeatures(path: string, split: TextSplit, options: WriteOptions): Promise<number> {
  const { key, model, extractor, signal, report } = options;
  const { starts, count } = split;
  const tokensOf = (s: number) => Array.from(split.tokens.subarray(starts[s], starts[s + 1]));
  const first = await extractor.extract(tokensOf(0));
  const width = first.length / starts[1];
  const rows = starts[count];
  const head = featureHeader({ width, rows, model, key });
  const rowBytes = 2 * width;
  if (await sizeOf(path) === head.length + rows * rowBytes) return width;
  const part = await Deno.open(`${path}.part`, { read: true, write: true, create: true });
  try {
    let done = await resume(part, head, rowBytes, starts);
    await checkRoom(path, (rows - starts[done]) * rowBytes);
    const began = performance.now();
    const before = starts[done];
    let told = -Infinity;
    const tell = () => {
      const etaMs = (performance.now() - began) / (starts[done] - before) * (rows - starts[done]);
      report({
        texts: done,
        totalTexts: count,
        rows: starts[done],
        totalRows: rows,
        etaMs: done === count ? 0 : etaMs,
      });
    };
    while (done < count) {
      signal?.throwIfAborted();
      const values = done === 0 ? first : await extractor.extract(tokensOf(done));
      if (values.length !== (starts[done + 1] - starts[done]) * width || !values.every(Number.isFinite)) {
        throw new RangeError(
          `Cannot extract features: expected ${width} finite numbers a token of text ${done}, got ${values.length} for ` +
            `${starts[done + 1] - starts[done]} tokens, or some that float16 cannot hold; take another model`,
        );
      }
      await writeAll(part, path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      done++;
      if (performance.now() - told >= PROGRESS_MS && done < count) {
        told = performance.now();
        tell();
      }
    }
    tell();
    await part.sync();
  } finally {
    part.close();
  }
  await Deno.rename(`${path}.part`, path);
  return width;
}

/** The number of whole texts in `part`, which is cut after them and stands there; begun anew if it has another head. */
async function resume(part: Deno.FsFile, head: Uint8Array, rowBytes: number, starts: Int32Array): Promise<number> {
  const { size } = await part.stat();
  const there = new Uint8Array(head.length);
  const read = await part.read(there) ?? 0;
  let done = 0;
  if (read === head.length && there.every((byte, i) => byte === head[i])) {
    const rows = Math.floor((size - head.length) / rowBytes);
    while (done < starts.length - 1 && starts[done + 1] <= rows) done++;
  } else {
    await part.truncate(0);
    await part.seek(0, Deno.SeekMode.Start);
    await writeAll(part, "the head", head);
  }
  const end = head.length + starts[done] * rowBytes;
  await part.truncate(end);
  await part.seek(end, Deno.SeekMode.Start);
  return done;
}

async function checkRoom(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free >= bytes) return;
  const inGb = (value: number) => `${(value / 1e9).toFixed(2)} GB`;
  throw new DataUnavailableError(
    `Cannot keep features in ${dirname(path)}: expected ${inGb(bytes)} of room, got ${inGb(free)}; make room, name ` +
      `another cacheDir, or take fewer texts or tokens`,
  );
}

async function sizeOf(path: string): Promise<number | undefined> {
  return await Deno.stat(path).then(({ size }) => size, () => undefined);
}

async function writeAll(file: Deno.FsFile, path: string, bytes: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DataUnavailableError(`Cannot write ${path}: ${said}; make room, or name another cacheDir`, { cause });
  }
}

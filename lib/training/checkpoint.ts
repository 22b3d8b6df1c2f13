import configuration from "../../deno.json" with { type: "json" };
import { sha256 } from "../model/mod.ts";
import type { EpochResult, TrainClocks } from "./types.ts";

const MAGIC = "qama checkpoint 1\n";
/** Version of the package that wrote checkpoints before they named it. */
const UNNAMED_VERSION = "0.1.0";

/** Where a training run stands between two steps: enough to go on to the same numbers. */
export interface Checkpoint {
  /** What was being trained; a run of another configuration refuses it. */
  readonly configuration: string;
  /** Complete epochs. */
  readonly epochs: readonly EpochResult[];
  /** Steps done in the epoch under way; shuffles and solver streams follow from it and the seed. */
  readonly step: number;
  /** Steps of the optimiser so far. */
  readonly optimiserStep: number;
  /** Sum of losses and hits over the epoch under way. */
  readonly running: { readonly loss: number; readonly hits: number };
  /** Wall time so far, and where it is kept the processor time of the training steps, ms. */
  readonly clocks: TrainClocks & { readonly processorMs?: number };
  /** Weights, first and second moments of Adam, each of the model's size. */
  readonly arrays: { readonly weights: Float32Array; readonly m: Float32Array; readonly v: Float32Array };
}

/**
 * Writes a checkpoint so that the file is always whole: a temporary file beside it, flushed to the disk, then a rename.
 *
 * The version of the package is kept with it.
 *
 * @param path file to write
 * @param checkpoint the state
 * @throws {Error} if it cannot be written; the file that was there is then as it was
 *
 * Cost O(parameters).
 *
 * @example What is written is read back
 * ```ts
 * import { readCheckpoint, writeCheckpoint } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const arrays = { weights: Float32Array.of(1), m: Float32Array.of(2), v: Float32Array.of(3) };
 * const rest = { configuration: "", epochs: [], optimiserStep: 7, running: { loss: 0, hits: 0 } };
 * const path = await Deno.makeTempFile();
 * await writeCheckpoint(path, { ...rest, step: 7, clocks: { trainMs: 0, evaluateMs: 0 }, arrays });
 * assertEquals((await readCheckpoint(path))?.arrays.v[0], 3);
 * ```
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { arrays, ...rest } = checkpoint;
  const { weights, m, v } = arrays;
  const payload = new Float32Array(3 * weights.length);
  payload.set(weights);
  payload.set(m, weights.length);
  payload.set(v, 2 * weights.length);
  const bytes = new Uint8Array(payload.buffer);
  const header = JSON.stringify({
    ...rest,
    version: configuration.version,
    parameters: weights.length,
    sha256: await sha256(bytes),
  });
  const head = new TextEncoder().encode(`${MAGIC}${header}\n`);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  try {
    await writeFlushed(`${path}.tmp`, whole);
    await Deno.rename(`${path}.tmp`, path);
  } catch (cause) {
    await Deno.remove(`${path}.tmp`).catch(() => {});
    throw cannotKeep(
      path,
      cause,
      "see to it that there is space and leave to write; what was kept before is still there",
    );
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  // else a power cut could leave the new name with nothing in it
  await file.syncData();
}

/**
 * Reads a checkpoint; null if there is no file.
 *
 * @param path file to read
 * @returns the state, or null
 * @throws {SyntaxError} if the file is no checkpoint, its header is damaged, it is cut short, or its checksum does not fit
 * @throws {TypeError} if another version of the package wrote it, whose numbers may be others
 *
 * Cost O(parameters).
 *
 * @example No file, no checkpoint
 * ```ts
 * import { readCheckpoint } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readCheckpoint(`${await Deno.makeTempDir()}/none`), null);
 * ```
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  let whole: Uint8Array<ArrayBuffer>;
  try {
    whole = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const end = whole.indexOf(10, MAGIC.length);
  const text = new TextDecoder().decode(whole.subarray(0, Math.max(end, 0)));
  const broken = (what: string) =>
    new SyntaxError(`Cannot resume from ${path}: ${what}; remove the file to start over`);
  if (!text.startsWith(MAGIC)) throw broken("it is not a checkpoint of this version");
  const header = readHeader(text.slice(MAGIC.length));
  if (header === null) throw broken("its header is damaged");
  const { parameters, sha256: expected, version = UNNAMED_VERSION, ...rest } = header;
  if (version !== configuration.version) {
    throw new TypeError(
      `Cannot resume from ${path}: version ${version} of this package wrote it, this is ${configuration.version}, whose ` +
        "numbers may be others; go on with that version, or remove the file to start over",
    );
  }
  const bytes = whole.slice(end + 1);
  if (bytes.length !== 12 * parameters) {
    throw broken(`expected ${12 * parameters} bytes of arrays, got ${bytes.length}`);
  }
  if (await sha256(bytes) !== expected) throw broken("the checksum does not fit");
  const all = new Float32Array(bytes.buffer);
  const part = (i: number) => all.slice(i * parameters, (i + 1) * parameters);
  return { ...rest, arrays: { weights: part(0), m: part(1), v: part(2) } };
}

type Header = Omit<Checkpoint, "arrays"> & {
  readonly version?: string;
  readonly parameters: number;
  readonly sha256: string;
};

/** The header, or null unless every field is there and of its type. */
function readHeader(text: string): Header | null {
  let header: Partial<Record<keyof Header, unknown>> | null;
  try {
    header = JSON.parse(text);
  } catch {
    return null;
  }
  const counts = [header?.step, header?.optimiserStep, header?.parameters];
  const texts = [header?.configuration, header?.sha256, header?.version === undefined ? "" : header.version];
  const whole = counts.every((value) => Number.isSafeInteger(value) && Number(value) >= 0) &&
    texts.every((value) => typeof value === "string") &&
    Array.isArray(header?.epochs) && header.epochs.every((epoch) => hasNumbers(epoch, ["epoch"])) &&
    hasNumbers(header.running, ["loss", "hits"]) && hasNumbers(header.clocks, ["trainMs", "evaluateMs"]);
  return whole ? header as Header : null;
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  return names.every((name) => typeof entries.get(name) === "number");
}

/**
 * Throws unless a checkpoint can be written, before anything is trained for it.
 *
 * Writes an empty temporary file beside it and removes it.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    await Deno.writeFile(`${path}.tmp`, new Uint8Array());
    await Deno.remove(`${path}.tmp`);
  } catch (cause) {
    throw cannotKeep(path, cause, "name a file in a folder that exists and can be written to");
  }
}

function cannotKeep(path: string, cause: unknown, wayOut: string): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`Cannot keep a checkpoint at ${path}: ${reason}; ${wayOut}`, { cause });
}

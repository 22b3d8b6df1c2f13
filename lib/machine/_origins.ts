import { digestOf, readDigested, writeDigested } from "./answer_cache.ts";
import type { Json } from "./types.ts";

const INLINE_LENGTH = 400;

/** What a record says of how its machine is made: itself if it is short, else the name of a file (a graph of 5,000 qubits is long). */
export async function keepOrigin(folder: string | undefined, origin: Json): Promise<Json> {
  const text = JSON.stringify(origin);
  if (folder === undefined || text.length <= INLINE_LENGTH) return origin;
  const digest = digestOf(text);
  await writeDigested(folder, "machines", digest, new TextEncoder().encode(text));
  return { digest };
}

/**
 * Reads how the machine of a job is made again.
 *
 * @param folder of the journal
 * @param origin of an entry of it
 * @returns name of the factory and its options; undefined if it is not known
 *
 * Cost one small read.
 */
export function readOrigin(
  folder: string,
  origin: Json | undefined,
): { readonly name: string; readonly options: object } | undefined {
  if (typeof origin !== "object" || origin === null) return undefined;
  const { digest } = origin as { digest?: Json };
  const text = typeof digest === "string" ? readDigested(folder, "machines", digest) : undefined;
  const whole: unknown = text === undefined ? origin : JSON.parse(text);
  const { name, options } = whole as { name?: unknown; options?: unknown };
  if (typeof name !== "string") return undefined;
  return { name, options: typeof options === "object" && options !== null ? options : {} };
}

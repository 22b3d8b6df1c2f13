import { Refusal } from "./_refusal.ts";

/** How long a body may be and may take. */
export interface BodyLimits {
  readonly bodyBytes: number;
  readonly requestMs: number;
}

/**
 * Reads a body whole; `take` is asked for memory before bytes are kept.
 *
 * @throws {Refusal} `large` if it is too long, `late` if it does not come in time, `busy` if there is no memory, `input` if it is
 *   compressed or breaks off
 */
export async function readBody(
  request: Request,
  { bodyBytes, requestMs }: BodyLimits,
  take: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  // what is unpacked could be of any size
  if (encoding !== "identity") {
    throw new Refusal("input", `content-encoding ${encoding.slice(0, 20)} is not understood`);
  }
  const tooLarge = () => new Refusal("large", `the body is longer than ${bodyBytes} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > bodyBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => {});
  const timer = setTimeout(() => reject(new Refusal("late", `the body took more than ${requestMs} ms`)), requestMs);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      length += value.length;
      if (length > bodyBytes) throw tooLarge();
      if (!take(value.length)) throw new Refusal("busy", "there is no memory left for this body");
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof Refusal ? error : new Refusal("input", "the body broke off");
  } finally {
    clearTimeout(timer);
  }
  if (!take(length)) throw new Refusal("busy", "there is no memory left for this body");
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

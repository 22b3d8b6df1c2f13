/** A request as it goes over the line, key and all. */
export interface CarriedRequest {
  /** HTTP method. */
  readonly method: string;
  /** Whole address. */
  readonly url: string;
  /** Lower-case names; the key is in one of them. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent. */
  readonly body: string | Uint8Array<ArrayBuffer> | FormData | undefined;
  /** Must it never reach the machine twice? */
  readonly once: boolean;
}

/** What came back. */
export interface CarriedReply {
  /** HTTP status. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, whole. */
  readonly text: string;
}

/** How a request travels: over the network, or from a tape. */
export interface Carrier {
  /** True if nothing is gained by waiting between two requests: on a tape. */
  readonly instant: boolean;
  /** True if no key is needed. */
  readonly keyless: boolean;
  /**
   * Carries a request there and the reply back.
   *
   * @throws {CarrierError} if no whole reply came back
   */
  carry(request: CarriedRequest, signal: AbortSignal, replyBytes: number): Promise<CarriedReply>;
}

/** Why no reply came back. */
export type Loss =
  /** There was no connection: the other side has seen nothing of the request. */
  | "not-sent"
  /** The connection broke, or the reply was cut off. */
  | "broken"
  /** The time was over. */
  | "late"
  /** The reply is longer than it may be. */
  | "too-long"
  /** The request is not on the tape. */
  | "not-on-tape";

/** A request to which no whole reply came back. */
export class CarrierError extends Error {
  /** Why. */
  readonly loss: Loss;
  /** Status of the reply whose body never came whole. */
  readonly status: number | undefined;

  /** Makes the error. */
  constructor(loss: Loss, message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "CarrierError";
    this.loss = loss;
    this.status = status;
  }
}

/** Carries requests over the network with `fetch`. Redirects are not followed: a key would go along. */
export const network: Carrier = { instant: false, keyless: false, carry: fetchWhole };

async function fetchWhole(request: CarriedRequest, signal: AbortSignal, replyBytes: number): Promise<CarriedReply> {
  let status: number | undefined;
  const { method, url, headers, body, once } = request;
  // Deno's fetch sends a request again by itself, a POST too, where a connection that was used before ends without a reply; a
  // client without a pool has no such connections
  const client = once ? takeClient() : undefined;
  try {
    const reply = await fetch(url, { method, headers, body, signal, redirect: "manual", ...(client && { client }) });
    status = reply.status;
    const text = await readText(reply, replyBytes);
    return { status, headers: Object.fromEntries(reply.headers), text };
  } catch (error) {
    if (error instanceof CarrierError) throw error;
    if (signal.aborted) throw new CarrierError("late", "the time was over", status, { cause: error });
    const words = wordsOf(error);
    // Deno (hyper) says "(Connect)" for all that fails before the first byte of a request: name, connection, handshake
    throw new CarrierError(words.includes("client error (Connect)") ? "not-sent" : "broken", words, status, {
      cause: error,
    });
  } finally {
    if (client !== undefined) giveClient();
  }
}

let poolless: Deno.HttpClient | undefined;
let users = 0;

// one for all that are under way at the same time: making one takes as long as a request
function takeClient(): Deno.HttpClient {
  users++;
  return poolless ??= Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
}

function giveClient(): void {
  if (--users > 0) return;
  poolless?.close();
  poolless = undefined;
}

async function readText(reply: Response, limit: number): Promise<string> {
  if (reply.body === null) return "";
  const decoder = new TextDecoder();
  const reader = reply.body.getReader();
  let [text, bytes] = ["", 0];
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > limit) {
      await reader.cancel().catch(() => {});
      throw new CarrierError("too-long", `the reply is longer than ${limit} bytes`, reply.status);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : wordsOf(error.cause);
}

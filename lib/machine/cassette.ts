import { createHash } from "node:crypto";
import { digestOf } from "./answer_cache.ts";
import { type CarriedReply, type CarriedRequest, type Carrier, CarrierError, type Loss, network } from "./carrier.ts";
import type { Redact } from "./redact.ts";
import { redactor } from "./redact.ts";

/** Which tape, and what to do with it. */
export interface CassetteOptions {
  /** The file. */
  readonly file: string;
  /** `record` adds to the file what goes over the line; `replay` answers from it, without network and key. */
  readonly mode: "record" | "replay";
}

/** A request as it stands on a tape: no key, no signature, no time. */
export interface TapedRequest {
  /** HTTP method. */
  readonly method: string;
  /** Whole address. */
  readonly url: string;
  /** Digest of the body; multipart bodies without their boundary. */
  readonly body: string;
  /** The beginning of the body, for people. */
  readonly begins: string;
}

/** One line of a tape. */
export type TapedLine =
  | { readonly request: TapedRequest; readonly reply: CarriedReply }
  | { readonly request: TapedRequest; readonly loss: Loss; readonly status?: number }
  | { readonly job: string; readonly answer: string };

const BEGINS = 120;
const KEPT_HEADERS = [
  "content-type",
  "retry-after",
  "date",
  "location",
  "x-request-id",
  "request-id",
  "x-oss-request-id",
];

/**
 * A tape of what went over the line to a machine: recorded once, replayed as often as wanted, offline and without a key.
 *
 * A request is known by method, address and body, and gets the replies that were recorded for the same request, in their order,
 * whichever others go on beside it: how many jobs run at once changes nothing, as long as nothing of a reply to a request that
 * all jobs send alike (a signature, which is blacked out) makes up a later request. Losses of connection are replayed too. A request
 * that is not on the tape is an error that names the nearest. Answers that came from the journal while recording are on the tape
 * under the key of their job. Lines are JSON with sorted keys; keys and signatures are blacked out before anything is
 * compared or written.
 *
 * @example A reply is played again
 * ```ts
 * import { Cassette } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const file = `${await Deno.makeTempDir()}/tape.jsonl`;
 * const request = { method: "GET", url: "https://machine/x", headers: {}, body: undefined, once: false };
 * const reply = { status: 200, headers: {}, text: "{}" };
 * const carry = () => Promise.resolve(reply);
 * const signal = new AbortController().signal;
 * const recorder = new Cassette({ file, mode: "record" }, () => "", { instant: false, keyless: false, carry });
 * await recorder.carry(request, signal, 100);
 * assertEquals(await new Cassette({ file, mode: "replay" }).carry(request, signal, 100), reply);
 * ```
 */
export class Cassette implements Carrier {
  readonly instant: boolean;
  readonly keyless: boolean;
  /** Answers on the tape, by the key of their job. */
  readonly answers: ReadonlyMap<string, string>;
  readonly #options: CassetteOptions;
  readonly #key: () => string;
  readonly #carrier: Carrier;
  readonly #lines: Map<string, TapedLine[]>;
  readonly #noted = new Set<string>();

  /**
   * Opens a tape.
   *
   * @param options the file, and the mode
   * @param key gives the key that must not get onto the tape; not asked when replaying
   * @param carrier what is recorded
   * @throws {TypeError} if the mode is unknown
   * @throws {SyntaxError} if the file holds something else, with the number of the line
   * @throws {Deno.errors.NotFound} if there is no file to replay
   */
  constructor(options: CassetteOptions, key: () => string = () => "", carrier: Carrier = network) {
    const { file, mode } = options;
    if (mode !== "record" && mode !== "replay") {
      throw new TypeError(`Cannot use the tape ${file}: mode must be record or replay, got ${mode}`);
    }
    this.instant = this.keyless = mode === "replay";
    this.#options = options;
    this.#key = key;
    this.#carrier = carrier;
    const { lines, answers } = mode === "replay" ? readTape(file) : { lines: new Map(), answers: new Map() };
    this.#lines = lines;
    this.answers = answers;
  }

  async carry(request: CarriedRequest, signal: AbortSignal, replyBytes: number): Promise<CarriedReply> {
    const redact = redactor([this.keyless ? "" : this.#key()]);
    const taped = await tapedRequest(request, redact);
    if (this.keyless) return this.#replay(taped);
    try {
      const reply = await this.#carrier.carry(request, signal, replyBytes);
      const headers = Object.entries(reply.headers).filter(([name]) => KEPT_HEADERS.includes(name));
      const kept = { status: reply.status, headers: Object.fromEntries(headers.map(([n, v]) => [n, redact(v)])) };
      this.#add({ request: taped, reply: { ...kept, text: redact(reply.text) } });
      return reply;
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.#add({ request: taped, loss: error.loss, ...(error.status !== undefined && { status: error.status }) });
      throw error;
    }
  }

  /** Notes an answer that came from the journal, so that the tape is whole. */
  note(job: string, answer: string): void {
    if (this.keyless || this.#noted.has(job)) return;
    this.#noted.add(job);
    this.#add({ job, answer: redactor([this.#key()])(answer) });
  }

  #replay(request: TapedRequest): CarriedReply {
    const line = this.#lines.get(identity(request))?.shift();
    if (line === undefined || "job" in line) {
      throw new CarrierError("not-on-tape", `it is not on the tape ${this.#options.file}; ${this.#nearest(request)}`);
    }
    if ("reply" in line) return line.reply;
    throw new CarrierError(line.loss, `lost, as it was recorded (${line.loss})`, line.status);
  }

  #nearest(request: TapedRequest): string {
    const all = [...this.#lines.values()].flat().filter((line) => "request" in line);
    const score = ({ request: { method, url, body } }: { request: TapedRequest }) =>
      (method === request.method ? 1 : 0) + (url === request.url ? 2 : 0) + (body === request.body ? 2 : 0);
    const best = all.toSorted((a, b) => score(b) - score(a))[0];
    if (best === undefined) return "nothing is left on it; record it again";
    const { method, url, body, begins } = best.request;
    const differs = body === request.body ? "" : ` with another body (${begins})`;
    return `the nearest that is left is ${method} ${url}${differs}; record it again`;
  }

  #add(line: TapedLine): void {
    const bytes = new TextEncoder().encode(`${sortedJson(line)}\n`);
    using file = Deno.openSync(this.#options.file, { create: true, append: true });
    file.lockSync(true);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }
}

function readTape(file: string): { lines: Map<string, TapedLine[]>; answers: Map<string, string> } {
  const lines = new Map<string, TapedLine[]>();
  const answers = new Map<string, string>();
  const texts = Deno.readTextFileSync(file).split("\n");
  texts.forEach((text, k) => {
    if (text === "") return;
    const line = lineFrom(text);
    if (line === undefined) {
      throw new SyntaxError(`Cannot replay ${file}: line ${k + 1} is no line of a tape; record it again`);
    }
    if ("job" in line) answers.set(line.job, line.answer);
    else lines.set(identity(line.request), [...lines.get(identity(line.request)) ?? [], line]);
  });
  return { lines, answers };
}

function lineFrom(text: string): TapedLine | undefined {
  try {
    const line: TapedLine = JSON.parse(text);
    if ("job" in line) return typeof line.job === "string" && typeof line.answer === "string" ? line : undefined;
    const { request } = line;
    const known = [request.method, request.url, request.body, request.begins].every((part) => typeof part === "string");
    const fine = "reply" in line ? typeof line.reply.text === "string" : typeof line.loss === "string";
    return known && fine ? line : undefined;
  } catch {
    return undefined;
  }
}

function identity({ method, url, body }: TapedRequest): string {
  return `${method} ${url} ${body}`;
}

async function tapedRequest({ method, url, body }: CarriedRequest, redact: Redact): Promise<TapedRequest> {
  const about = { method, url: redact(url) };
  if (body === undefined) return { ...about, body: "", begins: "" };
  if (body instanceof Uint8Array) {
    return { ...about, body: createHash("sha256").update(body).digest("hex"), begins: `${body.length} bytes` };
  }
  const text = redact(typeof body === "string" ? body : await formText(body));
  return { ...about, body: digestOf(text), begins: text.slice(0, BEGINS) };
}

async function formText(form: FormData): Promise<string> {
  const parts: string[] = [];
  for (const [name, value] of form) {
    if (typeof value === "string") parts.push(JSON.stringify({ [name]: value }));
    else parts.push(JSON.stringify({ name, file: value.name, type: value.type }), await value.text());
  }
  return parts.join("\n");
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
  });
}

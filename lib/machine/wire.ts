import { Rng } from "../random/mod.ts";
import { version } from "../model/mod.ts";
import { type CarriedReply, type CarriedRequest, type Carrier, CarrierError, network } from "./carrier.ts";
import { environmentKey } from "./environment_key.ts";
import { MachineError, type MachineFault } from "./errors.ts";
import type { RateLimit } from "./rate_limit.ts";
import { keyRedactor, type Redact, redactor } from "./redact.ts";
import { backoffMs, LONGEST_MS, pause, RETRIES, retryAfterMs, type RetryOptions } from "./retry.ts";
import type { MachineProtocol, Schema, Wire, WireReply, WireRequest } from "./types.ts";

/** How a wire is opened. */
export interface WireOptions extends RetryOptions {
  /** Longest time of one request, its reply included; Infinity sets no limit. @default {60000} */
  readonly requestMs?: number;
  /** When everything must be over, on the clock of `performance.now()`. @default {never} */
  readonly deadline?: number;
  /** Stops what may be stopped; a request that may not be repeated runs to its end, so that its fate is known. */
  readonly signal?: AbortSignal;
  /** Spaces requests out. @default {none} */
  readonly rateLimit?: RateLimit;
  /** How requests travel. @default {the network} */
  readonly carrier?: Carrier;
}

/** A wire that counts. */
export interface OpenWire extends Wire {
  /** Requests sent, repetitions included. */
  readonly requests: number;
  /** Bytes of the bodies sent, as far as they can be counted. */
  readonly sentBytes: number;
  /** Bytes of the bodies received. */
  readonly receivedBytes: number;
  /**
   * True once a request went out that may not be repeated, and neither its status nor the protocol (by a `fault` about that very
   * reply) says that it was turned down: the machine may have a job of ours.
   */
  readonly mayHaveJob: boolean;
  /** The same of a request that makes a job and may be repeated: the machine may have worked on it, and it may cost something. */
  readonly mayHaveRun: boolean;
  /** Blacks out the key alone, in whatever form. */
  withoutKey(text: string): string;
}

const EXCERPT = 300;
const REQUEST_IDS = ["x-request-id", "request-id", "x-amzn-requestid", "x-oss-request-id", "x-correlation-id"];
// a reply with one of these says nothing about what became of a job
const UNCERTAIN = [408, 409, 425, 429];
const TURNED_DOWN: readonly MachineFault[] = ["key", "quota", "busy", "refused"];
const AGAIN = [408, 425, 429, 500, 502, 503, 504];
const OPENINGS: Readonly<Record<MachineFault, string>> = {
  "key": "Cannot log in to",
  "quota": "Cannot send to",
  "busy": "Cannot send now to",
  "refused": "Cannot do this with",
  "unknown-submission": "Cannot tell whether there is a job at",
  "reply": "Cannot read the reply of",
  "job": "Cannot get an answer from",
  "network": "Cannot reach",
  "deadline": "Cannot wait longer for",
};

/**
 * Opens a wire to a machine: the key from the environment, deadlines, repetitions where they are harmless, replies of limited
 * length, and errors in which no key is seen.
 *
 * What may be repeated is repeated with full-jitter back-off, or after the `Retry-After` that the machine asks for, at
 * 408, 425, 429, 500, 502, 503, 504 and where no whole reply came. What may not be repeated is sent again only if there was no
 * connection; it is not stopped by the signal or the deadline, but by `requestMs` alone. After it: 401 and 403 are `key`, other
 * 4xx `refused`, and everything else (408, 409, 425, 429, 3xx, 5xx, a reply cut off) `unknown-submission`, unless the request
 * accepts the status. A request that makes a job and may be repeated all the same (`makesJob`) is left to the caller once the
 * machine may have seen it, for each time may cost something. Keys go to the machine's own origin only, by https or to this
 * computer, and never after a redirect.
 *
 * @param protocol name, address, limits and key of the machine
 * @param options see {@link WireOptions}
 * @returns a wire; make one for each job
 * @throws {RangeError} if the address is none
 *
 * Cost O(1); a request O(bytes).
 *
 * @example Nobody listens there
 * ```ts
 * import { openWire } from "qama/machine";
 * import { assertRejects } from "@std/assert";
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const url = `http://127.0.0.1:${listener.addr.port}`;
 * listener.close();
 * const wire = openWire({ name: "mine", url, limits: { replyBytes: 1000 }, keyHeaders: () => ({}) }, { retries: 0 });
 * await assertRejects(() => wire.send({ method: "GET", path: "/", repeatable: true }), Error, "Cannot reach mine");
 * ```
 */
export function openWire(
  protocol: Pick<MachineProtocol, "name" | "url" | "keyVariable" | "keyHeaders"> & {
    readonly limits: { readonly replyBytes: number };
  },
  options: WireOptions = {},
): OpenWire {
  return new HttpWire(protocol, options);
}

class HttpWire implements OpenWire {
  requests = 0;
  sentBytes = 0;
  receivedBytes = 0;
  mayHaveJob = false;
  mayHaveRun = false;
  #jobReply: WireReply | undefined;
  readonly #protocol: Parameters<typeof openWire>[0];
  readonly #options: WireOptions;
  readonly #carrier: Carrier;
  readonly #base: URL;

  constructor(protocol: Parameters<typeof openWire>[0], options: WireOptions) {
    this.#protocol = protocol;
    this.#options = options;
    this.#carrier = options.carrier ?? network;
    try {
      this.#base = new URL(protocol.url);
    } catch {
      throw new RangeError(
        `Cannot use ${protocol.name}: expected url to be an address such as https://host, got ${protocol.url}`,
      );
    }
  }

  async send(request: WireRequest): Promise<WireReply> {
    const { retries = RETRIES } = this.#options;
    for (let k = 0;; k++) {
      this.#checkTime(request);
      const outcome = await this.#once(request);
      if (!(outcome instanceof Failure)) return outcome;
      if (!outcome.again || k >= retries) throw outcome.error;
      const asked = outcome.error.retryAfterMs;
      const waitMs = this.#carrier.instant
        ? 0
        : (asked ?? 0) + backoffMs(asked === undefined ? k : 0, jitter(), this.#options);
      if (performance.now() + waitMs > (this.#options.deadline ?? Infinity)) throw outcome.error;
      await pause(waitMs, this.#options.signal);
    }
  }

  read<T>(reply: WireReply, schema: Schema<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(reply.text);
    } catch {
      throw this.fault("reply", "it is no JSON", reply);
    }
    const checked = schema.safeParse(value);
    if (checked.success) return checked.data;
    const issues = checked.error.issues.slice(0, 3).map(({ path, message }) =>
      `${path.length === 0 ? "the whole" : path.map(String).join(".")}: ${message}`
    );
    throw this.fault("reply", issues.join("; "), reply);
  }

  withoutKey(text: string): string {
    const { keyVariable } = this.#protocol;
    return keyVariable === undefined || this.#carrier.keyless ? text : redactorsOf(keyVariable).keyOnly(text);
  }

  fault(fault: MachineFault, what: string, reply?: WireReply): MachineError {
    if (reply !== undefined && reply === this.#jobReply && TURNED_DOWN.includes(fault)) {
      this.mayHaveJob = this.mayHaveRun = false;
    }
    return this.#fault(fault, what, reply, this.#redact());
  }

  #fault(
    fault: MachineFault,
    what: string,
    reply: WireReply | undefined,
    redact: Redact,
    cause?: unknown,
  ): MachineError {
    const machine = this.#protocol.name;
    const excerpt = reply && reply.text !== "" ? cut(redact(reply.text)) : undefined;
    const requestId = reply?.requestId === undefined ? undefined : redact(reply.requestId);
    const about = [
      ...(reply ? [`status ${reply.status}`] : []),
      ...(requestId === undefined ? [] : [`request ${requestId}`]),
    ];
    const tail = (about.length === 0 ? "" : ` (${about.join(", ")})`) + (excerpt === undefined ? "" : `: ${excerpt}`);
    return new MachineError(`${OPENINGS[fault]} ${machine}: ${redact(what)}${tail}`, {
      machine,
      fault,
      ...(reply && { status: reply.status, retryAfterMs: retryAfterMs(reply.headers) }),
      ...(requestId !== undefined && { requestId }),
      ...(excerpt !== undefined && { excerpt }),
    }, cause === undefined ? undefined : { cause: withoutKeys(cause, redact) });
  }

  #checkTime(request: WireRequest): void {
    this.#options.signal?.throwIfAborted();
    if (performance.now() >= (this.#options.deadline ?? Infinity)) {
      throw this.fault("deadline", `the time was over before ${request.method} ${request.path} was sent`);
    }
  }

  /** One try. */
  async #once(request: WireRequest): Promise<WireReply | Failure> {
    const { carried, redact } = this.#prepare(request);
    await this.#options.rateLimit?.take(this.#options.signal);
    this.requests++;
    this.sentBytes += sizeOf(carried.body);
    const limit = this.#timeOf(request);
    try {
      const reply = await this.#carrier.carry(carried, limit.signal, this.#protocol.limits.replyBytes);
      this.receivedBytes += reply.text.length;
      return this.#judge(request, named(reply), redact);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      return this.#lost(request, error, redact);
    } finally {
      limit.clear();
    }
  }

  #judge(request: WireRequest, reply: WireReply, redact: Redact): WireReply | Failure {
    const { status } = reply;
    const fine = (status >= 200 && status < 300) || (request.accept?.includes(status) ?? false);
    if (fine) {
      if (makesJob(request)) this.#jobReply = reply;
      // a status that the protocol accepts beside these is one that it knows to be harmless
      if (status < 300) this.#mayHave(request);
      return reply;
    }
    const failure = (fault: MachineFault, what: string, again = false) =>
      new Failure(this.#fault(fault, what, reply, redact), again);
    if (status === 401 || status === 403) {
      const { keyVariable } = this.#protocol;
      return failure("key", keyVariable ? `it does not accept the key in ${keyVariable}` : "it asks for a key");
    }
    const certain = status >= 400 && status < 500 && !UNCERTAIN.includes(status);
    if (!certain) this.#mayHave(request);
    if (!request.repeatable && !certain) {
      return failure("unknown-submission", `${request.method} ${request.path} was answered with an error`);
    }
    const again = request.repeatable && !makesJob(request) && AGAIN.includes(status);
    if (status === 429) return failure("busy", "it is busy; send later, or less at once", again);
    if (status >= 300 && status < 400) {
      return failure(
        "refused",
        `it sends us to another address, where no key may go; give that as url if you trust it`,
      );
    }
    if (status >= 400 && status < 500) return failure("refused", `it refuses ${request.method} ${request.path}`, again);
    return failure("busy", `${request.method} ${request.path} was answered with an error; try later`, again);
  }

  #lost(request: WireRequest, error: CarrierError, redact: Redact): Failure {
    const { signal, deadline = Infinity } = this.#options;
    const what = `${request.method} ${request.path}: ${error.message}`;
    const fault = (name: MachineFault, words = what) => this.#fault(name, words, undefined, redact, error);
    if (error.loss === "not-on-tape") return new Failure(fault("network"), false);
    if (error.loss === "not-sent") {
      return new Failure(
        fault("network", `${what}; is ${this.#base.origin} its address, and is there a connection`),
        true,
      );
    }
    this.#mayHave(request);
    if (!request.repeatable) return new Failure(fault("unknown-submission"), false);
    signal?.throwIfAborted();
    if (performance.now() >= deadline) return new Failure(fault("deadline"), false);
    if (error.loss === "too-long") return new Failure(fault("reply"), false);
    return new Failure(fault("network"), !makesJob(request));
  }

  #mayHave(request: WireRequest): void {
    if (!makesJob(request)) return;
    if (request.repeatable) this.mayHaveRun = true;
    else this.mayHaveJob = true;
  }

  #prepare(request: WireRequest): { carried: CarriedRequest; redact: Redact } {
    const { name } = this.#protocol;
    const url = addressOf(this.#base, request.path);
    const keyed = request.keyed !== false && this.#protocol.keyVariable !== undefined;
    const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (
      url.protocol !== "https:" && !(url.protocol === "http:" && (loopback || this.#protocol.keyVariable === undefined))
    ) {
      throw new MachineError(
        `Cannot send to ${name}: ${url.origin} is not https, and everyone on the way could read along; give an https address`,
        { machine: name, fault: "refused" },
      );
    }
    if (keyed && url.origin !== this.#base.origin) {
      throw new MachineError(
        `Cannot send to ${name}: the key belongs to ${this.#base.origin} and does not go to ${url.origin}`,
        { machine: name, fault: "refused" },
      );
    }
    const key = keyed && !this.#carrier.keyless ? environmentKey(this.#protocol) : undefined;
    const headers: Record<string, string> = { "accept": "application/json", "user-agent": `qama/${version}` };
    const own = key === undefined ? {} : this.#protocol.keyHeaders(key);
    for (const [header, value] of Object.entries({ ...request.headers, ...own })) headers[header.toLowerCase()] = value;
    const body = request.body instanceof Uint8Array ? new Uint8Array(request.body) : request.body;
    return {
      carried: { method: request.method, url: url.href, headers, body, once: !request.repeatable },
      redact: this.#redact(),
    };
  }

  /** Blacks out the key as it stands in the environment now, whether the request carried it or not. */
  #redact(): Redact {
    const { keyVariable } = this.#protocol;
    return keyVariable === undefined || this.#carrier.keyless ? redactor([]) : redactorsOf(keyVariable).all;
  }

  #timeOf(request: WireRequest): { signal: AbortSignal; clear(): void } {
    const { requestMs = 60_000, deadline = Infinity, signal } = this.#options;
    const controller = new AbortController();
    const leftMs = request.repeatable ? Math.min(requestMs, deadline - performance.now()) : requestMs;
    const timer = leftMs > LONGEST_MS ? undefined : setTimeout(() => controller.abort(), Math.max(0, leftMs));
    const stop = () => controller.abort();
    if (request.repeatable) signal?.addEventListener("abort", stop, { once: true });
    return {
      signal: controller.signal,
      clear() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
      },
    };
  }
}

function makesJob({ makesJob, repeatable }: WireRequest): boolean {
  return makesJob ?? !repeatable;
}

/** A try that failed, and whether another may follow. */
class Failure {
  constructor(readonly error: MachineError, readonly again: boolean) {}
}

let drawn: Rng | undefined;

// another seed in every process, or all would come back at the same time
function jitter(): Rng {
  return drawn ??= new Rng(crypto.getRandomValues(new Uint32Array(1))[0], 0);
}

interface Redactors {
  readonly key: string;
  readonly all: Redact;
  readonly keyOnly: Redact;
}

const redactors = new Map<string, Redactors>();

function redactorsOf(keyVariable: string): Redactors {
  let key = "";
  try {
    key = Deno.env.get(keyVariable)?.trim() ?? "";
  } catch {
    // a variable that may not be read was never sent
  }
  const known = redactors.get(keyVariable);
  if (known?.key === key) return known;
  const made = { key, all: redactor([key]), keyOnly: keyRedactor([key]) };
  redactors.set(keyVariable, made);
  return made;
}

function addressOf(base: URL, path: string): URL {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return new URL(path);
  return new URL(`${base.href.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`);
}

function named(reply: CarriedReply): WireReply {
  const requestId = REQUEST_IDS.map((header) => reply.headers[header]).find((value) => value !== undefined);
  return { ...reply, ...(requestId !== undefined && { requestId }) };
}

function cut(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}...`;
}

function sizeOf(body: CarriedRequest["body"]): number {
  if (body === undefined) return 0;
  if (typeof body === "string") return body.length;
  if (body instanceof Uint8Array) return body.length;
  return [...body.values()].reduce((sum, value) => sum + (typeof value === "string" ? value.length : value.size), 0);
}

// the words of an error from below may hold an address with a signature in it
function withoutKeys(cause: unknown, redact: Redact): Error {
  return new Error(redact(cause instanceof Error ? cause.message : String(cause)));
}

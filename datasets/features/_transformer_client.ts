import { FrameReader } from "./_frames.ts";
import type { TransformerRequest, TransformerSettings } from "./_transformer_process.ts";

/** What the process says of itself. */
export class TransformerError extends Error {
  /** The class name, for logs. */
  override readonly name: string = "TransformerError";
}

/** The caller's side of the process that runs a transformer. */
export class TransformerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #frames: FrameReader;
  readonly #signal: AbortSignal | undefined;
  readonly #complaint: Promise<string>;
  #last: Promise<unknown> = Promise.resolve();

  /** Starts it. */
  constructor(settings: TransformerSettings, signal: AbortSignal | undefined) {
    const script = new URL("./_transformer_process.ts", import.meta.url).href;
    // neither the project's lock file nor its import map is the package's business
    const flags = ["run", "--quiet", "--no-lock", "--no-config", "--no-check", "--allow-all"];
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...flags, script, JSON.stringify(settings)],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal,
    }).spawn();
    this.#signal = signal;
    this.#writer = this.#child.stdin.getWriter();
    this.#frames = new FrameReader(this.#child.stdout);
    this.#complaint = lastLine(this.#child.stderr);
  }

  /** Waits for the weights. */
  async ready(): Promise<void> {
    await this.#next(1);
  }

  /** Asks for a value. */
  async json<T>(request: TransformerRequest): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await this.#ask(request, 1)));
  }

  /** Asks for numbers. */
  async numbers(request: TransformerRequest): Promise<Float16Array> {
    return new Float16Array((await this.#ask(request, 0)).buffer);
  }

  /** Ends it, after what it has been asked. */
  async close(): Promise<void> {
    await this.#writer.close().catch(() => undefined);
    while (await this.#frames.next() !== null);
    await this.#child.status;
  }

  /** One question at a time, in the order in which they come. */
  #ask(request: TransformerRequest, kind: number): Promise<Uint8Array<ArrayBuffer>> {
    const answer = this.#last.then(async () => {
      const line = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
      // a process that ended says why in its last frame
      await this.#writer.write(line).catch(() => undefined);
      return await this.#next(kind);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #next(kind: number): Promise<Uint8Array<ArrayBuffer>> {
    const frame = await this.#frames.next();
    this.#signal?.throwIfAborted();
    if (frame === null) {
      throw new TransformerError(`its process ended without an answer: ${await this.#complaint || "no reason"}`);
    }
    if (frame.kind === 2) throw new TransformerError(new TextDecoder().decode(frame.content).split("\n")[0]);
    if (frame.kind !== kind) throw new TransformerError(`its process gave an answer of kind ${frame.kind}`);
    return frame.content;
  }
}

/** The last line of a stream that says anything, cut to 300 characters. */
async function lastLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let last = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    last = (last + piece).split("\n").filter((line) => line.trim() !== "").at(-1)?.slice(0, 300) ?? "";
  }
  return last;
}

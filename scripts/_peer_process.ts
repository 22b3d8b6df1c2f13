import { fileURLToPath } from "node:url";
import { TextLineStream } from "./_line_stream.ts";
import { peersPython } from "./_peers.ts";

/** A script of `scripts/peers/` in the peers' Python, asked by one JSON line after the other. */
export class PeerProcess {
  readonly #script: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  readonly #complaint: Promise<string>;

  /** Starts it. */
  constructor(script: string) {
    this.#script = script;
    // no byte code beside the scripts
    const env = { PYTHONDONTWRITEBYTECODE: "1" };
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url));
    this.#child = new Deno.Command(peersPython(), { args: [path], env, ...pipes }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
    this.#complaint = new Response(this.#child.stderr).text();
  }

  /**
   * Sends a line and gives the answer.
   *
   * @throws {Error} if the script ended: with the last line that it complained in
   */
  async ask(job: unknown): Promise<unknown> {
    try {
      await this.#input.write(new TextEncoder().encode(JSON.stringify(job) + "\n"));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
    const { value } = await this.#answers.read();
    if (value !== undefined) return JSON.parse(value);
    const last = (await this.#complaint).trim().split("\n").at(-1);
    throw new Error(`Cannot compare: scripts/peers/${this.#script} ended: ${last}`);
  }

  /** Waits for its end. */
  async close(): Promise<void> {
    try {
      await this.#input.close();
    } catch {
      // it ended by itself, and `ask` said why
    }
    await this.#child.status;
  }
}

import { aborted } from "./_aborted.ts";
import { type ExecuteOptions, type ExecuteReply, KernelClient, KernelGone } from "./kernel_client.ts";
import { KernelProcess, type KernelProcessOptions } from "./kernel_process.ts";
import { startUpCode } from "./start_up_code.ts";

/** How a kernel is started and prepared. */
export interface KernelOptions extends KernelProcessOptions {
  /** What the working folder of its cells is. */
  readonly folder: string;
  /** How long it may take until it is ready. @default {60000} */
  readonly startMs?: number;
}

const ATTEMPTS = 3;
const START_MS = 60_000;

/**
 * A running kernel and its client, ready for cells: the start-up code has run.
 *
 * @example Two cells share their variables
 * ```ts ignore
 * await using kernel = await Kernel.start({ home: ".", folder: "." });
 * await kernel.execute("const a = 20;");
 * await kernel.execute("a + 1", { onMessage: ({ content }) => console.log(content) });
 * ```
 */
export class Kernel implements AsyncDisposable {
  /** Its process. */
  readonly process: KernelProcess;
  /** Its client. */
  readonly client: KernelClient;

  #running = 0;

  private constructor(process: KernelProcess, client: KernelClient) {
    this.process = process;
    this.client = client;
  }

  /**
   * Starts a kernel; where another program takes one of its ports meanwhile, starts it anew.
   *
   * @throws {KernelGone} if it dies at its start, with what it said last
   * @throws {Deno.errors.TimedOut} if it is not ready in time
   */
  static async start(options: KernelOptions): Promise<Kernel> {
    for (let attempt = 1;; attempt++) {
      try {
        return await Kernel.#startOnce(options);
      } catch (error) {
        if (!(error instanceof KernelGone) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  static async #startOnce(options: KernelOptions): Promise<Kernel> {
    const { startMs = START_MS } = options;
    const process = KernelProcess.start(options);
    const giveUp = new AbortController();
    const timer = setTimeout(
      () => giveUp.abort(new Deno.errors.TimedOut(`Cannot start the kernel: it is not ready after ${startMs} ms`)),
      startMs,
    );
    process.status.then(() => giveUp.abort(new KernelGone(`Cannot start the kernel: ${process.lastWords}`)));
    let client: KernelClient | undefined;
    try {
      client = await KernelClient.connect(process.connection, giveUp.signal);
      const prepared = client.execute(startUpCode(options.folder, process.leads), { silent: true });
      const reply = await Promise.race([prepared, aborted(giveUp.signal)]);
      if (reply.status !== "ok") {
        throw new Error(`Cannot prepare the kernel: ${reply.evalue ?? reply.status}`);
      }
      return new Kernel(process, client);
    } catch (error) {
      client?.close();
      await process.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** {@link KernelClient.execute}. */
  async execute(code: string, options?: ExecuteOptions): Promise<ExecuteReply> {
    this.#running++;
    try {
      return await this.client.execute(code, options);
    } finally {
      this.#running--;
    }
  }

  /** Presses Stop: what waits for `stopSignal()` ends, variables stay; nothing where no cell runs. */
  interrupt(): void {
    if (this.#running > 0) this.process.interrupt();
  }

  /** Ends the kernel and everything its cells started. */
  async stop(): Promise<void> {
    this.client.close();
    await this.process.kill();
  }

  /** {@link stop}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

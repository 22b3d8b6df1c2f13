import { stripVTControlCharacters } from "node:util";
import { processesWith } from "./_processes.ts";
import { type Connection, freeConnection } from "./connection.ts";

/** How a kernel is started. */
export interface KernelProcessOptions {
  /** The folder where Deno looks for its configuration, and thus its import map. */
  readonly home: string;
  /** More variables for its environment. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * True gives it a process group of its own, so that {@link KernelProcess.kill} ends what its cells started as well, on Linux also
   * what they detached; false leaves it in that of its parent, so that it dies with it. @default {true}
   */
  readonly ownGroup?: boolean;
  /** The secret of its signatures. @default {a fresh one} */
  readonly key?: string;
  /** Passes on what it writes to its own standard output and error, to our standard error. @default {false} */
  readonly echo?: boolean;
}

const TAIL_CHARACTERS = 2000;
const MARK = "QAMA_KERNEL";

/** Deno's kernel in a process of its own, and how to reach it. */
export class KernelProcess {
  /** Where it listens. */
  readonly connection: Connection;
  /** Settles when it has ended, however. */
  readonly status: Promise<Deno.CommandStatus>;
  /** True if it leads a process group, false if it is in that of its parent. */
  readonly leads: boolean;
  readonly #child: Deno.ChildProcess;
  /** In the environment of all that its cells start. */
  readonly #mark = crypto.randomUUID();
  readonly #folder: string;
  readonly #echo: boolean;
  readonly #drained: Promise<unknown>;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #tail = "";

  private constructor(connection: Connection, folder: string, options: KernelProcessOptions) {
    this.connection = connection;
    this.#folder = folder;
    this.leads = (options.ownGroup ?? true) && Deno.build.os !== "windows";
    this.#echo = options.echo ?? false;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", `${folder}/connection.json`],
      cwd: options.home,
      env: { ...options.env, DENO_NO_UPDATE_CHECK: "1", [MARK]: this.#mark },
      // open as long as we live: the start-up code ends the kernel when it closes
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: this.leads,
    }).spawn();
    this.#orders = this.#child.stdin.getWriter();
    this.#drained = Promise.all([this.#drain(this.#child.stdout), this.#drain(this.#child.stderr)]);
    this.status = this.#child.status;
  }

  /** Starts a kernel on free ports; it takes about half a second until it listens. */
  static start(options: KernelProcessOptions): KernelProcess {
    const connection = freeConnection(options.key);
    const folder = Deno.makeTempDirSync({ prefix: "qama-kernel-" });
    try {
      Deno.writeTextFileSync(`${folder}/connection.json`, JSON.stringify(connection), { mode: 0o600 });
      return new KernelProcess(connection, folder, options);
    } catch (error) {
      Deno.removeSync(folder, { recursive: true });
      throw error;
    }
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The last that it wrote to its own standard output and error, where a crash is explained. */
  get lastWords(): string {
    // warnings of Deno's, which come at every start
    return stripVTControlCharacters(this.#tail).replace(/^Warning .*\n(?: {4}at .*\n)?/gm, "").trim();
  }

  /** Writes a line to its standard input, which the start-up code reads. */
  async tell(line: string): Promise<void> {
    await this.#orders.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Closes its standard input, as our own end would; the start-up code then ends it. */
  async hangUp(): Promise<void> {
    await this.#orders.close();
  }

  /** Sends what Stop sends, SIGINT. */
  interrupt(): void {
    this.#send("SIGINT", this.#child.pid);
  }

  /** Kills it, and its group if that is its own; returns when it is gone. */
  async kill(): Promise<void> {
    this.#send("SIGKILL", this.leads ? -this.#child.pid : this.#child.pid);
    await this.status;
    if (this.leads) {
      // what a cell started may have been born in between
      this.#send("SIGKILL", -this.#child.pid);
      for (const { pid } of processesWith(`${MARK}=${this.#mark}`)) this.#send("SIGKILL", pid);
    }
    await this.#orders.close().catch(() => {});
    await this.#drained;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  #send(signal: Deno.Signal, pid: number): void {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      // it is gone
      if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
    }
  }

  async #drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      if (this.#echo) Deno.stderr.writeSync(new TextEncoder().encode(text));
      this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS);
    }
  }
}

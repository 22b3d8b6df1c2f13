import { aborted } from "./_aborted.ts";
import { addressOf, type Channel, type Connection } from "./connection.ts";
import { type Message, newMessage, packMessage, unpackMessage } from "./message.ts";
import { BARRIER_TYPE, barrierCode } from "./start_up_code.ts";
import { ZmtpSocket } from "./zmtp_socket.ts";

/** What a cell ended with: the content of the kernel's execute_reply. */
export interface ExecuteReply {
  /** `aborted` if an earlier cell failed and this one was in line. */
  readonly status: "ok" | "error" | "aborted";
  /** The number of the cell in this session. */
  readonly execution_count?: number;
  /** The name of the error. */
  readonly ename?: string;
  /** Its message. */
  readonly evalue?: string;
  /** Its lines, with colours for a terminal. */
  readonly traceback?: readonly string[];
}

/** How code is executed. */
export interface ExecuteOptions {
  /** Called for every message on iopub that comes of this request, in order. @default {ignored} */
  readonly onMessage?: (message: Message) => void;
  /** True leaves no trace: no count, no history. @default {false} */
  readonly silent?: boolean;
}

/** The kernel asked for a line of input, and nobody is there to type it. */
export class InputRequested extends Error {
  /** As errors are told apart. */
  override name = "InputRequested";
}

/** The kernel closed its sockets before it answered. */
export class KernelGone extends Error {
  /** As errors are told apart. */
  override name = "KernelGone";
}

const RETRY_MS = 20;

/** One client of one running kernel: shell, iopub, stdin, control and heartbeat. */
export class KernelClient implements Disposable {
  readonly #key: string;
  readonly #session: string = crypto.randomUUID();
  readonly #sockets: Readonly<Record<Channel, ZmtpSocket>>;
  readonly #watching = new Set<(message: Message) => void>();
  /** By request: settles its answer. */
  readonly #waiting = new Map<string, PromiseWithResolvers<Message>>();
  #failure: Error | undefined;

  private constructor(connection: Connection, sockets: Readonly<Record<Channel, ZmtpSocket>>) {
    this.#key = connection.key;
    this.#sockets = sockets;
    this.#listen("iopub", (message) => this.#watching.forEach((watch) => watch(message)));
    for (const channel of ["shell", "control"] as const) this.#listen(channel, (message) => this.#answer(message));
    this.#listen("stdin", (message) => {
      if (message.header.msg_type !== "input_request") return;
      this.#waiting.get(message.parent.msg_id ?? "")?.reject(
        new InputRequested(`${message.content.prompt ?? ""}`.trim()),
      );
    });
  }

  /**
   * Connects to a kernel that may still be starting, and waits until it answers and its iopub reaches us.
   *
   * @param connection where it listens
   * @param signal gives up, for instance when the process has ended
   * @throws {Error} the signal's reason
   */
  static async connect(connection: Connection, signal: AbortSignal): Promise<KernelClient> {
    const identity = crypto.randomUUID();
    const opened: ZmtpSocket[] = [];
    const open = async (channel: Channel) => {
      const kind = channel === "iopub" ? "SUB" : channel === "hb" ? "REQ" : "DEALER";
      const address = addressOf(connection, channel);
      const socket = await patiently(() => ZmtpSocket.connect(address, kind, identity), signal);
      opened.push(socket);
      return socket;
    };
    try {
      const [iopub, shell, stdin, control, hb] = await Promise.all(
        (["iopub", "shell", "stdin", "control", "hb"] as const).map(open),
      );
      const client = new KernelClient(connection, { shell, iopub, stdin, control, hb });
      await client.#untilHeard(signal);
      return client;
    } catch (error) {
      opened.forEach((socket) => socket.close());
      throw error;
    }
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @throws {KernelGone} if the kernel hangs up before it replies
   */
  async request(channel: "shell" | "control", type: string, content: Message["content"]): Promise<Message> {
    if (this.#failure) throw this.#failure;
    const request = newMessage(type, content, this.#session);
    const id = request.header.msg_id;
    const answer = Promise.withResolvers<Message>();
    this.#waiting.set(id, answer);
    try {
      await this.#sockets[channel].send(packMessage(request, this.#key)).catch((cause) => {
        throw new KernelGone("The kernel hung up", { cause });
      });
      return await answer.promise;
    } finally {
      this.#waiting.delete(id);
    }
  }

  /**
   * Executes code, and waits until all of its outputs are here.
   *
   * Deno's kernel may say that it is idle before a cell's last outputs have left it. So a barrier follows: where the start-up code
   * has run, it sends a mark the way of the streams and one the way of the results, and what comes before both belongs to the cell.
   *
   * @throws {InputRequested} if the code asks for a line of input, with the prompt as its message
   * @throws {KernelGone} if the kernel ends before the code does
   */
  async execute(code: string, { onMessage, silent = false }: ExecuteOptions = {}): Promise<ExecuteReply> {
    // input is allowed so that a request for it is heard of; otherwise Deno's prompt() gives null and says nothing
    const how = { user_expressions: {}, allow_stdin: true, stop_on_error: true };
    const run = async (text: string, quiet: boolean) => {
      const content = { code: text, silent: quiet, store_history: !quiet, ...how };
      return (await this.request("shell", "execute_request", content)).content as ExecuteReply;
    };
    const token = crypto.randomUUID();
    const passed = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // outputs that are late name the request that runs when they leave the kernel, not the one that they belong to
    const unwatch = this.watch((message) => {
      if (message.parent.session !== this.#session) return;
      const { header: { msg_type: type }, content } = message;
      if (type === "stream" && content.text === `${token}\n`) passed[0].resolve();
      else if (type === "display_data" && content.data?.[BARRIER_TYPE] === token) passed[1].resolve();
      else onMessage?.(message);
    });
    try {
      const reply = await run(code, silent);
      if (silent) return reply;
      const barrier = await run(barrierCode(token), true);
      // without our start-up code there is no barrier
      if (barrier.status === "ok") {
        await Promise.race([Promise.all(passed.map(({ promise }) => promise)), this.#gone.promise]);
      }
      return reply;
    } finally {
      unwatch();
    }
  }

  /**
   * Calls back for every message on iopub, whoever's request it answers.
   *
   * @returns ends the calls
   */
  watch(onMessage: (message: Message) => void): () => void {
    this.#watching.add(onMessage);
    return () => this.#watching.delete(onMessage);
  }

  /** Asks for a sign of life; the answer says nothing about whether the kernel is busy. */
  async heartbeat(): Promise<boolean> {
    const ping = new TextEncoder().encode("ping");
    await this.#sockets.hb.send([new Uint8Array(0), ping]);
    const echo = await this.#sockets.hb.receive();
    return echo !== null && echo.at(-1)?.length === ping.length;
  }

  /** Hangs up; the kernel runs on. */
  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  /** {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  readonly #gone = Promise.withResolvers<never>();

  async #listen(channel: Channel, take: (message: Message) => void): Promise<void> {
    this.#gone.promise.catch(() => {});
    try {
      while (true) {
        const frames = await this.#sockets[channel].receive();
        if (frames === null) throw new KernelGone("The kernel hung up");
        take(unpackMessage(frames, this.#key));
      }
    } catch (error) {
      this.#failure ??= error as Error;
      this.#gone.reject(this.#failure);
      for (const { reject } of this.#waiting.values()) reject(this.#failure);
    }
  }

  #answer(message: Message): void {
    this.#waiting.get(message.parent.msg_id ?? "")?.resolve(message);
  }

  /** What is published before the kernel has read our subscription is lost: asks until an answer's status comes. */
  async #untilHeard(signal: AbortSignal): Promise<void> {
    const heard = Promise.withResolvers<void>();
    const unwatch = this.watch(() => heard.resolve());
    try {
      while (true) {
        const info = newMessage("kernel_info_request", {}, this.#session);
        await this.#sockets.shell.send(packMessage(info, this.#key));
        const again = Promise.withResolvers<boolean>();
        const timer = setTimeout(() => again.resolve(false), 10 * RETRY_MS);
        const done = heard.promise.then(() => true);
        const stopped = this.#gone.promise;
        const won = await Promise.race([done, again.promise, stopped, aborted(signal)]).finally(() =>
          clearTimeout(timer)
        );
        if (won) return;
      }
    } finally {
      unwatch();
    }
  }
}

/** Tries again for as long as nobody listens. */
async function patiently<T>(connect: () => Promise<T>, signal: AbortSignal): Promise<T> {
  while (true) {
    signal.throwIfAborted();
    try {
      return await connect();
    } catch (error) {
      const { ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof } = Deno.errors;
      const notYet = [ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof];
      if (!notYet.some((kind) => error instanceof kind)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

import { greeting, messageBytes, readyCommand, SUBSCRIBE_ALL, type ZmtpKind } from "./_zmtp_bytes.ts";

export type { ZmtpKind };

/** Where a socket connects to: a host, on loopback as a rule, and a port; or the path of a Unix socket. */
export type ZmtpAddress = { readonly hostname: string; readonly port: number } | { readonly path: string };

/** The frames of one message. */
export type Frames = readonly Uint8Array[];

const MORE = 1, LONG = 2, COMMAND = 4;
const GREETING_BYTES = 64;
/** The longest message that is taken, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 2 ** 20;

/**
 * The client's end of one ZeroMQ connection, ZMTP 3.0 over TCP or a Unix socket, without encryption: as much of it as a Jupyter kernel needs.
 *
 * Written here because npm's zeromq loads its native addon under Deno 2.9.6, connects, and then never receives anything.
 * Differs from a full socket in: one peer, no reconnecting, no queue of messages to a peer that is gone.
 *
 * Source: ZeroMQ Message Transport Protocol 3.0, RFC 23, rfc.zeromq.org/spec/23.
 *
 * @example Nobody listens
 * ```ts
 * import { ZmtpSocket } from "qama/notebook";
 * import { assertRejects } from "@std/assert";
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr as Deno.NetAddr;
 * listener.close();
 * await assertRejects(() => ZmtpSocket.connect({ hostname: "127.0.0.1", port }, "DEALER"), Deno.errors.ConnectionRefused);
 * ```
 */
export class ZmtpSocket implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(65536);
  #from = 0;
  #to = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /**
   * Connects, shakes hands and, for `SUB`, subscribes to everything.
   *
   * @param kind `DEALER` for shell, control and stdin, `SUB` for iopub, `REQ` for the heartbeat
   * @param identity the name by which the peer answers, at most 255 ASCII characters; empty leaves it to the peer
   * @throws {Deno.errors.ConnectionRefused} if nobody listens
   * @throws {Deno.errors.NotFound} if there is no Unix socket of that path
   * @throws {TypeError} if whoever listens does not speak ZMTP 3
   * @throws {Deno.errors.UnexpectedEof} if the peer hangs up before hands are shaken
   */
  static async connect(address: ZmtpAddress, kind: ZmtpKind, identity = ""): Promise<ZmtpSocket> {
    const conn = await connectTo(address);
    const socket = new ZmtpSocket(conn);
    try {
      await socket.#write(greeting());
      const theirs = await socket.#read(GREETING_BYTES);
      if (theirs === null) throw new Deno.errors.UnexpectedEof("The peer hung up before its greeting");
      if (theirs[0] !== 0xff || theirs[9] !== 0x7f || theirs[10] < 3) {
        throw new TypeError(
          `Cannot talk to ${
            "path" in address ? address.path : `port ${address.port}`
          }: what listens there does not greet as ZMTP 3`,
        );
      }
      await socket.#write(readyCommand(kind, identity));
      if (await socket.#frame(MAX_MESSAGE_BYTES) === null) {
        throw new Deno.errors.UnexpectedEof("The peer hung up before it was ready");
      }
      if (kind === "SUB") await socket.send([SUBSCRIBE_ALL]);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends one message; messages go out in the order of the calls. */
  send(frames: Frames): Promise<void> {
    const sent = this.#sending.then(() => this.#write(messageBytes(frames)));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  /**
   * Waits for the next message; one call at a time.
   *
   * @returns its frames, or null once the peer, or {@link close}, has closed the connection
   * @throws {RangeError} if it is longer than `MAX_MESSAGE_BYTES`; nothing can be received after that
   */
  async receive(): Promise<Uint8Array[] | null> {
    const frames: Uint8Array[] = [];
    let room = MAX_MESSAGE_BYTES;
    while (true) {
      const frame = await this.#frame(room);
      if (frame === null) return null;
      // commands after the handshake, such as errors, carry no part of a message
      if (frame.flags & COMMAND) continue;
      frames.push(frame.body);
      room -= frame.body.length;
      if (!(frame.flags & MORE)) return frames;
    }
  }

  /** Hangs up; a pending {@link receive} gives null. */
  close(): void {
    try {
      this.#conn.close();
    } catch (error) {
      // closed already
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  /** {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #frame(room: number): Promise<{ flags: number; body: Uint8Array } | null> {
    const flags = (await this.#read(1))?.[0];
    if (flags === undefined) return null;
    const sizeBytes = await this.#read(flags & LONG ? 8 : 1);
    if (sizeBytes === null) return null;
    const size = sizeBytes.length === 1
      ? sizeBytes[0]
      : Number(new DataView(sizeBytes.buffer, sizeBytes.byteOffset).getBigUint64(0));
    if (size > room) throw new RangeError(`Cannot take a message of more than ${MAX_MESSAGE_BYTES} bytes`);
    const body = await this.#read(size);
    return body === null ? null : { flags, body };
  }

  /** Exactly `count` bytes, a fresh copy; null if the connection ends before. */
  async #read(count: number): Promise<Uint8Array | null> {
    const bytes = new Uint8Array(count);
    let have = 0;
    while (have < count) {
      if (this.#from === this.#to) {
        const got = await this.#conn.read(this.#buffer).catch(hungUp);
        if (got === null) return null;
        [this.#from, this.#to] = [0, got];
      }
      const taken = Math.min(count - have, this.#to - this.#from);
      bytes.set(this.#buffer.subarray(this.#from, this.#from + taken), have);
      this.#from += taken;
      have += taken;
    }
    return bytes;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }
}

/** Connects; over TCP nothing waits for more to be sent along. */
export async function connectTo(address: ZmtpAddress): Promise<Deno.TcpConn | Deno.UnixConn> {
  if ("path" in address) return await Deno.connect({ transport: "unix", ...address });
  const conn = await Deno.connect(address);
  conn.setNoDelay(true);
  return conn;
}

/** A connection that is reset or closed has ended, as one that is finished. */
function hungUp(error: unknown): null {
  const ended = [Deno.errors.BadResource, Deno.errors.Interrupted, Deno.errors.ConnectionReset, Deno.errors.BrokenPipe];
  if (ended.some((kind) => error instanceof kind)) return null;
  throw error;
}

const CHUNK = 16 * 1024;

/** One caller's connection, as the handler of its requests sees it. */
export interface Line {
  /** A request is there, whole or in part. */
  begin(): void;
  /** Its reply is gone. */
  end(): void;
  /** Cuts the connection. */
  cut(): void;
  /** Cuts the connection when this many bytes of the next reply's body are gone. */
  truncate(bytes: number): void;
  /** Sends the next reply in pieces of so many bytes, one every so many ms. */
  drip(bytes: number, everyMs: number): void;
}

/** A connection, passed on byte by byte to the server, and cut, truncated or slowed down when told so. */
export class Pipe implements Line {
  readonly #caller: Deno.TcpConn;
  readonly over: Promise<void>;
  #server: Deno.TcpConn | undefined;
  #closed = false;
  #plan: { readonly kind: "truncate" | "drip"; readonly bytes: number; readonly everyMs: number } | undefined;
  #headEnd = 0;
  /** The port by which the server knows it. */
  port: number | undefined;
  /** What goes on: nothing, a request that comes, or a request that is worked on. */
  doing: "idle" | "sending" | "served" = "idle";
  /** Since when. */
  since = Date.now();
  wasCut = false;

  constructor(caller: Deno.TcpConn, inner: number, known: (port: number) => void) {
    this.#caller = caller;
    this.over = this.#run(inner, known).catch(() => {}).finally(() => this.close());
  }

  begin(): void {
    this.#plan = undefined;
    this.#now("served");
  }

  end(): void {
    this.#now("idle");
  }

  cut(): void {
    this.wasCut = true;
    this.close();
  }

  truncate(bytes: number): void {
    this.#planned("truncate", bytes, 0);
  }

  drip(bytes: number, everyMs: number): void {
    this.#planned("drip", bytes, everyMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#caller.close();
    this.#server?.close();
  }

  #planned(kind: "truncate" | "drip", bytes: number, everyMs: number): void {
    this.#plan = { kind, bytes, everyMs };
    this.#headEnd = 0;
  }

  #now(doing: "idle" | "sending" | "served"): void {
    this.doing = doing;
    this.since = Date.now();
  }

  async #run(inner: number, known: (port: number) => void): Promise<void> {
    const chunk = new Uint8Array(CHUNK);
    // a caller who says nothing costs one descriptor
    const first = await this.#caller.read(chunk);
    if (first === null || this.#closed) return;
    const server = await Deno.connect({ hostname: "127.0.0.1", port: inner });
    if (this.#closed) return server.close();
    this.#server = server;
    this.#caller.setNoDelay(true);
    server.setNoDelay(true);
    this.port = server.localAddr.port;
    known(this.port);
    const down = this.#down(server).catch(() => {}).finally(() => this.close());
    let count: number | null = first;
    try {
      while (count !== null) {
        if (this.doing === "idle") this.#now("sending");
        await writeAll(server, chunk.subarray(0, count));
        count = await this.#caller.read(chunk);
      }
      // what was asked may still be answered
      await server.closeWrite();
    } catch {
      this.close();
    }
    await down;
  }

  async #down(server: Deno.TcpConn): Promise<void> {
    const chunk = new Uint8Array(CHUNK);
    let sent = 0;
    for (let count = await server.read(chunk); count !== null; count = await server.read(chunk)) {
      const piece = chunk.subarray(0, count);
      const plan = this.#plan;
      if (plan === undefined) {
        await writeAll(this.#caller, piece);
        continue;
      }
      if (plan.kind === "drip") {
        for (let at = 0; at < count && !this.#closed; at += plan.bytes) {
          await writeAll(this.#caller, piece.subarray(at, at + plan.bytes));
          await new Promise((resolve) => setTimeout(resolve, plan.everyMs));
        }
        continue;
      }
      const bodyFrom = this.#bodyFrom(piece);
      const left = bodyFrom < 0 ? count : Math.min(count, bodyFrom + plan.bytes - sent);
      await writeAll(this.#caller, piece.subarray(0, left));
      if (bodyFrom < 0) continue;
      sent += left - bodyFrom;
      if (sent >= plan.bytes) return this.cut();
    }
  }

  // where the body begins in this piece; -1 if the head goes on
  #bodyFrom(piece: Uint8Array): number {
    if (this.#headEnd === 4) return 0;
    for (let i = 0; i < piece.length; i++) {
      const wanted = this.#headEnd % 2 === 0 ? 13 : 10;
      this.#headEnd = piece[i] === wanted ? this.#headEnd + 1 : piece[i] === 13 ? 1 : 0;
      if (this.#headEnd === 4) return i + 1;
    }
    return -1;
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

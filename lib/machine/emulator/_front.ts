const CHUNK = 16 * 1024;
const SWEEPS_A_LIMIT = 4;

/** What the front does not go beyond. */
export interface FrontLimits {
  readonly connections: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly exchangeMs: number;
}

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

/**
 * Stands before an HTTP server and decides about connections: how many, how long, and how they end.
 *
 * `Deno.serve` cannot do that: it answers whoever comes, waits for the rest of a head for ever, and has no way to hang up. So callers
 * meet this listener, which passes bytes on and knows nothing of HTTP but where a head ends.
 */
export class Front {
  readonly #listener: Deno.TcpListener;
  readonly #inner: number;
  readonly #limits: FrontLimits;
  readonly #pipes = new Set<Pipe>();
  readonly #byPort = new Map<number, Pipe>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  /** Connections taken, turned away and cut, so far. */
  readonly counts = { taken: 0, refused: 0, cut: 0 };

  constructor(listener: Deno.TcpListener, inner: number, limits: FrontLimits) {
    this.#listener = listener;
    this.#inner = inner;
    this.#limits = limits;
    const shortest = Math.min(limits.requestMs, limits.idleMs, limits.exchangeMs);
    this.#sweeper = setInterval(() => this.#sweep(), Math.max(5, shortest / SWEEPS_A_LIMIT));
    this.#accepting = this.#accept();
  }

  /** Connections open now. */
  get open(): number {
    return this.#pipes.size;
  }

  /** The caller behind a port of this side; undefined for one who has found the server itself. */
  lineOf(port: number): Line | undefined {
    return this.#byPort.get(port);
  }

  /** Hangs up everywhere. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#listener.close();
    for (const pipe of this.#pipes) pipe.close();
    await this.#accepting;
    await Promise.all([...this.#pipes].map((pipe) => pipe.over));
  }

  async #accept(): Promise<void> {
    for (;;) {
      let caller: Deno.TcpConn;
      try {
        caller = await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        // out of descriptors, or gone before it was taken: the next one may do
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      if (this.#pipes.size >= this.#limits.connections) {
        this.counts.refused++;
        caller.close();
        continue;
      }
      this.counts.taken++;
      const pipe = new Pipe(caller, this.#inner, (port) => this.#byPort.set(port, pipe));
      this.#pipes.add(pipe);
      pipe.over.then(() => {
        this.#pipes.delete(pipe);
        if (pipe.port !== undefined) this.#byPort.delete(pipe.port);
        if (pipe.wasCut) this.counts.cut++;
      });
    }
  }

  #sweep(): void {
    const now = Date.now();
    for (const pipe of this.#pipes) {
      const { doing, since } = pipe;
      const limit = doing === "idle"
        ? this.#limits.idleMs
        : doing === "sending"
        ? this.#limits.requestMs
        : this.#limits.exchangeMs;
      if (now - since > limit) pipe.cut();
    }
  }
}

class Pipe implements Line {
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

import { type Line, Pipe } from "./_pipe.ts";

const SWEEPS_A_LIMIT = 4;

/** What the front does not go beyond. */
export interface FrontLimits {
  readonly connections: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly exchangeMs: number;
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

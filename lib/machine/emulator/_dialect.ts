import type { Desk } from "./_desk.ts";
import type { Budget } from "./_budget.ts";
import type { Refusal } from "./_refusal.ts";
import type { HardwareGraph } from "../embedding/mod.ts";

/** A request, its body whole. */
export interface Call {
  /** What the route's pattern has caught. */
  readonly caught: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Address under which the caller reaches the machine. */
  readonly origin: string;
  /** The machine's idea of the time. */
  readonly now: () => number;
}

/** What is answered. */
export interface Reply {
  /** @default {200} */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. @default {""} */
  readonly body?: unknown;
}

/** One address of a machine. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Matches the whole path. */
  readonly path: RegExp;
  /** Is a key needed? @default {true, where the machine knows keys} */
  readonly keyed?: boolean;
  handle(call: Call): Reply | Promise<Reply>;
}

/** How one machine speaks. */
export interface Dialect {
  /** What the machine is. */
  readonly title: string;
  /** Bases that callers may have in their address or leave out. */
  readonly bases: readonly string[];
  /** False if the machine knows no keys. */
  readonly keyed: boolean;
  /** The key that a caller shows; undefined if none. */
  keyOf(headers: Headers): string | undefined;
  readonly routes: readonly Route[];
  /** A refusal in the machine's words. */
  refuse(refusal: Refusal, call: Pick<Call, "now">): Reply;
  /** Gives back what it holds. */
  close?(): void;
}

/** What a dialect is made with. */
export interface Setting {
  readonly desk: Desk;
  readonly budget: Budget;
  readonly keepMs: number;
  /** Reads that a job may ask for where all are told. */
  readonly reads: number;
  readonly graph: HardwareGraph;
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal;
}

import type { Model } from "../../model/mod.ts";
import type { Outcome } from "./_outcome.ts";
import type { JobFault } from "./types.ts";

/** What a protocol wants to be computed. */
export interface Order {
  /** The problem, as the machine has read it. */
  readonly model: Model;
  /** Reads asked for. */
  readonly numReads: number;
  /** The caller's name for it; empty if there is none. */
  readonly tag: string;
  /** Whether only the best read is told, so that fewer may be computed. @default {false} */
  readonly bestOnly?: boolean;
  /** Time it may take, in ms, beside the desk's own limit. @default {no other} */
  readonly runMs?: number;
}

/** A job at the desk. */
export interface Job {
  readonly id: string;
  readonly tag: string;
  readonly numReads: number;
  readonly variables: number;
  readonly fault: JobFault | undefined;
  /** Half of the jobs are true here: for oddities that a protocol has now and then. */
  readonly coin: boolean;
  readonly submittedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  /** There when it is done. */
  outcome: Outcome | undefined;
  /** Why it failed. */
  why: string;
  /** Resolves when it is neither waiting nor running; never rejects. */
  readonly settled: Promise<void>;
}

/** SHA-256 of what an order asks for, its name left out. */
export async function digestOf({ model, numReads }: Order): Promise<string> {
  const { couplings, linear, offset, vartype, n } = model;
  const parts = couplings.form === "sparse"
    ? [couplings.rowPtr, couplings.columns, couplings.values]
    : couplings.form === "dense"
    ? [couplings.values]
    : [couplings.left, couplings.right];
  const head = new TextEncoder().encode(`${vartype} ${n} ${couplings.form} ${offset} ${numReads} `);
  const arrays = [head, ...parts, linear].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  const bytes = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of arrays) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

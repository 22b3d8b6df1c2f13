import { MachineError } from "../errors.ts";
import type { Wire, WireReply, WireRequest } from "../types.ts";

/** A reply to be played: JSON and a status, or text as it is. */
export interface ScriptedReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** A wire that plays replies in order and keeps what was sent. */
export class ScriptedWire implements Wire {
  readonly sent: WireRequest[] = [];
  readonly #replies: ScriptedReply[];

  constructor(...replies: readonly ScriptedReply[]) {
    this.#replies = [...replies];
  }

  /** Replies that nobody asked for. */
  get left(): number {
    return this.#replies.length;
  }

  send(request: WireRequest): Promise<WireReply> {
    this.sent.push(request);
    const next = this.#replies.shift();
    if (next === undefined) throw new Error(`The script has no reply to ${request.method} ${request.path}`);
    const { status = 200, json, text = JSON.stringify(json) } = next;
    const reply = { status, headers: {}, text, requestId: "request-7" };
    if (status >= 300 && !request.accept?.includes(status)) {
      const open = status >= 500 || [408, 409, 425, 429].includes(status);
      const fault = !request.repeatable && open ? "unknown-submission" : status === 429 ? "busy" : "refused";
      return Promise.reject(this.fault(fault, "an error", reply));
    }
    return Promise.resolve(reply);
  }

  read<T>(reply: WireReply, schema: { safeParse(value: unknown): { success: boolean; data?: T } }): T {
    let value: unknown;
    try {
      value = JSON.parse(reply.text);
    } catch {
      throw this.fault("reply", "no JSON", reply);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw this.fault("reply", "it does not fit", reply);
    return parsed.data as T;
  }

  fault(fault: MachineError["fault"], what: string, reply?: WireReply): MachineError {
    return new MachineError(what, {
      machine: "scripted",
      fault,
      ...(reply && { status: reply.status, requestId: reply.requestId, excerpt: reply.text.slice(0, 40) }),
    });
  }
}

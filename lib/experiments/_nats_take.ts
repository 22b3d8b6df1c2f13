import type { Msg } from "@nats-io/transport-node";
import { type Bus, PRIORITIES, TASKS } from "./_nats_bus.ts";

/** A task in the hands of a worker, to be acknowledged in one of four ways. */
export interface TakenTask {
  readonly subject: string;
  readonly text: string;
  /** How often it was handed out, this time counted. */
  readonly deliveries: number;
  /** It is done: the queue forgets it. */
  readonly ack: () => void;
  /** It goes back, to be handed out again after so many ms. */
  readonly nak: (delayMs?: number) => void;
  /** It is being worked on: the time until it is handed out again begins anew. */
  readonly working: () => void;
  /** It is not to be handed out again. */
  readonly term: () => void;
}

/**
 * Takes the next task of the highest priority there is, without waiting; null where there is none.
 *
 * The client's own `next` waits a second at least for each priority that is empty, so the request of the protocol is used.
 */
export async function takeTask({ connection }: Bus): Promise<TakenTask | null> {
  for (const priority of PRIORITIES) {
    const ask = `$JS.API.CONSUMER.MSG.NEXT.${TASKS}.${priority}`;
    const options = { timeout: 5000, noMux: true };
    const message = await connection.request(ask, JSON.stringify({ batch: 1, no_wait: true }), options);
    // what is no task has a status (404: there is none) and no place to acknowledge
    if (message.reply?.startsWith("$JS.ACK.")) return takenTask(message);
    const { code = 0, description = "" } = message.headers ?? {};
    if (code !== 404 && code !== 408) throw new Error(`the servers answer ${code} ${description}`);
  }
  return null;
}

function takenTask(message: Msg): TakenTask {
  const words = message.reply!.split(".");
  const say = (text: string) => void message.respond(text);
  return {
    subject: message.subject,
    text: message.string(),
    // $JS.ACK.stream.consumer.delivered..., or with domain and account before the stream
    deliveries: Number(words[words.length > 9 ? 6 : 4]),
    ack: () => say("+ACK"),
    nak: (delayMs) => say(delayMs === undefined ? "-NAK" : `-NAK {"delay": ${delayMs * 1_000_000}}`),
    working: () => say("+WPI"),
    term: () => say("+TERM"),
  };
}

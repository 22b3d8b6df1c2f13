import type { Msg } from "@nats-io/transport-node";
import { type Bus, PRIORITIES, type Priority, TASKS } from "./_nats_bus.ts";

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

const PATIENCE_MS = 5000;

/**
 * Takes up to so many tasks, of the highest priority first, without waiting; none where there are none.
 *
 * The client's own `fetch` waits a second at least for each priority that is empty, so the request of the protocol is used.
 *
 * @param onTask called with each as it comes, for a task that is here is held although the rest of the answer is lost
 */
export async function takeTasks(bus: Bus, most: number, onTask: (task: TakenTask) => void): Promise<void> {
  let left = most;
  for (const priority of PRIORITIES) {
    if (left === 0) return;
    await takeFrom(bus, priority, left, (task) => {
      left--;
      onTask(task);
    });
  }
}

async function takeFrom(
  { connection }: Bus,
  priority: Priority,
  most: number,
  onTask: (task: TakenTask) => void,
): Promise<void> {
  const ask = JSON.stringify({ batch: most, no_wait: true });
  const answers = await connection.requestMany(`$JS.API.CONSUMER.MSG.NEXT.${TASKS}.${priority}`, ask, {
    strategy: "sentinel",
    maxWait: PATIENCE_MS,
    // a task comes under its own subject: the inbox that requests share could not tell whose it is
    noMux: true,
  });
  let came = 0;
  for await (const message of answers) {
    if (message.reply?.startsWith("$JS.ACK.")) {
      onTask(takenTask(message));
      if (++came === most) return;
      continue;
    }
    // what is no task has a status (404: there is none, 408: there are no more) and no place to acknowledge
    const { code = 0, description = "" } = message.headers ?? {};
    if (code === 404 || code === 408) return;
    throw new Error(`the servers answer ${code} ${description}`.trim());
  }
  throw new Error(`the servers do not answer within ${PATIENCE_MS / 1000} s`);
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

// Says what the streams of the queue hold, once it has forgotten what is done.
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

/** What a stream holds. */
export interface StreamNumbers {
  readonly messages: number;
  readonly bytes: number;
  /** Messages that it ever took: in a store of records one each, or one was replaced. */
  readonly writes: number;
  /** Messages that consumers still have to hand out, or wait for word of. */
  readonly due: number;
}

/** Looks once; throws where servers that were just started do not answer yet. */
async function look(servers: string, patienceMs: number): Promise<Record<string, StreamNumbers>> {
  const connection = await connect({ servers: servers.split(",") });
  try {
    const { streams, consumers } = await jetstreamManager(connection);
    const dueOf = async (stream: string) => {
      let due = 0;
      for await (const { num_pending, num_ack_pending } of consumers.list(stream)) due += num_pending + num_ack_pending;
      return due;
    };
    const late = performance.now() + patienceMs;
    while (await dueOf("QAMA_TASKS") > 0 && performance.now() < late) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const numbers: Record<string, StreamNumbers> = {};
    for await (const { config: { name }, state: { messages, bytes, last_seq } } of streams.list()) {
      numbers[name] = { messages, bytes, writes: last_seq, due: name === "QAMA_TASKS" ? await dueOf(name) : 0 };
    }
    return numbers;
  } finally {
    await connection.close();
  }
}

if (import.meta.main) {
  const { servers, patienceMs }: { servers: string; patienceMs: number } = JSON.parse(Deno.args[0]);
  const late = performance.now() + patienceMs;
  for (;;) {
    try {
      console.log(JSON.stringify(await look(servers, patienceMs)));
      break;
    } catch (error) {
      if (performance.now() > late) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

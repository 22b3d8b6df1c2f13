// Says what the streams of the queue hold, once it has forgotten what is done.
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

/** What a stream holds. */
export interface StreamNumbers {
  readonly messages: number;
  readonly bytes: number;
  /** Messages that it ever took: in a store of records one each, or one was replaced. */
  readonly writes: number;
}

if (import.meta.main) {
  const { servers, patienceMs }: { servers: string; patienceMs: number } = JSON.parse(Deno.args[0]);
  const connection = await connect({ servers: servers.split(",") });
  const { streams } = await jetstreamManager(connection);
  const late = performance.now() + patienceMs;
  while ((await streams.info("QAMA_TASKS")).state.messages > 0 && performance.now() < late) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const numbers: Record<string, StreamNumbers> = {};
  for await (const { config, state: { messages, bytes, last_seq } } of streams.list()) {
    numbers[config.name] = { messages, bytes, writes: last_seq };
  }
  await connection.close();
  console.log(JSON.stringify(numbers));
}

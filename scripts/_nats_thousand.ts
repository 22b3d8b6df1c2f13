import type { ReportSection } from "../lib/display/mod.ts";
import type { NatsRateReport } from "./_nats_rate.ts";
import type { NatsRealReport } from "./_nats_real.ts";

const WORKERS = 1000;
const COPIES = 3;
/** What `deno task worker` does when nothing is said: see `serveNats` and `openBus`. */
const ASKS_S = 5;
const PRIORITIES = 3;
const SIGNS_S = 7.5;
const CHECKPOINTS_S = 10;
const ACK_PENDING = 20_000;
const MAX_PAYLOAD = 2 ** 20;
const GIGABIT = 125e6;

/** Plans a thousand workers from what one task and one training were measured to cost; each line says where it is from. */
export function thousandWorkers({ loopback }: NatsRateReport, real: NatsRealReport): ReportSection {
  const { processorMs, traffic, recordBytes } = loopback;
  const messages = traffic.in_msgs + traffic.out_msgs;
  const messageMs = processorMs.server / messages;
  // question and answer for each priority, sign of life and its receipt
  const idle = WORKERS * (2 * PRIORITIES / ASKS_S + 2 / SIGNS_S);
  const shortest = WORKERS * processorMs.server;
  const checkpoints = WORKERS * real.checkpointBytes / CHECKPOINTS_S;
  const every = Math.ceil(WORKERS * real.checkpointBytes * COPIES / (GIGABIT / 2));
  const rows: [string, string, string][] = [
    ["messages of a short task, to and from the server", messages.toFixed(1), "measured"],
    ["bytes of a short task, to and from the server", bytes(traffic.in_bytes + traffic.out_bytes), "measured"],
    ["record of a short task, as the server keeps it", bytes(recordBytes), "measured"],
    ["record of a training of the smoke profile", bytes(real.recordBytes), "measured"],
    ["checkpoint of such a training", bytes(real.checkpointBytes), "measured"],
    ["server's processor time a short task, one copy", `${processorMs.server.toFixed(2)} ms`, "measured"],
    [
      "messages a second of idle workers",
      idle.toFixed(0),
      `computed: ${PRIORITIES} questions each ${ASKS_S} s, a sign each ${SIGNS_S} s`,
    ],
    [
      "server's load by idle workers",
      `${(idle * messageMs / 10).toFixed(0)} % of a core`,
      "computed: at the time a message of a short task",
    ],
    [
      "shortest task that keeps them all busy",
      `${(shortest / 1000).toFixed(1)} s`,
      "computed: one core of one server a task; with copies longer",
    ],
    ["checkpoints a second, all training", `${bytes(checkpoints)}/s`, `computed: one each ${CHECKPOINTS_S} s`],
    ["one checkpoint each, for half a gigabit link", `${every} s`, `computed: ${COPIES} copies`],
    ["store for a million records", bytes(1e6 * real.recordBytes * COPIES), `computed: ${COPIES} copies`],
    [
      "store for the checkpoints under way",
      bytes(WORKERS * real.checkpointBytes * COPIES),
      `computed: ${COPIES} copies`,
    ],
    [
      "slots a worker",
      `${ACK_PENDING / WORKERS}`,
      `limit: ${ACK_PENDING.toLocaleString("en")} tasks under way, max_ack_pending`,
    ],
    ["largest record", bytes(MAX_PAYLOAD), "limit: max_payload of nats-server; checkpoints are cut into pieces"],
  ];
  return {
    title: "A thousand workers",
    paragraphs: [
      "Nobody ran a thousand workers here. What one task and one training cost was measured, the rest is computed from it; " +
      "a third column says which. The servers bear it where tasks last seconds; what weighs is checkpoints, which is why a " +
      "long run should keep them rarely, and servers need a disk for max_file_store of what stands below.",
    ],
    tables: [{ columns: [{ title: "what" }, { title: "how much", align: "right" }, { title: "where from" }], rows }],
  };
}

function bytes(count: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(count) / 3)));
  return `${(count / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}

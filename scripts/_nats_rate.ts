import { killed, scriptCommand, streamNumbers } from "./_nats_host_scripts.ts";
import { type Hosts, makeHosts } from "./_nats_hosts.ts";
import type { SoakSubmitNews, SoakSubmitOrder } from "./_nats_soak_submit.ts";
import type { SoakWorkerOrder } from "./_nats_soak_worker.ts";
import { TextLineStream } from "./_line_stream.ts";

/** What {@link natsRate} does. */
export interface NatsRateOptions {
  /** Tasks of one millisecond. */
  readonly probes: number;
  readonly say?: (line: string) => void;
}

/** One measurement: so many tasks by so many workers of a slot each. */
export interface RateRun {
  readonly workers: number;
  readonly tasks: number;
  readonly ms: number;
  /** From the connection of the submitter to the last result. */
  readonly elapsedMs: number;
}

/** What a task costs, and what hosts gain. */
export interface NatsRateReport {
  /** A host with the server, its only worker and the submitter, all on loopback. */
  readonly loopback: RateRun & {
    /** Elapsed time a task, less the `ms` that it computes. */
    readonly overheadMs: number;
    /** Processor time a task, ms: of the server, the worker and the submitter. */
    readonly processorMs: { readonly server: number; readonly worker: number; readonly submitter: number };
    /** Messages and bytes that went in and out of the server, a task. */
    readonly traffic: Readonly<Record<"in_msgs" | "out_msgs" | "in_bytes" | "out_bytes", number>>;
    /** Bytes that the server keeps a record. */
    readonly recordBytes: number;
  };
  /** A server, one worker or two on hosts of their own: one, two, two, one. */
  readonly hosts: readonly RateRun[];
  /** Rate of two over rate of one, of all four. */
  readonly gain: number;
}

const SERVER = "s";
const WORKERS = ["d", "e"];
const SUBMITTER = "f";
const HOST_TASKS = 400;
const HOST_MS = 50;
const ACK_WAIT_MS = 30_000;
const TICK_MS = 10;

/** Measures what a task costs beside its work, and what a second host gains. */
export async function natsRate({ probes, say = () => {} }: NatsRateOptions): Promise<NatsRateReport> {
  await using hosts = await makeHosts([SERVER, ...WORKERS, SUBMITTER]);
  // computed, not waited for: a timer of one millisecond takes two and more
  const bench = await measured(hosts, [SERVER], { probes, ms: 1, computes: true }, SERVER);
  const each = bench.run.elapsedMs / probes;
  say(`${each.toFixed(2)} ms a task of 1 ms on loopback`);
  const runs: RateRun[] = [];
  for (const count of [1, 2, 2, 1]) {
    const { run } = await measured(hosts, WORKERS.slice(0, count), { probes: HOST_TASKS, ms: HOST_MS }, SUBMITTER);
    runs.push(run);
    say(
      `${count} ${count === 1 ? "host" : "hosts"}: ${
        (run.elapsedMs / HOST_TASKS).toFixed(1)
      } ms a task of ${HOST_MS} ms`,
    );
  }
  const mean = (workers: number) =>
    runs.filter((run) => run.workers === workers).reduce((sum, run) => sum + run.elapsedMs / 2, 0);
  const { processorMs, traffic, recordBytes } = bench;
  return {
    loopback: {
      ...bench.run,
      ...{ overheadMs: each - 1, processorMs, traffic, recordBytes },
    },
    hosts: runs,
    gain: mean(1) / mean(2),
  };
}

async function measured(
  hosts: Hosts,
  at: readonly string[],
  work: Extract<SoakSubmitOrder["work"], { readonly probes: number }>,
  from: string,
) {
  const { probes: tasks, ms } = work;
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "qama-rate-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  // who is on one host is on loopback
  const address = from === SERVER ? "127.0.0.1" : hosts.address(SERVER);
  await Deno.writeTextFile(
    `${folder}/server.conf`,
    `listen: "${address}:4222"\nhttp: "${address}:8222"\njetstream { store_dir: "${folder}/store" }\n`,
  );
  const begin = (host: string, command: readonly string[]) => {
    const child = hosts.start(host, command, { stdout: "piped", stderr: "null" });
    stack.defer(() => killed(child));
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      [Symbol.asyncIterator]();
    return { child, lines };
  };
  const script = (name: string, order: unknown) => scriptCommand(`_nats_soak_${name}`, JSON.stringify(order));
  const server = begin(SERVER, ["nats-server", "-c", `${folder}/server.conf`]);
  const servers = `nats://${address}:4222`;
  const workers = at.map((host) => {
    const order: SoakWorkerOrder = { servers, folder: `${folder}/${host}`, slots: 1, ackWaitMs: ACK_WAIT_MS };
    return begin(host, script("worker", order));
  });
  for (const { lines } of workers) while (!String((await lines.next()).value).startsWith("waiting"));
  const before = await Promise.all([server, workers[0]].map(({ child }) => processorTicks(child.pid)));
  const order: SoakSubmitOrder = { servers, ackWaitMs: ACK_WAIT_MS, work };
  const submitter = begin(from, script("submit", order));
  let over: Extract<SoakSubmitNews, { over: true }> | undefined;
  let ticks = 0;
  for (let next = await submitter.lines.next(); !next.done && over === undefined; next = await submitter.lines.next()) {
    const news: SoakSubmitNews = JSON.parse(next.value);
    if ("over" in news) over = news;
    else ticks = await processorTicks(submitter.child.pid);
  }
  if (over?.right !== tasks) {
    throw new Error(`Cannot measure the rate: ${over?.right ?? 0} of ${tasks} tasks came out right`);
  }
  const after = await Promise.all([server, workers[0]].map(({ child }) => processorTicks(child.pid)));
  const each = (ticks: number) => ticks * TICK_MS / tasks;
  const ask = `console.log(JSON.stringify(await (await fetch("http://${address}:8222/varz")).json()))`;
  const varz = await begin(from, [Deno.execPath(), "eval", ask]).lines.next();
  const { in_msgs, out_msgs, in_bytes, out_bytes } = JSON.parse(String(varz.value));
  const { bytes, messages } = (await streamNumbers(hosts, from, { servers, patienceMs: 5000 })).KV_QAMA_RESULTS;
  const run: RateRun = { workers: at.length, tasks, ms, elapsedMs: over.elapsedMs };
  return {
    run,
    processorMs: { server: each(after[0] - before[0]), worker: each(after[1] - before[1]), submitter: each(ticks) },
    traffic: {
      ...{ in_msgs: in_msgs / tasks, out_msgs: out_msgs / tasks },
      ...{ in_bytes: in_bytes / tasks, out_bytes: out_bytes / tasks },
    },
    recordBytes: bytes / messages,
  };
}

/** Processor time of a process, in hundredths of a second. */
async function processorTicks(pid: number): Promise<number> {
  const words = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1].split(" ");
  return Number(words[11]) + Number(words[12]);
}

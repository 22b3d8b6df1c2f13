import { type Plan, recordDigest, runPlan } from "../lib/experiments/mod.ts";
import { Rng } from "../lib/random/mod.ts";
import { TextLineStream } from "./_line_stream.ts";
import { type Cluster, startCluster } from "./_nats_cluster.ts";
import { killed, scriptCommand, streamNumbers } from "./_nats_host_scripts.ts";
import { type Hosts, makeHosts } from "./_nats_hosts.ts";
import type { SoakSubmitNews, SoakSubmitOrder } from "./_nats_soak_submit.ts";
import { loadDots, slowTrainer } from "./_nats_soak_train.ts";
import type { SoakWorkerOrder } from "./_nats_soak_worker.ts";

/** What {@link natsSoak} does. */
export interface NatsSoakOptions {
  /** Probes that are handed in, twice each; more are handed in once for as long as there are troubles. */
  readonly tasks: number;
  /** How long each takes, ms. */
  readonly ms: number;
  /** Workers that are killed, at random moments. */
  readonly kills: number;
  /** How long a server, a cable or a disk is away, ms. */
  readonly awayMs: number;
  /** Of the kills. */
  readonly seed: number;
  readonly say?: (line: string) => void;
}

/** What was done to the cluster, and when. */
export interface Trouble {
  readonly what: string;
  /** Tasks of the first submission that had ended before. */
  readonly after: number;
  /** And when it was over. */
  readonly until: number;
}

/** What came of it: `lost`, `wrong`, `dead`, `countedTwice` and `waiting` must be 0, `equalRuns` all of `runs`. */
export interface NatsSoakReport {
  readonly hosts: string;
  readonly server: string;
  /** Probes that were handed in. */
  readonly tasks: number;
  readonly ms: number;
  readonly troubles: readonly Trouble[];
  /** Times that all of it was handed in, by three submitters, of which one is killed and started again. */
  readonly submissions: number;
  /** Tasks of all submissions, and runs, without a result. */
  readonly lost: number;
  readonly wrong: number;
  readonly dead: readonly string[];
  /** Results that were told twice to a submitter, or written twice into the store. */
  readonly countedTwice: number;
  readonly records: number;
  /** Tasks that are still to be handed out, or under way, at the end. */
  readonly waiting: number;
  /** Tasks that were acknowledged and that the servers keep all the same, of the submitter that was killed. */
  readonly left: number;
  readonly runs: number;
  /** Runs whose records are those of a local run. */
  readonly equalRuns: number;
  /** What the servers wrote of errors. */
  readonly complaints: Readonly<Record<string, readonly string[]>>;
  readonly elapsedMs: number;
}

const SERVERS = ["a", "b", "c"];
const WORKERS = ["d", "e"];
const SUBMITTER = "f";
const ACK_WAIT_MS = 4000;
const SLOTS = 2;

const plan: Plan = {
  experiment: "soak",
  question: "Are the records those of a local run?",
  profile: "smoke",
  cells: (["mha", "none", "qamaV2"] as const).map((operator) => ({ data: "dots", operator, seed: 1, epochs: 8 })),
};

/**
 * Hands tasks and runs in to three NATS servers, kills workers, a server and a submitter, cuts networks and fills a disk
 * meanwhile; then counts what was lost, wrong or counted twice.
 */
export async function natsSoak(options: NatsSoakOptions): Promise<NatsSoakReport> {
  const { tasks, ms, kills, awayMs, seed, say = () => {} } = options;
  const begin = performance.now();
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "qama-soak-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const hosts = stack.use(await makeHosts([...SERVERS, ...WORKERS, SUBMITTER]));
  const cluster = stack.use(await startCluster(hosts, SERVERS, folder));
  const { servers } = cluster;
  const script = (name: string, order: unknown) => scriptCommand(`_nats_soak_${name}`, JSON.stringify(order));
  const workers = WORKERS.map((host) => {
    const order: SoakWorkerOrder = {
      servers,
      folder: `${folder}/worker-${host}`,
      slots: SLOTS,
      ackWaitMs: ACK_WAIT_MS,
    };
    const start = () => hosts.start(host, script("worker", order), { stdout: "null", stderr: "inherit" });
    return { host, start, child: start() };
  });
  stack.defer(async () => {
    for (const { child } of workers) await killed(child);
  });
  const submit = (work: SoakSubmitOrder["work"], onEnded: (ended: number) => void = () => {}) => {
    const order: SoakSubmitOrder = { servers, ackWaitMs: ACK_WAIT_MS, work };
    const stdin = "more" in work ? "piped" : "null";
    const pipes = { stdin, stdout: "piped", stderr: "inherit" } as const;
    const child = hosts.start(SUBMITTER, script("submit", order), pipes);
    const over = newsOf(child, onEnded);
    // one that fails is heard when it is waited for
    over.catch(() => {});
    return { child, over };
  };
  let ended = 0;
  const probes = { probes: tasks, ms };
  // every trouble is to meet tasks that are not done, however long the one before it took
  const first = submit({ ...probes, more: Math.ceil(tasks / 8) }, (count) => ended = count);
  let second = submit(probes);
  const third = submit({ plan, slowMs: awayMs / 10 });
  const troubles: Trouble[] = [];
  const acts = actsOf(hosts, cluster, workers, { kills, awayMs, rng: new Rng(seed, 0) });
  acts.splice(2, 0, ["submitter killed and started again", async () => {
    await killed(second.child);
    await second.over.catch(() => {});
    second = submit(probes);
  }]);
  for (const [i, [what, act]] of acts.entries()) {
    const due = (i + 1) / (acts.length + 2) * tasks;
    let gone = false;
    first.over.then(() => gone = true, () => gone = true);
    while (ended < due && !gone) await wait(20);
    const after = ended;
    say(`${what}, after ${after} of ${tasks} tasks`);
    await act();
    troubles.push({ what, after, until: ended });
  }
  await first.child.stdin.close();
  const news = await Promise.all([first.over, second.over, third.over]);
  say("every submission has ended");
  const numbers = await streamNumbers(hosts, SUBMITTER, { servers, patienceMs: 10 * ACK_WAIT_MS });
  const [queue, store] = [numbers.QAMA_TASKS, numbers.KV_QAMA_RESULTS];
  const local = await localDigests();
  const [probesA, probesB, runs] = news;
  const right = probesA.right + probesB.right + runs.right;
  const complaints: Record<string, string[]> = {};
  for (const name of SERVERS) complaints[name] = (await cluster.complaints(name)).slice(0, 8);
  return {
    hosts: "network namespaces: 3 of servers, 2 of workers, 1 of submitters",
    server: await serverVersion(),
    ...{ tasks: probesA.tasks, ms, troubles },
    submissions: news.reduce((sum, { submissions }) => sum + submissions, 0) + 1,
    lost: news.reduce((sum, { tasks }) => sum + tasks, 0) - right,
    wrong: news.reduce((sum, { wrong }) => sum + wrong, 0),
    dead: news.flatMap(({ dead }) => dead),
    countedTwice: news.reduce((sum, { twice }) => sum + twice, 0) + store.writes - store.messages,
    ...{ records: store.messages, waiting: queue.due, left: queue.messages - queue.due },
    runs: plan.cells.length,
    equalRuns: runs.digests.filter((digest, i) => digest === local[i]).length,
    complaints,
    elapsedMs: performance.now() - begin,
  };
}

type Act = [what: string, act: () => Promise<void>];

/** What happens, in an order that leaves every kill its moment. */
function actsOf(
  hosts: Hosts,
  cluster: Cluster,
  workers: { readonly host: string; readonly start: () => Deno.ChildProcess; child: Deno.ChildProcess }[],
  { kills, awayMs, rng }: { readonly kills: number; readonly awayMs: number; readonly rng: Rng },
): Act[] {
  const [a, b, c] = SERVERS;
  const away = async (begin: () => Promise<void>, end: () => Promise<void>) => {
    await begin();
    await wait(awayMs);
    await end();
  };
  const acts: Act[] = [
    [`server ${a} killed and started again`, () => away(() => cluster.kill(a), () => cluster.start(a))],
    [
      `network of worker ${WORKERS[0]} cut and healed`,
      () => away(() => hosts.cut(WORKERS[0]), () => hosts.heal(WORKERS[0])),
    ],
    [`network of server ${b} cut and healed`, () => away(() => hosts.cut(b), () => hosts.heal(b))],
    [`disk of server ${c} full, freed, server started again`, async () => {
      await away(cluster.fill, cluster.free);
      await cluster.kill(c);
      await cluster.start(c);
    }],
  ];
  for (let i = 0; i < kills; i++) {
    const worker = workers[rng.integer(workers.length)];
    acts.splice(rng.integer(acts.length + 1), 0, [`worker ${worker.host} killed and started again`, async () => {
      await killed(worker.child);
      worker.child = worker.start();
    }]);
  }
  return acts;
}

async function newsOf(child: Deno.ChildProcess, onEnded: (ended: number) => void) {
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const news = JSON.parse(line) as SoakSubmitNews;
    if ("over" in news) return news;
    onEnded(news.ended);
  }
  throw new Error("a submitter ended without a word");
}

async function localDigests(): Promise<string[]> {
  const out = await Deno.makeTempDir({ prefix: "qama-soak-" });
  const { records } = await runPlan(plan, { out, load: loadDots, train: slowTrainer(0) });
  await Deno.remove(out, { recursive: true });
  return await Promise.all(records.map(recordDigest));
}

async function serverVersion(): Promise<string> {
  const { stdout } = await new Deno.Command("nats-server", { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim();
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

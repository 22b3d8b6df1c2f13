import { readRecords, recordDigest } from "../lib/experiments/mod.ts";
import { startCluster } from "./_nats_cluster.ts";
import { killed, scriptCommand, streamNumbers } from "./_nats_host_scripts.ts";
import { makeHosts } from "./_nats_hosts.ts";
import { TextLineStream } from "./_line_stream.ts";

/** What {@link natsReal} does. */
export interface NatsRealOptions {
  /** Folder of MNIST. */
  readonly dataDir: string;
  readonly say?: (line: string) => void;
}

/** What came of trainings by `deno task reproduce --nats` and `deno task worker`, of which one is killed. */
export interface NatsRealReport {
  readonly command: string;
  readonly runs: number;
  /** Runs whose records have the digest of those that the same command makes without --nats. */
  readonly equalRuns: number;
  readonly workersKilled: number;
  /** Bytes that a server keeps a record, and a checkpoint. */
  readonly recordBytes: number;
  readonly checkpointBytes: number;
}

const SERVERS = ["a", "b", "c"];
const WORKERS = ["d", "e"];
const SUBMITTER = "f";
const WORDS = ["--profile", "smoke", "--only", "mnist", "--operators", "mha,qamaV2,none", "--seeds", "1"];

/** Trains small models on hosts and here, and compares the records. */
export async function natsReal({ dataDir, say = () => {} }: NatsRealOptions): Promise<NatsRealReport> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "qama-real-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const hosts = stack.use(await makeHosts([...SERVERS, ...WORKERS, SUBMITTER]));
  const { servers } = stack.use(await startCluster(hosts, SERVERS, folder));
  const work = (host: string) => {
    const words = ["--nats", servers, "--data-dir", dataDir, "--out", `${folder}/worker-${host}`];
    const child = hosts.start(host, scriptCommand("worker", ...words), { stdout: "null", stderr: "piped" });
    stack.defer(() => killed(child));
    return { child, lines: child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()) };
  };
  const first = work(WORKERS[0]);
  const reproduce = (...words: string[]) => scriptCommand("reproduce", ...WORDS, "--data-dir", dataDir, ...words);
  const command = reproduce("--out", `${folder}/hosts`, "--nats", servers);
  const submitter = hosts.start(SUBMITTER, command, { stdout: "null", stderr: "null" });
  stack.defer(() => killed(submitter));
  // killed when it has stored its first record, and is at the next
  for await (const line of first.lines) if (line.startsWith("done: ")) break;
  await killed(first.child);
  say("a worker was killed");
  work(WORKERS[1]);
  const { code } = await submitter.status;
  if (code !== 0) throw new Error(`Cannot compare: reproduce --nats ended with ${code}`);
  const streams = await streamNumbers(hosts, SUBMITTER, { servers, patienceMs: 5000 });
  const [program, ...args] = reproduce("--out", `${folder}/here`);
  await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output();
  const digests = async (name: string) =>
    await Promise.all((await readRecords(`${folder}/${name}/records`)).map(recordDigest));
  const [there, here] = [await digests("hosts"), await digests("here")];
  const results = streams.KV_QAMA_RESULTS;
  return {
    command: `deno task reproduce ${WORDS.join(" ")} --nats SERVERS`,
    runs: here.length,
    equalRuns: there.filter((digest, i) => digest === here[i]).length,
    workersKilled: 1,
    recordBytes: results.bytes / results.messages,
    checkpointBytes: streams.OBJ_QAMA_CHECKPOINTS.bytes / here.length,
  };
}

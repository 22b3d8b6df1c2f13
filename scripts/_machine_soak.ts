import {
  type AcceptedJob,
  adoptJob,
  type EmulatedFault,
  forgetJob,
  type JobEntry,
  jobFate,
  Journal,
  startEmulator,
  zephyrGraph,
} from "../lib/machine/mod.ts";
import { Rng } from "../lib/random/mod.ts";
import { randomSampler } from "../lib/samplers/mod.ts";
import { SOAK_KEY, type SoakFindings, type SoakMachine, type SoakOrder } from "./_machine_soak_worker.ts";

/** What {@link machineSoak} does. */
export interface SoakOptions {
  readonly machine: SoakMachine;
  readonly jobs: number;
  readonly kills: number;
  /** As the emulator takes it. */
  readonly faults: string;
  readonly concurrency: number;
  readonly seed: number;
  /** Called with a line now and then. */
  readonly say?: (line: string) => void;
}

/** What came of it; all of `lost`, `acceptedTwice`, `filesWithKey` must be 0. */
export interface SoakReport {
  readonly machine: SoakMachine;
  readonly jobs: number;
  readonly kills: number;
  readonly faults: string;
  readonly concurrency: number;
  readonly seed: number;
  /** Jobs without an answer at the end. */
  readonly lost: number;
  /** Jobs that the machine took more than once, those left aside that it lost itself and said so. */
  readonly acceptedTwice: number;
  /** Answers whose energies were recomputed and are those of the model. */
  readonly reEnergised: number;
  /** Jobs that the machine took. */
  readonly accepted: number;
  /** Jobs that it took and lost, on demand. */
  readonly lostByMachine: number;
  /** Jobs of unknown fate that the user found at the machine. */
  readonly adopted: number;
  /** Those that he did not find there, and allowed to be sent again. */
  readonly forgotten: number;
  /** How often the client was started. */
  readonly starts: number;
  /** Torn lines that kills left in the journal. */
  readonly tornLines: number;
  /** Files and outputs of the client in which the key was found. */
  readonly filesWithKey: number;
  /** Diagnoses of the reported energies. */
  readonly energyChecks: Readonly<Record<string, number>>;
  /** Faults that the emulator made, by name. */
  readonly faultsMet: Readonly<Partial<Record<EmulatedFault, number>>>;
  /** Bytes of the journal. */
  readonly journalBytes: number;
  /** Wall time. */
  readonly elapsedMs: number;
}

const WORKER = new URL("./_machine_soak_worker.ts", import.meta.url).href;
const MOST_STARTS = 100;
const WATCH_MS = 3;

/**
 * Sends jobs through the emulator with faults on demand, kills the client with SIGKILL at random moments and starts it again, and
 * plays the user who looks at the machine for jobs of unknown fate; then counts what was lost, what was taken twice, and where
 * the key can be read.
 */
export async function machineSoak(options: SoakOptions): Promise<SoakReport> {
  const { machine, jobs, kills, faults, concurrency, seed, say = () => {} } = options;
  const startedAt = performance.now();
  const folder = await Deno.makeTempDir();
  const key = `soak/${crypto.randomUUID()}+key`;
  const graph = machine === "dwave" ? { graph: zephyrGraph(1) } : {};
  const limits = { keepMs: 3_600_000, results: 4 * jobs, waiting: 10_000 };
  await using stack = new AsyncDisposableStack();
  const emulator = await startEmulator({
    ...{ machine, key, seed, faults, retryAfterS: 0, sampler: randomSampler(), limits, ...graph },
  });
  stack.defer(() => emulator.close());
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const order: SoakOrder = { machine, url: emulator.url, folder, jobs, concurrency, seed };
  // where the kills fall: when so many jobs were taken, and a little later
  const rng = new Rng(seed, 0);
  const moments = Array.from({ length: kills }, () => Math.floor(rng.uniform() * 0.9 * jobs)).sort((a, b) => a - b);
  let [starts, killed, adopted, forgotten] = [0, 0, 0, 0];
  let outputs = "";
  let findings: SoakFindings | undefined;
  const damage = new Set<string>();
  while (findings === undefined || findings.answered < jobs) {
    if (++starts > MOST_STARTS) throw new Error(`${jobs} jobs were not done after ${MOST_STARTS} starts`);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", WORKER, JSON.stringify(order)],
      env: { [SOAK_KEY]: key, NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let ended = false;
    const output = child.output().finally(() => ended = true);
    while (!ended && killed < kills) {
      await Promise.race([output, wait(WATCH_MS)]);
      if (ended || emulator.accepted.length < moments[killed]) continue;
      await wait(30 * rng.uniform());
      if (ended) break;
      child.kill("SIGKILL");
      killed++;
      await output;
    }
    const { success, stdout, stderr, signal } = await output;
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    outputs += out + err;
    if (signal === null && !success) throw new Error(`the client failed: ${err}`);
    findings = signal === null ? JSON.parse(out) : undefined;
    const journal = new Journal(folder);
    using _lease = journal.lease();
    // the torn line, if there is one, is put aside under the lock
    await journal.transact(() => ({ records: [], result: undefined }));
    for (const part of journal.damage) damage.add(`${part.kind} ${part.from} ${part.keptIn}`);
    if (findings !== undefined) {
      const asked = await askUser(journal, emulator.accepted);
      [adopted, forgotten] = [adopted + asked.adopted, forgotten + asked.forgotten];
    }
    const state = findings === undefined
      ? "killed"
      : `${findings.answered} answered, ${findings.unknown} of unknown fate`;
    say(`start ${starts}: ${state}; ${emulator.accepted.length} taken by the machine`);
  }
  return {
    ...{ machine, jobs, kills: killed, faults, concurrency, seed },
    lost: jobs - findings.answered,
    acceptedTwice: takenTwice(emulator.accepted),
    reEnergised: findings.checkedEnergies,
    accepted: emulator.accepted.length,
    lostByMachine: emulator.accepted.filter(({ fault }) => fault === "lost").length,
    ...{ adopted, forgotten, starts, tornLines: damage.size },
    filesWithKey: await countKey(folder, outputs, key),
    energyChecks: findings.energyChecks,
    faultsMet: emulator.stats.faults,
    journalBytes: (await Deno.stat(`${folder}/journal.jsonl`)).size,
    elapsedMs: performance.now() - startedAt,
  };
}

/** Does what a user does with jobs of unknown fate: looks for the tag at the machine. */
async function askUser(
  journal: Journal,
  accepted: readonly AcceptedJob[],
): Promise<{ adopted: number; forgotten: number }> {
  const unknown: JobEntry[] = journal.refresh().all().filter((entry) => jobFate(journal, entry) === "unknown");
  let adopted = 0;
  for (const { key, tag } of unknown) {
    const there = accepted.find((job) => job.tag === tag);
    if (there === undefined) await forgetJob(journal, key);
    else {
      await adoptJob(journal, key, there.id);
      adopted++;
    }
  }
  return { adopted, forgotten: unknown.length - adopted };
}

/** How many jobs were taken although the machine had them already: by the model and the reads, which differ from job to job. */
function takenTwice(accepted: readonly AcceptedJob[]): number {
  const taken = new Map<string, number>();
  for (const { digest, fault } of accepted) if (fault !== "lost") taken.set(digest, (taken.get(digest) ?? 0) + 1);
  return [...taken.values()].reduce((sum, times) => sum + times - 1, 0);
}

async function countKey(folder: string, outputs: string, key: string): Promise<number> {
  const forms = [
    key,
    encodeURIComponent(key),
    btoa(key),
    JSON.stringify(key).slice(1, -1),
    btoa(key).replace(/=+$/, ""),
  ];
  let found = forms.some((form) => outputs.includes(form)) ? 1 : 0;
  const search = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (isDirectory) await search(`${path}/${name}`);
      else {
        const text = await Deno.readTextFile(`${path}/${name}`);
        if (forms.some((form) => text.includes(form))) found++;
      }
    }
  };
  await search(folder);
  return found;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

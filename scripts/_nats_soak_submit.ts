// A submitter of the soak: hands probes or a plan in, again if the servers are away, and says what came of them.
import { natsExecutor, type Plan, recordDigest, runNatsTasks, runPlan } from "../lib/experiments/mod.ts";
import { PROBE } from "./_nats_probe_kind.ts";
import { loadDots } from "./_nats_soak_train.ts";
import { SOAK_CODE, untilServed } from "./_nats_soak_worker.ts";

/** Probes that wait, or compute, for so many ms. */
export interface SoakProbes {
  readonly probes: number;
  readonly ms: number;
  readonly computes?: boolean;
  /** Once they have ended, so many are handed in again and again, each new, until standard input is closed. */
  readonly more?: number;
}

/** What a submitter of the soak is told. */
export interface SoakSubmitOrder {
  readonly servers: string;
  readonly ackWaitMs: number;
  /** Probes, or a plan and how slow an epoch is. */
  readonly work: SoakProbes | { readonly plan: Plan; readonly slowMs: number };
}

/** What a submitter of the soak says, a line of JSON each; the last has `over`. */
export type SoakSubmitNews = { readonly ended: number } | {
  readonly over: true;
  /** Tasks that were handed in, each counted once. */
  readonly tasks: number;
  /** Tasks by how they ended; `wrong` if a result is not that of the task. */
  readonly right: number;
  readonly wrong: number;
  readonly dead: readonly string[];
  /** Tasks whose end was told a second time. */
  readonly twice: number;
  /** Times that all was handed in. */
  readonly submissions: number;
  /** Digests of the records of a plan. */
  readonly digests: readonly string[];
  /** From the first hand-in to the last result. */
  readonly elapsedMs: number;
};

async function probes({ servers, ackWaitMs }: SoakSubmitOrder, work: SoakProbes): Promise<SoakSubmitNews> {
  const { probes, more: wave = 0, ...how } = work;
  let more = wave;
  if (more > 0) Deno.stdin.readable.pipeTo(new WritableStream()).then(() => more = 0);
  const begin = performance.now();
  let [submissions, tasks] = [0, probes];
  return await untilServed(async () => {
    submissions++;
    const ended = new Set<number>();
    const dead: string[] = [];
    let [right, wrong, twice] = [0, 0, 0];
    for (let first = 0; first < tasks;) {
      const bodies = Array.from({ length: tasks - first }, (_, i) => ({ number: first + i, ...how }));
      await runNatsTasks(PROBE, bodies, {
        ...{ servers, ackWaitMs, code: SOAK_CODE, title: `${bodies.length} probes` },
        onEnd: (i, end) => {
          const { number } = bodies[i];
          if (ended.has(number)) twice++;
          ended.add(number);
          if ("failed" in end) dead.push(end.failed.reason);
          else if ("result" in end && (end.result as { number: number }).number === number) right++;
          else wrong++;
          if (ended.size % 20 === 0) say({ ended: ended.size });
        },
      });
      first = tasks;
      tasks += more;
    }
    const elapsedMs = performance.now() - begin;
    return { over: true, tasks, right, wrong, dead, twice, submissions, digests: [], elapsedMs };
  });
}

async function plan({ servers, ackWaitMs }: SoakSubmitOrder, plan: Plan, slowMs: number): Promise<SoakSubmitNews> {
  const begin = performance.now();
  let submissions = 0;
  const out = await Deno.makeTempDir({ prefix: "qama-soak-" });
  try {
    const { records, failures } = await untilServed(async () =>
      await runPlan(plan, {
        out,
        resume: submissions++ > 0,
        code: SOAK_CODE,
        load: loadDots,
        source: () => ({ slowMs }),
        executor: natsExecutor({ servers, ackWaitMs, code: SOAK_CODE, title: "runs", priority: "high" }),
      })
    );
    const elapsedMs = performance.now() - begin;
    const digests = await Promise.all(records.map(recordDigest));
    const dead = failures.map(({ reason }) => reason);
    const tasks = plan.cells.length;
    return { over: true, tasks, right: records.length, wrong: 0, dead, twice: 0, submissions, digests, elapsedMs };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

function say(news: SoakSubmitNews): void {
  console.log(JSON.stringify(news));
}

if (import.meta.main) {
  const order: SoakSubmitOrder = JSON.parse(Deno.args[0]);
  const { work } = order;
  say("plan" in work ? await plan(order, work.plan, work.slowMs) : await probes(order, work));
}

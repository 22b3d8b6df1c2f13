// A submitter of the soak: hands probes or a plan in, again if the servers are away, and says what came of them.
import { natsExecutor, type Plan, recordDigest, runNatsTasks, runPlan } from "../lib/experiments/mod.ts";
import { PROBE } from "./_nats_probe_kind.ts";
import { loadDots } from "./_nats_soak_train.ts";
import { SOAK_CODE, untilServed } from "./_nats_soak_worker.ts";

/** What a submitter of the soak is told. */
export interface SoakSubmitOrder {
  readonly servers: string;
  readonly ackWaitMs: number;
  /** So many probes that wait, or compute, for so many ms, or a plan and how slow an epoch is. */
  readonly work: { readonly probes: number; readonly ms: number; readonly computes?: boolean } | {
    readonly plan: Plan;
    readonly slowMs: number;
  };
}

/** What a submitter of the soak says, a line of JSON each; the last has `over`. */
export type SoakSubmitNews = { readonly ended: number } | {
  readonly over: true;
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

async function probes(
  { servers, ackWaitMs }: SoakSubmitOrder,
  count: number,
  how: { readonly ms: number; readonly computes?: boolean },
): Promise<SoakSubmitNews> {
  const bodies = Array.from({ length: count }, (_, number) => ({ number, ...how }));
  const begin = performance.now();
  let submissions = 0;
  return await untilServed(async () => {
    submissions++;
    const ended = new Set<number>();
    const dead: string[] = [];
    let [right, wrong, twice] = [0, 0, 0];
    await runNatsTasks(PROBE, bodies, {
      ...{ servers, ackWaitMs, code: SOAK_CODE, title: `${count} probes` },
      onEnd: (i, end) => {
        if (ended.has(i)) twice++;
        ended.add(i);
        if ("failed" in end) dead.push(end.failed.reason);
        else if ("result" in end && (end.result as { number: number }).number === i) right++;
        else wrong++;
        if (ended.size % 20 === 0) say({ ended: ended.size });
      },
    });
    const elapsedMs = performance.now() - begin;
    return { over: true, right, wrong, dead, twice, submissions, digests: [], elapsedMs };
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
    return { over: true, right: records.length, wrong: 0, dead, twice: 0, submissions, digests, elapsedMs };
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
  say(
    "plan" in work
      ? await plan(order, work.plan, work.slowMs)
      : await probes(order, work.probes, { ms: work.ms, computes: work.computes }),
  );
}

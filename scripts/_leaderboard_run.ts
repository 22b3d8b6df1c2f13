import { hint, UsageError } from "./_cli_option.ts";
import { codeVersion, describeMachine, type NatsExecutorOptions, runNatsTasks } from "../lib/experiments/mod.ts";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { hasSampler } from "./_leaderboard_job.ts";
import { DENSE_SIZE, type ProfileName, type Section } from "./_leaderboard_plan.ts";
import { denseInstance, instanceChecksum, publishedInstances } from "./_leaderboard_instances.ts";
import { LEADERBOARD, type LeaderboardAnswer, type LeaderboardTask } from "./_leaderboard_task.ts";
import { coreToKeep, Processes } from "./_leaderboard_process.ts";
import { appendRecord, appendRun, cellKey, readLeaderboard } from "./_leaderboard_records.ts";
import type { Answer, Cell, CellRecord, Contestant, Instance, Job, RunHeader } from "./_leaderboard_types.ts";
import { installedPeers } from "./_peers.ts";

const COUNTED_LIMIT_MS = 600_000;
const SLACK = 1e-9;

/** What a run of the leaderboard is given. */
export interface LeaderboardRun {
  readonly data: string;
  /** Where the records lie. */
  readonly folder: string;
  /** Where models made here lie. */
  readonly cache: string;
  readonly profile: ProfileName;
  readonly sections: readonly Section[];
  /** Runs to the best known energy are made with so many seeds at most. */
  readonly seeds: number;
  /** Contestants whose names contain one of these; empty: all. */
  readonly contestants: readonly string[];
  /** Names of instances; empty for all. */
  readonly instances: readonly string[];
  readonly signal: AbortSignal;
  /** Measures on the workers of a NATS queue. @default {on this machine} */
  readonly nats?: NatsExecutorOptions;
  /** Called before each cell; on a queue, after each. */
  readonly onCell: (done: number, total: number, cell: Cell) => void;
}

/** What a run came to. */
export interface RunOutcome {
  /** Cells measured now, and before. */
  readonly measured: number;
  readonly known: number;
  /** Cells that failed now. */
  readonly failed: number;
  /** Contestants that are not here. */
  readonly absent: readonly string[];
  readonly interrupted: boolean;
}

/**
 * Measures every cell that has no record yet, and keeps each record as soon as it is made.
 *
 * @throws {RangeError} if the folder holds records of another profile; {UsageError} if a name is unknown
 */
export async function runLeaderboard(request: LeaderboardRun): Promise<RunOutcome> {
  const { data, folder, cache, profile, sections, seeds, contestants, signal, onCell } = request;
  const chosen = request.instances;
  const before = await readLeaderboard(folder);
  const other = before.runs.find((run) => run.profile !== profile);
  if (other !== undefined) {
    throw new RangeError(`Cannot add to ${folder}: its records are of profile ${other.profile}; name another folder`);
  }
  const instances = [...await publishedInstances(data), await denseInstance(cache, DENSE_SIZE)];
  const byName = new Map(instances.map((instance) => [instance.name, instance]));
  const unknown = chosen.find((name) => !byName.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no instance ${unknown}${hint(unknown, [...byName.keys()])}`);
  }
  const nobody = contestants.find((part) => ![...CONTESTANTS.keys()].some((name) => name.includes(part)));
  if (nobody !== undefined) {
    const names = [...CONTESTANTS.keys()];
    throw new UsageError(`There is no contestant ${nobody}${hint(nobody, names)}; there are ${names.join(", ")}`);
  }
  const peers = await installedPeers();
  const there = (contestant: Contestant) =>
    contestant.program === "qama" ? hasSampler(contestant.sampler) : peers.some((name) => name === contestant.program);
  const done = new Set(before.cells.filter((record) => record.found !== undefined).map(({ cell }) => cellKey(cell)));
  const cells = sections.flatMap((section) => section.cells(instances, profile))
    .filter(({ seed, toBest }) => !toBest || seed <= seeds)
    .filter(({ contestant }) => contestants.length === 0 || contestants.some((part) => contestant.includes(part)))
    .filter(({ instance }) => chosen.length === 0 || chosen.includes(instance));
  const absent = new Set<string>();
  const possible = cells.filter((cell) => {
    const contestant = CONTESTANTS.get(cell.contestant);
    if (contestant !== undefined && there(contestant)) return true;
    absent.add(cell.contestant);
    return false;
  });
  const open = possible.filter((cell) => !done.has(cellKey(cell)));
  const outcome = { measured: 0, failed: 0 };
  const known = cells.filter((cell) => done.has(cellKey(cell))).length;
  if (open.length === 0) return { ...outcome, known, absent: [...absent], interrupted: false };

  const planned = Object.fromEntries(
    [...Map.groupBy(possible, ({ section }) => section)].map(([name, of]) => [name, of.length]),
  );
  if (request.nats !== undefined) {
    const counts = await measureElsewhere(request.nats, open, byName, { ...request, planned });
    return { ...counts, known, absent: [...absent], interrupted: signal.aborted };
  }

  const core = await coreToKeep();
  const header: RunHeader = {
    run: new Date().toISOString(),
    profile,
    machine: describeMachine(),
    code: await codeVersion(),
    planned,
    core,
  };
  await appendRun(folder, header);
  const processes = new Processes(core);
  const aborted = new Promise<undefined>((resolve) =>
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  );
  try {
    for (const [i, cell] of open.entries()) {
      if (signal.aborted) break;
      onCell(i, open.length, cell);
      const record = await measureCell(processes, cell, byName, header.run, aborted);
      if (record === undefined) break;
      await appendRecord(folder, record);
      outcome.measured++;
      if (record.failure !== undefined) outcome.failed++;
    }
  } finally {
    await processes.close();
  }
  return { ...outcome, known, absent: [...absent], interrupted: signal.aborted };
}

/** Measures cells on the workers of a queue, and keeps each record, and the run of each worker, as they come. */
async function measureElsewhere(
  nats: NatsExecutorOptions,
  cells: readonly Cell[],
  instances: ReadonlyMap<string, Instance>,
  { folder, profile, signal, onCell, planned }: LeaderboardRun & Pick<RunHeader, "planned">,
): Promise<{ measured: number; failed: number }> {
  const counts = { measured: 0, failed: 0 };
  const runs = new Set<string>();
  const tasks = await Promise.all(cells.map(async (cell): Promise<LeaderboardTask> => ({
    cell,
    sha256: await instanceChecksum(instances.get(cell.instance)!),
  })));
  await runNatsTasks(LEADERBOARD, tasks, {
    title: `leaderboard ${profile}`,
    ...{ ...nats, signal },
    async onEnd(i, end) {
      if ("stopped" in end) return;
      if ("failed" in end) {
        counts.failed++;
        nats.onLine?.(`warning: ${cells[i].instance} by ${cells[i].contestant}: ${end.failed.reason}`);
        return;
      }
      // a worker of the same version and commit made it
      const { record, run } = end.result as LeaderboardAnswer;
      if (!runs.has(run.run)) await appendRun(folder, { ...run, profile, planned });
      runs.add(run.run);
      await appendRecord(folder, record);
      counts.measured++;
      if (record.failure !== undefined) counts.failed++;
      onCell(counts.measured, cells.length, cells[i]);
    },
  });
  return counts;
}

/** Measures a cell by its contestant's program; undefined where it was stopped. */
export async function measureCell(
  processes: Processes,
  cell: Cell,
  instances: ReadonlyMap<string, Instance>,
  run: string,
  aborted: Promise<undefined>,
): Promise<CellRecord | undefined> {
  const contestant = CONTESTANTS.get(cell.contestant);
  const instance = instances.get(cell.instance);
  if (contestant === undefined || instance === undefined) throw new Error(`no ${cell.contestant} on ${cell.instance}`);
  const job = jobOf(cell, contestant, instance);
  const answer = await Promise.race([
    processes.run(contestant.program, job, cell.timeLimitMs ?? COUNTED_LIMIT_MS),
    aborted,
  ]);
  return answer === undefined ? undefined : recordOf(cell, instance, run, answer);
}

/** What a contestant is asked for a cell. */
export function jobOf(cell: Cell, contestant: Contestant, instance: Instance): Job {
  const { length, numReads, timeLimitMs, numWorkers, seed, toBest } = cell;
  return {
    file: instance.path,
    as: instance.as,
    sampler: contestant.sampler,
    options: contestant.options ?? {},
    ...(contestant.program === "qama" && contestant.lengthOption !== undefined
      ? { lengthOption: contestant.lengthOption }
      : {}),
    length,
    ownTime: contestant.lengthOption === undefined,
    ...(numReads === undefined ? {} : { numReads }),
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(toBest && instance.best !== null ? { target: instance.best } : {}),
    ...(numWorkers === undefined ? {} : { numWorkers }),
    seed,
    warmUp: true,
  };
}

/** The record of an answer: the energies of single reads become counts and a mean. */
export function recordOf(cell: Cell, instance: Instance, run: string, answer: Answer): CellRecord {
  if (!answer.ok) return { cell, run, failure: answer.error };
  const { energies, versions, terms, length, calls, reads, bestEnergy, reachedMs, trace, kernel, pinned } = answer;
  const { readMs, convertMs, annealMs, callMs, totalMs } = answer.clocks;
  const { best, note } = instance;
  const enough = best === null ? -Infinity : best + SLACK * Math.max(1, Math.abs(best));
  return {
    cell,
    run,
    found: {
      n: instance.n,
      terms,
      best,
      // JSON leaves out what is undefined
      note,
      versions,
      length,
      calls,
      reads,
      bestEnergy,
      meanEnergy: energies === undefined ? undefined : energies.reduce((sum, e) => sum + e, 0) / energies.length,
      successes: energies === undefined || best === null ? undefined : energies.filter((e) => e <= enough).length,
      reachedMs,
      trace,
      kernel,
      clocks: {
        readMs: round(readMs),
        convertMs: round(convertMs),
        annealMs: annealMs === null ? null : round(annealMs),
        callMs: round(callMs),
        totalMs: round(totalMs),
      },
      pinned,
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

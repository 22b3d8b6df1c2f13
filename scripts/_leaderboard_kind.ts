import { codeVersion, describeMachine, RefusedError, type TaskKind } from "../lib/experiments/mod.ts";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { hasSampler } from "./_leaderboard_job.ts";
import { denseInstance, instanceChecksum, publishedInstances } from "./_leaderboard_instances.ts";
import { DENSE_SIZE } from "./_leaderboard_plan.ts";
import { coreToKeep, Processes } from "./_leaderboard_process.ts";
import { measureCell } from "./_leaderboard_run.ts";
import { type LeaderboardAnswer, type LeaderboardTask, taskBody } from "./_leaderboard_task.ts";
import type { Instance } from "./_leaderboard_types.ts";
import { installedPeers } from "./_peers.ts";

/**
 * Makes the kind of task that measures a cell, in the contestants' processes, one after another.
 *
 * @param options.data folder of the published instances
 * @param options.cache folder of models made here
 * @param options.slots tasks that the worker does at the same time; times are measured with one alone
 */
export function leaderboardKind({ data, cache, slots }: { data: string; cache: string; slots: number }): TaskKind {
  let ready: Promise<Ready> | undefined;
  return {
    body: taskBody,
    async run(valid, { signal, onProgress }) {
      const { cell, sha256 } = valid as LeaderboardTask;
      if (slots > 1) {
        throw new RefusedError("it does several tasks at the same time, and times are measured with --slots 1");
      }
      const { instances, processes, run } = await (ready ??= prepare(data, cache));
      const instance = instances.get(cell.instance);
      if (instance === undefined) {
        throw new RefusedError(`it has no instance ${cell.instance} in ${data}; see --data-dir`);
      }
      if (await instanceChecksum(instance) !== sha256) {
        throw new RefusedError(`its file of ${cell.instance} is another`);
      }
      const { program, sampler } = CONTESTANTS.get(cell.contestant)!;
      const there = program === "qama"
        ? hasSampler(sampler)
        : (await installedPeers()).some((name) => name === program);
      if (!there) throw new RefusedError(`it has no ${program}; deno task peers:install brings it`);
      onProgress(null, { label: `${cell.section} ${cell.instance} ${cell.contestant}`, done: 0, etaMs: NaN });
      const aborted = new Promise<undefined>((resolve) => {
        signal.addEventListener("abort", () => resolve(undefined), { once: true });
      });
      const record = await measureCell(processes, cell, instances, run.run, aborted);
      if (record === undefined) {
        // the program is in the middle of it
        await processes.close();
        return { result: null, stopped: true };
      }
      return { result: { record, run } satisfies LeaderboardAnswer, stopped: false };
    },
  };
}

interface Ready {
  readonly instances: ReadonlyMap<string, Instance>;
  readonly processes: Processes;
  readonly run: LeaderboardAnswer["run"];
}

async function prepare(data: string, cache: string): Promise<Ready> {
  const published = await publishedInstances(data).catch((error) => {
    throw new RefusedError(`it has no published instances in ${data}: ${error.message}; see --data-dir`);
  });
  const all = [...published, await denseInstance(cache, DENSE_SIZE)];
  const core = await coreToKeep();
  const run = { run: new Date().toISOString(), machine: describeMachine(), code: await codeVersion(), core };
  return { instances: new Map(all.map((instance) => [instance.name, instance])), processes: new Processes(core), run };
}

import type { JobErrors } from "./_job_errors.ts";
import type { CourseContext, CourseTask } from "./_course_types.ts";
import type { JobEntry, JobTable } from "./job_table.ts";
import type { Decision } from "./journal.ts";
import { jobFate } from "./manage_jobs.ts";
import { checkSpending } from "./spend_cap.ts";

/** What is to be done next about a job. */
export type Step =
  | { readonly kind: "answered" | "collect" | "lost" | "elsewhere"; readonly entry: JobEntry }
  | { readonly kind: "full"; readonly kept: readonly JobEntry[] }
  | { readonly kind: "send"; readonly tag: string };

/**
 * Decides under the journal's lock what is to be done next about a job; one that is to be sent has its intent among the records.
 *
 * @throws {MachineError} `quota` at the spend cap, `job` if there is nothing to be collected
 */
export function nextStep(
  { protocol, journal, options, url }: CourseContext,
  { key, task, collectOnly = false }: CourseTask,
  errors: JobErrors,
  jobs: JobTable,
): Decision<Step> {
  const entry = jobs.get(key);
  const found = (kind: "answered" | "collect" | "lost" | "elsewhere", entry: JobEntry) => ({
    records: [],
    result: { kind, entry } as const,
  });
  switch (entry?.standing) {
    case "answered":
      return found("answered", entry);
    case "submitted":
      return found("collect", entry);
    case "unknown":
      return found("lost", entry);
    case "sending":
      return found(entry.by !== journal.self && journal.isAlive(entry.by) ? "elsewhere" : "lost", entry);
  }
  if (task === undefined || collectOnly) throw errors.nothingToCollect(entry);
  const { jobs: most } = protocol.limits;
  if (most !== undefined) {
    const there = jobs.open().filter((job) =>
      job.machine === protocol.name && job.url === url && jobFate(journal, job) !== "unknown"
    );
    if (there.length >= most) {
      return { records: [], result: { kind: "full", kept: there.filter(({ toRelease }) => toRelease) } };
    }
  }
  journal.checkWhole();
  const { cost } = task.job;
  if (options.spendCap !== undefined) {
    checkSpending(protocol.name, options.spendCap, jobs.spent(protocol.name, url, options.spendCap.since), cost);
  }
  const attempt = (entry?.attempt ?? 0) + 1;
  const tag = `qama-${key.slice(0, 16)}${attempt === 1 ? "" : `-${attempt}`}`;
  const intent = {
    type: "intent",
    key,
    machine: protocol.name,
    url,
    tag,
    attempt,
    cost,
    by: journal.self,
    ...(options.origin !== undefined && { origin: options.origin }),
  } as const;
  return { records: [intent], result: { kind: "send", tag } };
}

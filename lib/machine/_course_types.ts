import type { Rng } from "../random/mod.ts";
import type { JobRunnerOptions, JobTask } from "./job_types.ts";
import type { Journal } from "./journal.ts";
import type { Slots } from "./_slots.ts";
import type { MachineProtocol } from "./types.ts";

/** What all jobs of a runner share. */
export interface CourseContext {
  readonly protocol: MachineProtocol;
  readonly journal: Journal;
  readonly options: JobRunnerOptions;
  readonly slots: Slots;
  readonly rng: Rng;
  readonly url: string;
  /** Keys of the jobs that the machine is told to delete just now. */
  readonly releasing: Set<string>;
}

/** A job to be run, or to be collected. */
export interface CourseTask {
  readonly key: string;
  readonly payload?: string;
  readonly task?: JobTask;
  readonly collectOnly?: boolean;
}

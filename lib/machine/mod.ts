/**
 * Ising machines over HTTP, made to look like any other sampler; and the emulator that stands in for them.
 *
 * @module
 */
export { digestOf } from "./answer_cache.ts";
export { Cassette, type CassetteOptions, type TapedLine, type TapedRequest } from "./cassette.ts";
export { type Leaving, LeftJob } from "./_flight.ts";
export { type JobIdentity, jobKey } from "./job_key.ts";
export { readOrigin } from "./_origins.ts";
export { JobRunner } from "./job_runner.ts";
export { type JobEntry, type JobStanding, JobTable } from "./job_table.ts";
export type { JobOutcome, JobRunnerOptions, JobTask, JobWait } from "./job_types.ts";
export { jobsFolder } from "./jobs_folder.ts";
export { type Decision, Journal, type JournalDamage, journalOf } from "./journal.ts";
export type { JournalEvent, JournalRecord, KeptAnswer } from "./_journal_records.ts";
export { MACHINE_OPTIONS, type MachineOptions, machineOptions } from "./machine_options.ts";
export { acceptDamage, adoptJob, findJob, forgetJob, jobFate } from "./manage_jobs.ts";
export { type MachineSampler, machineSampler } from "./machine_sampler.ts";
export { checkSpending, type SpendCap } from "./spend_cap.ts";
export { environmentKey } from "./environment_key.ts";
export { type RateClock, RateLimit } from "./rate_limit.ts";
export { type Redact, REDACTED, redactor } from "./redact.ts";
export { backoffMs, pause, retryAfterMs, type RetryOptions } from "./retry.ts";
export { type OpenWire, openWire, type WireOptions } from "./wire.ts";
export { type CarriedReply, type CarriedRequest, type Carrier, CarrierError, type Loss } from "./carrier.ts";
export { MachineError, type MachineErrorDetails, type MachineFault } from "./errors.ts";
export type {
  EncodedJob,
  JobRequest,
  JobState,
  Json,
  MachineAnswer,
  MachineLimits,
  MachineProtocol,
  Precision,
  Schema,
  Spending,
  Submission,
  Topology,
  Wire,
  WireReply,
  WireRequest,
} from "./types.ts";
export * from "./embedding/mod.ts";
export { preflight } from "./preflight.ts";
export type {
  Advice,
  DynamicRange,
  PreflightOptions,
  PreflightReport,
  Survival,
  SurvivalPoint,
} from "./preflight_types.ts";
export * from "./clients/mod.ts";
export { checkFits, type FitsRequest } from "./check_fits.ts";
export {
  type EnergyCause,
  type EnergyCheck,
  type EnergyDiagnosis,
  energyFindings,
  reEnergise,
  type ReEnergised,
  type ReEnergiseOptions,
} from "./re_energise.ts";
export * from "./emulator/mod.ts";
export { fromKaiwuFile, type KaiwuFile, type KaiwuFileOptions, type KaiwuJob, toKaiwuFile } from "./file_exchange.ts";

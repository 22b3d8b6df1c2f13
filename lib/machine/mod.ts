/**
 * Ising machines over HTTP, made to look like any other sampler; and the emulator that stands in for them.
 *
 * @module
 */
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

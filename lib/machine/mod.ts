/**
 * Ising machines over HTTP, made to look like any other sampler; and the emulator that stands in for them.
 *
 * @module
 */
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

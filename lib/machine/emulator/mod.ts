/**
 * A machine that stands in for others: their wire protocols on loopback, answers from a model of a CIM, faults on demand.
 *
 * @module
 */
export { startEmulator } from "./start_emulator.ts";
export {
  type AcceptedJob,
  EMULATED_MACHINES,
  type EmulatedFault,
  type EmulatedMachine,
  type Emulator,
  type EmulatorLimits,
  type EmulatorOptions,
  type EmulatorStats,
  type JobFault,
  type RequestFault,
} from "./types.ts";

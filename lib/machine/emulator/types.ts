import type { Sampler } from "../../samplers/mod.ts";
import type { HardwareGraph } from "../embedding/mod.ts";

/** A machine whose wire protocol the emulator speaks. */
export type EmulatedMachine = "isingq" | "hitachi" | "amplify" | "fujitsu" | "sqbm" | "dwave";

/** The machines whose wire protocol the emulator speaks. */
export const EMULATED_MACHINES: readonly EmulatedMachine[] = [
  ...["isingq", "hitachi", "amplify", "fujitsu", "sqbm", "dwave"] as const,
];

/**
 * What can go wrong with a request:
 *
 * - `reset-before`: the connection is cut and the request forgotten;
 * - `reset-after`: the connection is cut when the request has had its effect;
 * - `429`, `503`: nothing is taken; with a Retry-After, in seconds or as a date;
 * - `500`: half of them after the request has had its effect;
 * - `truncated`: the reply ends in the middle of its body;
 * - `malformed`: the reply is whole and no JSON;
 * - `slow`: the reply comes in small pieces;
 * - `clock-skew`: every date in the reply is hours off.
 */
export type RequestFault =
  | "reset-before"
  | "reset-after"
  | "429"
  | "500"
  | "503"
  | "truncated"
  | "malformed"
  | "slow"
  | "clock-skew";

/**
 * What can go wrong with a job:
 *
 * - `lost`: it is taken, and then nobody knows of it;
 * - `duplicate`: every row of the answer comes twice;
 * - `energy-sign`, `energy-factor`: energies turned, doubled;
 * - `energy-offset`: energies without a constant;
 * - `energy-order`: states with the last variable first;
 * - `energy-vartype`: energies as if spins were bits, or bits spins;
 * - `energy-rounding`: energies of coefficients of four bits.
 */
export type JobFault =
  | "lost"
  | "duplicate"
  | "energy-sign"
  | "energy-factor"
  | "energy-offset"
  | "energy-order"
  | "energy-vartype"
  | "energy-rounding";

/** Something that can go wrong on demand. */
export type EmulatedFault = RequestFault | JobFault;

/** What the emulator does not go beyond. */
export interface EmulatorLimits {
  /** Bytes of a request's body. @default {32 MiB} */
  readonly bodyBytes?: number;
  /** Bytes of bodies, files, waiting models and answers together. @default {512 MiB} */
  readonly memoryBytes?: number;
  /** Time in which a request has to arrive, head and body each, in ms. @default {10000} */
  readonly requestMs?: number;
  /** Time for which a connection may lie idle, in ms. @default {60000} */
  readonly idleMs?: number;
  /** Time from a request's body to the end of its reply, in ms. @default {120000} */
  readonly exchangeMs?: number;
  /** Connections at a time; more are closed as they come. @default {2000} */
  readonly connections?: number;
  /** Jobs that wait; more are told that the machine is busy. @default {1000} */
  readonly waiting?: number;
  /** Jobs that are done and kept; the oldest go. @default {20000} */
  readonly results?: number;
  /** Time for which a job that is done is kept, in ms. @default {600000} */
  readonly keepMs?: number;
  /** Computing time of a job, in ms; then it answers with what it has. @default {30000} */
  readonly jobMs?: number;
  /** Reads that are computed for a job, however many it asks for where only the best is told. @default {100} */
  readonly reads?: number;
}

/** How {@link startEmulator} sets the machine up. */
export interface EmulatorOptions {
  /** Whose wire protocol. */
  readonly machine: EmulatedMachine;
  /** Port; 0 for any that is free. @default {0} */
  readonly port?: number;
  /** Address to listen on; any other than a loopback one opens the machine to others, and `Emulator.open` says so. @default {"127.0.0.1"} */
  readonly hostname?: string;
  /** The key that callers must show, where the machine knows keys. @default {drawn} */
  readonly key?: string;
  /** What computes the answers. @default {physicalCim({ bits, measurementNoise: noise })} */
  readonly sampler?: Sampler;
  /** Bits of the couplings that the machine holds. @default {as many as are sent} */
  readonly bits?: number;
  /** Loop noise of the default sampler. @default {0.1} */
  readonly noise?: number;
  /** Seed of answers, names and faults. @default {drawn, and told} */
  readonly seed?: number;
  /** Added before every reply, in ms. @default {0} */
  readonly latencyMs?: number;
  /** Jobs that the account may submit. @default {no limit} */
  readonly quota?: number;
  /** Rates from 0 to 1, by name; or text, `"all:0.2"` or `"lost:0.1,429:0.05"`. @default {none} */
  readonly faults?: string | Readonly<Partial<Record<EmulatedFault, number>>>;
  /** What a 429 or 503 asks to wait, in seconds. @default {1} */
  readonly retryAfterS?: number;
  /** Qubits and couplers of `dwave`. @default {zephyrGraph(2) without two qubits} */
  readonly graph?: HardwareGraph;
  /** See {@link EmulatorLimits}. */
  readonly limits?: EmulatorLimits;
}

/** A job that the emulator has taken: the machine's side of the story. */
export interface AcceptedJob {
  /** The machine's name for it; also of a job whose submitter was never told. */
  readonly id: string;
  /** The caller's name for it, where the protocol carries one; else empty. */
  readonly tag: string;
  /** SHA-256 of the model and the reads asked for, hexadecimal: two equal jobs have the same. */
  readonly digest: string;
  /** What went wrong with it, on demand. */
  readonly fault: JobFault | "none";
}

/** Where the emulator stands. */
export interface EmulatorStats {
  /** Connections: open now, taken in all, turned away, cut by a limit or a fault. */
  readonly connections: {
    readonly open: number;
    readonly taken: number;
    readonly refused: number;
    readonly cut: number;
  };
  /** Requests, by class of their status. */
  readonly replies: { readonly ok: number; readonly refused: number; readonly failed: number };
  /** Jobs, by what became of them; `kept` are done and can be asked for. */
  readonly jobs: {
    readonly accepted: number;
    readonly waiting: number;
    readonly running: number;
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly kept: number;
  };
  /** Bytes of bodies, files, waiting models and answers that are held. */
  readonly heldBytes: number;
  /** The most that were held. */
  readonly mostHeldBytes: number;
  /** Time that the machine would have computed, in ms. */
  readonly machineMs: number;
  /** Faults on demand, by name; those that never came are absent. */
  readonly faults: Readonly<Partial<Record<EmulatedFault, number>>>;
}

/** A machine that stands in for another. */
export interface Emulator {
  /** Whose wire protocol. */
  readonly machine: EmulatedMachine;
  /** Where it listens: what takes the place of the machine's address, without a slash at the end. */
  readonly url: string;
  /** The key that it wants to see. */
  readonly key: string;
  /** The seed, given or drawn. */
  readonly seed: number;
  /** True if other computers can reach it. */
  readonly open: boolean;
  /** The jobs taken, in order; the last 50,000 of them. */
  readonly accepted: readonly AcceptedJob[];
  /** Where it stands now. */
  readonly stats: EmulatorStats;
  /** Stops listening, cuts what is open and ends what is computed. */
  close(): Promise<void>;
}

import type { IsingModel, QuboModel, Vartype } from "../model/mod.ts";
import type { MachineError, MachineFault } from "./errors.ts";

/**
 * Which pairs of variables a machine can couple.
 *
 * Where that is not every pair, variable i of a model sits at site `(i % width, floor(i / width))` of a grid, on qubit
 * `nodes[i]` of a graph, whose nodes ascend. A model may have fewer variables than the machine has places; a variable without
 * coupling and field need not be sent, and comes back with any value.
 */
export type Topology =
  /** Every pair. */
  | { readonly kind: "complete" }
  /** A grid, each site with its eight neighbours. */
  | { readonly kind: "king"; readonly width: number; readonly height: number }
  /** A list of couplers between numbered qubits, as the machine reports it. */
  | {
    readonly kind: "graph";
    readonly name: string;
    readonly nodes: readonly number[];
    readonly edges: readonly (readonly [number, number])[];
  };

/** Which numbers a machine takes as coefficients. */
export type Precision =
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "float32" }
  | { readonly kind: "float64"; readonly min?: number; readonly max?: number };

/** What a machine can take, and in what it is paid. */
export interface MachineLimits {
  /** Most variables of a model. */
  readonly variables: number;
  /** Which of them can be coupled. */
  readonly topology: Topology;
  /** Which coefficients. */
  readonly precision: Precision;
  /** Most reads of one job; more are shared out among several jobs. */
  readonly reads: number;
  /** Most bytes of a request. @default {no limit known} */
  readonly requestBytes?: number;
  /** Most bytes of a reply that we read. */
  readonly replyBytes: number;
  /** Longest run that can be asked for, in ms. @default {no limit known} */
  readonly runMs?: number;
  /** Most jobs an account may have at once. @default {no limit known} */
  readonly jobs?: number;
  /** What an account has so and so many of: "jobs", "seconds". */
  readonly quotaUnit: string;
}

/** A piece of JSON: what survives a journal. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A model in a machine's own terms, complete: what is sent depends on nothing else. Survives a journal. */
export interface EncodedJob {
  /** Name of the machine. */
  readonly machine: string;
  /** n of the model it was made from. */
  readonly variables: number;
  /** The values of its variables. */
  readonly vartype: Vartype;
  /** R, the reads that are asked for. */
  readonly numReads: number;
  /** What the protocol sends; two equal payloads are the same request. No key in it. */
  readonly payload: Json;
  /** Our energy is `scale * reported + offset`, for the energies that the machine reports. */
  readonly scale: number;
  /** See `scale`. */
  readonly offset: number;
  /** The machine's place of each variable, where it is not its index. */
  readonly places?: readonly number[];
  /** What the job uses up at most, as far as that is known before. */
  readonly cost: Spending;
}

/** What jobs use up. */
export interface Spending {
  /** Jobs. */
  readonly jobs: number;
  /** Seconds of the machine. */
  readonly seconds: number;
  /** Money, in the currency of the account. */
  readonly money: number;
}

/** What came back, in the values of the model, before anything was checked against it. */
export interface MachineAnswer {
  /** `[R, n]` row-major. */
  readonly states: Int8Array;
  /** Energies as the machine reports them, `[R]`, in its own convention; absent if it reports none. */
  readonly reported?: Float64Array;
  /** How often each state was seen, `[R]`; once if absent. */
  readonly counts?: Uint32Array;
  /** Time of the machine itself, in ms, where it says so. */
  readonly machineMs?: number;
  /** What else it says that belongs into the story. */
  readonly findings?: Readonly<Record<string, number | string | boolean>>;
}

/** Where a job stands at the machine. A job that it does not know is `gone`: that is believed when it is said twice. */
export type JobState =
  | { readonly state: "waiting" | "running" }
  | { readonly state: "done"; readonly answer: Json }
  | { readonly state: "failed" | "cancelled" | "gone"; readonly why: string };

/** What a submission gave: an answer at once from a machine that answers in the same breath, else the name of the job. */
export type Submission = { readonly id: string } | { readonly id?: string; readonly answer: Json };

/** One request to a machine. */
export interface WireRequest {
  /** HTTP method. */
  readonly method: "GET" | "POST" | "DELETE" | "PUT";
  /** Below the machine's base address, or a whole address that the machine named. */
  readonly path: string;
  /** Beside those that carry the key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent. */
  readonly body?: string | Uint8Array | FormData;
  /** May it be repeated without harm? If not, it is sent once, and a reply that never came means nobody knows. */
  readonly repeatable: boolean;
  /** Does it make a job, which costs something each time? The wire then leaves it to others to repeat it. @default {not repeatable} */
  readonly makesJob?: boolean;
  /** Does it carry the key? @default {true} */
  readonly keyed?: boolean;
  /** Statuses beside 2xx that the caller reads itself. @default {[]} */
  readonly accept?: readonly number[];
}

/** The reply to it. */
export interface WireReply {
  /** HTTP status. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, whole. */
  readonly text: string;
  /** The machine's own name for the request, where it gave one. */
  readonly requestId?: string;
}

/** How a protocol reaches its machine: the only way to the network in this room. */
export interface Wire {
  /**
   * Sends, within the deadline; repeats what may be repeated.
   *
   * @throws {MachineError} `key` at 401 and 403, `busy` at 429 and 503, `refused` at any other 4xx, `network` where nothing was
   *   sent, and for what may not be repeated `unknown-submission` wherever the machine could have taken it
   */
  send(request: WireRequest): Promise<WireReply>;
  /**
   * The reply as JSON that fits a schema.
   *
   * @throws {MachineError} `reply` with status, request id and excerpt if it is no JSON or does not fit
   */
  read<T>(reply: WireReply, schema: Schema<T>): T;
  /** An error of this machine about a reply. */
  fault(fault: MachineFault, what: string, reply?: WireReply): MachineError;
}

/** What zod's schemas are to this room. */
export interface Schema<T> {
  /** Checks a value. */
  safeParse(value: unknown): { readonly success: true; readonly data: T } | {
    readonly success: false;
    readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
  };
}

/** How long a machine is asked to work, and how often. */
export interface JobRequest {
  /** R. */
  readonly numReads: number;
  /** The caller's seed, for machines that take one. */
  readonly seed: number;
  /** Short name of the model, for people; the name by which a job is found again is the one that `submit` gets. */
  readonly tag: string;
}

/**
 * How one machine is spoken to: pure encoding and decoding, and four requests. A value without state and without a key.
 *
 * Everything else (keys, retries, journal, cache, caps, energies) is done around it, once for all machines.
 */
export interface MachineProtocol {
  /** Name of the machine, `isingq`. */
  readonly name: string;
  /** Address of the service. */
  readonly url: string;
  /** Name of the environment variable that holds the key; absent where none is needed. */
  readonly keyVariable?: string;
  /** What it can take. */
  readonly limits: MachineLimits;
  /** The headers that carry the key. */
  keyHeaders(key: string): Readonly<Record<string, string>>;
  /**
   * Puts a model into the machine's terms. Pure.
   *
   * @throws {RangeError} if the model does not fit, naming the limit
   */
  encode(model: IsingModel | QuboModel, request: JobRequest): EncodedJob;
  /**
   * The model whose energies the machine knows, where {@link encode} rounds coefficients; the given one where it sends them as they
   * are. Pure. Absent if the machine never needs rounding.
   */
  rounded?(model: IsingModel | QuboModel, request: JobRequest): IsingModel | QuboModel;
  /**
   * Sends a job. Exactly one of its requests makes a job; it is not repeatable, unless a second job would harm nobody.
   *
   * @param tag short name of this attempt, `qama-` and letters, digits and dashes; where the machine keeps a name, it must be this
   *   one: `find` is given it
   */
  submit(job: EncodedJob, wire: Wire, tag: string): Promise<Submission>;
  /** Looks where a job stands; absent if the machine answers at once. */
  look?(id: string, wire: Wire): Promise<JobState>;
  /** Cancels a job; false if it was too late. Absent if the machine cannot. */
  cancel?(id: string, wire: Wire): Promise<boolean>;
  /** Frees what the machine keeps of a finished job; absent if nothing has to be freed. */
  release?(id: string, wire: Wire): Promise<void>;
  /** Finds the job of a tag among those the machine knows: its id, or undefined if it surely has none. Absent if it cannot tell. */
  find?(tag: string, wire: Wire): Promise<string | undefined>;
  /**
   * Reads an answer. Pure.
   *
   * @throws {MachineError} `reply` if it does not fit
   */
  decode(answer: Json, job: EncodedJob): MachineAnswer;
}

import type { Model } from "../model/mod.ts";
import type { SampleAllOptions, SampleOptions, Sampler, SamplerOrigin, SampleSet } from "../samplers/mod.ts";
import { type MachineRoom, openRoom } from "./_machine_room.ts";
import { SampleCall } from "./_sample_call.ts";
import { sampleRequest } from "./_sample_request.ts";
import { type MachineOptions, machineOptions } from "./machine_options.ts";
import type { Json, MachineLimits, MachineProtocol } from "./types.ts";

/** A machine behind the interface of every sampler. */
export interface MachineSampler extends Sampler {
  /** How it is spoken to. */
  readonly protocol: MachineProtocol;
  /** What it can take. */
  readonly limits: MachineLimits;
  /**
   * Says what of a model does not fit, before anything is sent.
   *
   * @returns the reason, with the limit; undefined if it fits
   */
  fits(model: Model, numReads?: number): string | undefined;
  /** Several models, as many jobs at once as `concurrency` allows; waits for all of them before it throws. */
  sampleAll(models: readonly Model[], options?: SampleAllOptions): Promise<SampleSet[]>;
}

/**
 * Makes a sampler of a machine: a call becomes one or several jobs that are never lost and never sent twice (see `JobRunner`).
 *
 * Reads beyond the machine's limit are shared out among several jobs, in order. Energies are recomputed from the model in
 * float64. A call is named by what it asks: the same call again, in this process or a later one, with the same seed or again
 * without one, is answered from the journal and costs nothing; for fresh reads give another seed. Without a seed the story has one
 * that is made from the model.
 *
 * A call that is stopped (abort, `timeLimitMs`, target) returns the rows that it has; what the machine can cancel is cancelled on
 * abort, everything else goes on there and is collected by the same call later, or by `deno task jobs resume`; findings tell
 * (`jobsLeft`, `jobsCancelled`). A machine that fails with some rows there ends `machine-failed` with the reason in the finding
 * `failure`; with none the call rejects with a `MachineError`. A model without variables is not sent.
 *
 * @param protocol how the machine is spoken to
 * @param origin how a thread makes the sampler again: module, name and options of the factory, plain data without a key
 * @param options see {@link MachineOptions}; other names are left alone
 * @returns a sampler with the name of the protocol
 * @throws {RangeError} if an option is out of range
 *
 * Cost that of the jobs; about a millisecond each beside the network and the machine.
 *
 * @example The wish of one variable, from a machine that answers 1
 * ```ts
 * import { machineSampler, type MachineProtocol } from "qama/machine";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const limits = { variables: 1, topology: { kind: "complete" }, precision: { kind: "float64" }, reads: 1, replyBytes: 9, quotaUnit: "jobs" } as const;
 * const cost = { jobs: 1, seconds: 0, money: 0 };
 * const protocol: MachineProtocol = {
 *   name: "m", url: "https://m", limits, keyHeaders: () => ({}),
 *   encode: ({ n: variables, vartype }, { numReads }) => ({ machine: "m", variables, vartype, numReads, payload: 1, scale: 1, offset: 0, cost }),
 *   submit: () => Promise.resolve({ answer: 1 }), decode: () => ({ states: Int8Array.of(1) }),
 * };
 * const origin = { module: import.meta.url, name: "m", options: {} };
 * const sampler = machineSampler(protocol, origin, { folder: await Deno.makeTempDir() });
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [-2] });
 * assertEquals([...(await sampler.sample(model, { numReads: 3 })).energies], [-2, -2, -2]);
 * ```
 */
export function machineSampler(protocol: MachineProtocol, origin: SamplerOrigin, options: object = {}): MachineSampler {
  const settings: MachineOptions = machineOptions(`Cannot use ${protocol.name}`, options);
  const { concurrency = 4, deadlineMs = 600_000 } = settings;
  let room: Promise<MachineRoom> | undefined;
  const runner = async () => {
    const opened = room ??= openRoom(protocol, settings, recordable(origin));
    try {
      return (await opened).runner;
    } catch (error) {
      // a folder that could not be used may be usable later
      if (room === opened) room = undefined;
      throw error;
    }
  };
  const sampleSoon = async (model: Model, sampleOptions: SampleOptions = {}) => {
    const request = sampleRequest(protocol.name, model, sampleOptions);
    return await new SampleCall(protocol, runner, model, request, { atOnce: concurrency, deadlineMs }).run();
  };
  // what is returned is on the disk
  const synced = async <T>(work: Promise<T>) => {
    try {
      return await work;
    } finally {
      await (await room)?.runner.sync();
    }
  };
  return {
    name: protocol.name,
    origin,
    protocol,
    limits: protocol.limits,
    sample: (model, sampleOptions) => synced(sampleSoon(model, sampleOptions)),
    fits(model, numReads = 1) {
      try {
        protocol.encode(model, { numReads: Math.min(numReads, protocol.limits.reads), seed: 0, tag: "qama-fits" });
        return undefined;
      } catch (error) {
        if (error instanceof RangeError) return error.message;
        throw error;
      }
    },
    sampleAll: (models, all = {}) => synced(sampleEach(protocol.name, sampleSoon, models, all, concurrency)),
  };
}

async function sampleEach(
  name: string,
  sample: Sampler["sample"],
  models: readonly Model[],
  { seeds, timeLimitMs, ...options }: SampleAllOptions,
  atOnce: number,
): Promise<SampleSet[]> {
  if (seeds !== undefined && seeds.length !== models.length) {
    throw new TypeError(
      `Cannot sample with ${name}: ${seeds.length} seeds for ${models.length} models, expected one each`,
    );
  }
  const end = timeLimitMs === undefined ? Infinity : performance.now() + timeLimitMs;
  const sets: SampleSet[] = new Array(models.length);
  const failures: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < models.length) {
      const k = next++;
      const left = end === Infinity ? {} : { timeLimitMs: Math.max(1e-3, end - performance.now()) };
      try {
        sets[k] = await sample(models[k], { ...options, ...left, ...(seeds && { seed: seeds[k] }) });
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, models.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return sets;
}

// the module's address is this machine's own affair; the name and the options say what is made
function recordable({ name, options }: SamplerOrigin): Json {
  return { name, options: JSON.parse(JSON.stringify(options ?? null)) };
}

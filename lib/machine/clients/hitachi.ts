import { z } from "zod";
import { checkOptionNames, type HitachiTerm, toHitachi } from "../../model/mod.ts";
import { placeOf } from "../check_fits.ts";
import type { MachineFault } from "../errors.ts";
import type { EncodedJob, Json, MachineAnswer, MachineLimits, MachineProtocol, Submission, Wire } from "../types.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import { baseUrl, checkNumber, ownOptions } from "./_check_options.ts";
import { type ClientOptions, type Encoder, jobOf, prepare, type QuantiseOptions, roundedModel } from "./_prepare.ts";
import { answerOf, badAnswer, parseAnswer } from "./_read_answer.ts";

const CANNOT = "Cannot use hitachi";
const MAX_READS = 10;
const MAX_STEPS = 100;
const MAX_STEP_LENGTH = 1000;
const MAX_REPLY_BYTES = 64 * 2 ** 20;
const OPTIONS = [
  "url",
  "keyVariable",
  "price",
  "type",
  "places",
  "quantise",
  "numSteps",
  "stepLength",
  "temperatures",
  "resend",
];

/** Which of Hitachi's machines. */
export type HitachiType = 3 | 4 | 5;

/** How {@link hitachiProtocol} sends. */
export interface HitachiProtocolOptions extends ClientOptions, QuantiseOptions {
  /** Address of the service. @default {"https://annealing-cloud.com"} */
  readonly url?: string;
  /** Name of the environment variable that holds the token. @default {"HITACHI_ANNEALING_TOKEN"} */
  readonly keyVariable?: string;
  /**
   * The machine: 3 and 4 are GPUs with a King's graph of 512 x 512 and numbers of int32 and float32, 5 is the ASIC, 384 x 384 and
   * -7 to 7.
   *
   * @default {5}
   */
  readonly type?: HitachiType;
  /** The site `y width + x` of each variable. @default {variable i at site i} */
  readonly places?: readonly number[];
  /** Temperatures of a run, 1 to 100. @default {10} */
  readonly numSteps?: number;
  /** Monte Carlo steps at each, 1 to 1000. @default {100} */
  readonly stepLength?: number;
  /** First and last temperature, in units of the coefficients sent. @default {[10, 0.1]} */
  readonly temperatures?: readonly [first: number, last: number];
  /**
   * Sends a job again where it may have been run already and the answer got lost: costs another run, which counts against a spend
   * cap, and never a state.
   *
   * @default {false}
   */
  readonly resend?: boolean;
}

/** How {@link hitachi} works. */
export interface HitachiOptions extends HitachiProtocolOptions, MachineOptions {}

const MACHINES: Readonly<Record<HitachiType, Pick<MachineLimits, "precision"> & { readonly side: number }>> = {
  3: { side: 512, precision: { kind: "integer", min: -(2 ** 31), max: 2 ** 31 - 1 } },
  4: { side: 512, precision: { kind: "float32" } },
  5: { side: 384, precision: { kind: "integer", min: -7, max: 7 } },
};

/** What the numbers in a body of status 200 mean. */
const FAULTS: Readonly<Record<number, readonly [MachineFault, string]>> = {
  3: ["key", "it does not accept the token; tokens end after 30 days"],
  10: ["busy", "it is busy; send later"],
  17: ["refused", "it has no machine of this type"],
  33: ["job", "its hardware failed"],
  49: ["refused", "it cannot read the request"],
  50: ["refused", "a part of the request is missing"],
  51: ["refused", "a part of the request has the wrong type"],
  52: ["refused", "a number of the request is out of its range"],
  53: ["refused", "a value of the request is not allowed"],
  255: ["job", "it failed and does not say why"],
};

const site = z.tuple([z.number().int(), z.number().int(), z.number()]);
const result = z.object({
  spins: z.union([z.array(z.array(site)), z.array(site)]),
  energies: z.array(z.number()).optional(),
  execution_time: z.number().optional(),
});
const reply = z.object({ status: z.number().int(), job_id: z.string().nullish(), message: z.string().nullish() });
const full = reply.extend({ result });

/**
 * Makes a sampler of Hitachi's annealing cloud, a King's graph of integers; see {@link hitachiProtocol}.
 *
 * @param options see {@link HitachiOptions}
 * @returns a sampler; nothing is sent before its first call
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the jobs.
 *
 * @example The grid of the ASIC
 * ```ts
 * import { hitachi } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { limits } = hitachi();
 * assertEquals(limits.topology, { kind: "king", width: 384, height: 384 });
 * ```
 */
export function hitachi(options: HitachiOptions = {}): MachineSampler {
  const origin = { module: import.meta.url, name: "hitachi", options };
  return machineSampler(hitachiProtocol(ownOptions(options)), origin, options);
}

/**
 * Speaks to Hitachi's Annealing Cloud Web, version 2: CMOS annealing on a King's graph, at once, without a list of jobs.
 *
 * The energy is ours, `+ sum p s s`, a field being a term from a site to itself; the offset is not sent. The ASIC holds integers
 * from -7 to 7: a model that is such integers at no scale is refused, or rounded with `quantise`. Every reply has status 200 and
 * its own number inside. Spins of sites that no term names do not come back; they are given as up, which changes no energy.
 *
 * A model that is not made for the grid goes through `embedded()`. The service has no job to collect: an answer that got lost on
 * the way is lost, and the job counts as unknown unless `resend` says that another run may be paid for it. Numbers 49 to 53 are
 * explained from memory.
 *
 * Limits: 384 x 384 or 512 x 512 sites, 10 reads a job.
 *
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost of a job: O(n + m).
 * Source: Hitachi, Annealing Cloud Web API v2 reference (2021).
 *
 * @example A pair and a field
 * ```ts
 * import { hitachiProtocol } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 2]]), linear: [0, -1] });
 * const { payload } = hitachiProtocol().encode(model, { numReads: 1, seed: 0, tag: "a" });
 * assertEquals((payload as { model: unknown }).model, [[0, 0, 1, 0, 2], [1, 0, 1, 0, -1]]);
 * ```
 */
export function hitachiProtocol(options: HitachiProtocolOptions = {}): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { type = 5, numSteps = 10, stepLength = 100, temperatures = [10, 0.1], places } = options;
  const machine = MACHINES[type];
  if (machine === undefined) {
    throw new RangeError(`${CANNOT}: there is no type ${type}; known are ${Object.keys(MACHINES).join(", ")}`);
  }
  checkNumber(CANNOT, "numSteps", numSteps, 1, MAX_STEPS);
  checkNumber(CANNOT, "stepLength", stepLength, 1, MAX_STEP_LENGTH);
  for (const value of temperatures) checkNumber(CANNOT, "a temperature", value, 1e-9, 1e9, "number");
  const limits: MachineLimits = {
    variables: machine.side ** 2,
    topology: { kind: "king", width: machine.side, height: machine.side },
    precision: machine.precision,
    reads: MAX_READS,
    replyBytes: MAX_REPLY_BYTES,
    quotaUnit: "jobs",
  };
  const encoder: Encoder = { name: "hitachi", limits, options, ...(places && { places }) };
  return Object.freeze(
    {
      name: "hitachi",
      url: baseUrl(CANNOT, options.url ?? "https://annealing-cloud.com"),
      keyVariable: options.keyVariable ?? "HITACHI_ANNEALING_TOKEN",
      limits,
      keyHeaders: (key: string) => ({ "Authorization": `Bearer ${key}` }),
      encode(model, request) {
        const prepared = prepare(encoder, model, "ising", request);
        const place = placeOf(limits.topology, places);
        const sites = Array.from({ length: model.n }, (_, i) => siteOf(place(i), machine.side));
        const payload = {
          type,
          num_executions: request.numReads,
          model: toHitachi(prepared.sent, sites).terms as readonly HitachiTerm[],
          parameters: {
            temperature_num_steps: numSteps,
            temperature_step_length: stepLength,
            temperature_initial: temperatures[0],
            temperature_target: temperatures[1],
          },
          outputs: {
            energies: true,
            spins: true,
            execution_time: true,
            num_outputs: 0,
            averaged_spins: false,
            averaged_energy: false,
          },
        };
        return jobOf(encoder, model, request, prepared, payload, 0);
      },
      rounded: (model, request) => roundedModel(encoder, model, "ising", request),
      submit: (job, wire) => submit(job, wire, options.resend ?? false),
      decode: (answer, job) => decode(answer, job, machine.side),
    } satisfies MachineProtocol,
  );
}

function siteOf(place: number, side: number): readonly [x: number, y: number] {
  return [place % side, Math.floor(place / side)];
}

async function submit(job: EncodedJob, wire: Wire, repeatable: boolean): Promise<Submission> {
  const sent = await wire.send({
    method: "POST",
    path: "/api/v2/solve",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(job.payload),
    repeatable,
    makesJob: true,
  });
  const { status, message } = wire.read(sent, reply);
  if (status !== 0) {
    const [fault, why] = FAULTS[status] ?? ["reply", `its status ${status} is none that we know`];
    throw wire.fault(fault, message ? `${why} (${message})` : why, sent);
  }
  const { result, job_id } = wire.read(sent, full);
  return { ...(job_id && { id: job_id }), answer: result as Json };
}

function decode(answer: Json, job: EncodedJob, side: number): MachineAnswer {
  const { spins, energies, execution_time } = parseAnswer(job, result, answer);
  const n = job.variables;
  const variables = new Map(job.places?.map((place, i) => [place, i]));
  const at = (place: number) => job.places ? variables.get(place) : place < n ? place : undefined;
  const named = new Set(
    (job.payload as unknown as { model: readonly HitachiTerm[] }).model.flatMap(([x0, y0, x1, y1]) => [
      x0 + side * y0,
      x1 + side * y1,
    ]),
  );
  const rows = isNested(spins) ? spins : [spins];
  const states = new Int8Array(rows.length * n).fill(1);
  const down = job.vartype === "ising" ? -1 : 0;
  for (const [r, row] of rows.entries()) {
    const missing = new Set(named);
    for (const [x, y, s] of row) {
      const place = x + side * y;
      const i = x >= 0 && x < side && y >= 0 ? at(place) : undefined;
      if (i === undefined) throw badAnswer(job, `there is a spin at (${x}, ${y}), where the model has none`, answer);
      if (s !== 1 && s !== -1) throw badAnswer(job, `the spin at (${x}, ${y}) is ${s}, expected -1 or 1`, answer);
      states[r * n + i] = s === 1 ? 1 : down;
      missing.delete(place);
    }
    for (const place of missing) {
      const [x, y] = siteOf(place, side);
      throw badAnswer(job, `state ${r} lacks the spin at (${x}, ${y})`, answer);
    }
  }
  const machineMs = execution_time === undefined ? undefined : execution_time / 1e6;
  return answerOf(job, answer, { states, energies, machineMs });
}

type Site = z.infer<typeof site>;

function isNested(spins: z.infer<typeof result>["spins"]): spins is Site[][] {
  return spins.length === 0 || Array.isArray(spins[0][0]);
}

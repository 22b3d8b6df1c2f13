import { z } from "zod";
import { checkOptionNames } from "../../model/mod.ts";
import type {
  EncodedJob,
  JobState,
  Json,
  MachineAnswer,
  MachineLimits,
  MachineProtocol,
  Submission,
  Wire,
  WireReply,
} from "../types.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import { baseUrl, checkNumber, ownOptions, patient } from "./_check_options.ts";
import { type ClientOptions, type Encoder, forEachCoupling, jobOf, prepare } from "./_prepare.ts";
import { answerOf, badAnswer, parseAnswer } from "./_read_answer.ts";

const CANNOT = "Cannot use fujitsu";
const MAX_VARIABLES = 100_000;
const MAX_READS = 1024;
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 3600;
const MAX_JOBS = 16;
const MAX_COEFFICIENT = 2 ** 52;
const MAX_REPLY_BYTES = 256 * 2 ** 20;
const OPTIONS = ["url", "keyVariable", "price", "keyHeader", "version", "timeLimitSec", "numRun", "numGroup"];
const NO_QUOTA = "Monthly usage exceeds";

/** How {@link fujitsuProtocol} sends. */
export interface FujitsuProtocolOptions extends ClientOptions {
  /** Address of the service. @default {"https://api.aispf.global.fujitsu.com/da"} */
  readonly url?: string;
  /** Name of the environment variable that holds the key. @default {"FUJITSU_DA_API_KEY"} */
  readonly keyVariable?: string;
  /** Header of the key: that of an API key, or of a token that was got by OAuth elsewhere. @default {"X-Api-Key"} */
  readonly keyHeader?: "X-Api-Key" | "X-Access-Token";
  /** Version of the interface. @default {"v4"} */
  readonly version?: "v4" | "v3c";
  /** Seconds that the annealer works, 1 to 3600. @default {10} */
  readonly timeLimitSec?: number;
  /** Annealings of a group, 1 to 1024. @default {16} */
  readonly numRun?: number;
  /** Groups, 1 to 16. @default {1} */
  readonly numGroup?: number;
}

/** How {@link fujitsu} works. */
export interface FujitsuOptions extends FujitsuProtocolOptions, MachineOptions {}

const milliseconds = z.union([z.string(), z.number()]).transform(Number).optional();
const solution = z.object({
  energy: z.number(),
  penalty_energy: z.number().optional(),
  frequency: z.number().int().positive().optional(),
  configuration: z.record(z.string(), z.boolean()),
});
const solutions = z.object({
  solutions: z.array(solution),
  timing: z.object({ solve_time: milliseconds, total_elapsed_time: milliseconds }).nullish(),
});
const jobId = z.object({ job_id: z.string().min(1) });
const stateReply = z.object({ status: z.string(), message: z.string().nullish() });
const doneReply = z.object({ qubo_solution: solutions });

/**
 * Makes a sampler of Fujitsu's Digital Annealer; see {@link fujitsuProtocol}.
 *
 * @param options see {@link FujitsuOptions}
 * @returns a sampler; nothing is sent before its first call
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the jobs.
 *
 * @example Jobs of an account
 * ```ts
 * import { fujitsu } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { limits } = fujitsu();
 * assertEquals(limits.jobs, 16);
 * ```
 */
export function fujitsu(options: FujitsuOptions = {}): MachineSampler {
  const origin = { module: import.meta.url, name: "fujitsu", options };
  const waits = patient(options, 1000 * (options.timeLimitSec ?? DEFAULT_SECONDS), false);
  return machineSampler(fujitsuProtocol(ownOptions(options)), origin, waits);
}

/**
 * Speaks to Fujitsu's Digital Annealer, versions 3c and 4 of its interface: a QUBO of up to 100,000 bits, answered later.
 *
 * The polynomial is ours, each pair once; the offset is not sent, so that the same model with another offset is the same job.
 * `numReads` is how many different states the annealer is to give at most; it works for `timeLimitSec` whatever that number is, and
 * `frequency` says how often it met each. An account has 16 jobs, finished ones included: each is deleted once its answer is
 * here. Only a job that waits can be cancelled. Times come as text in milliseconds. There is no seed.
 *
 * The service rounds coefficients that are no integers by a scale of its own; the reported energies show by how much.
 *
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost of a job: O(n + m).
 * Source: Fujitsu, Digital Annealer QUBO API guide (v3c, v4), and public clients of it.
 *
 * @example What is sent for two bits
 * ```ts
 * import { fujitsuProtocol } from "qama/machine";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, 0] });
 * const { payload } = fujitsuProtocol().encode(model, { numReads: 1, seed: 0, tag: "a" });
 * assertEquals((payload as { binary_polynomial: { terms: unknown[] } }).binary_polynomial.terms[2], {
 *   coefficient: 5,
 *   polynomials: [0, 1],
 * });
 * ```
 */
export function fujitsuProtocol(options: FujitsuProtocolOptions = {}): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { version = "v4", keyHeader = "X-Api-Key", timeLimitSec = DEFAULT_SECONDS, numRun = 16, numGroup = 1 } =
    options;
  if (!["v4", "v3c"].includes(version)) throw new RangeError(`${CANNOT}: version is ${version}, expected v4 or v3c`);
  if (!["X-Api-Key", "X-Access-Token"].includes(keyHeader)) {
    throw new RangeError(`${CANNOT}: keyHeader is ${keyHeader}, expected X-Api-Key or X-Access-Token`);
  }
  checkNumber(CANNOT, "timeLimitSec", timeLimitSec, 1, MAX_SECONDS);
  checkNumber(CANNOT, "numRun", numRun, 1, 1024);
  checkNumber(CANNOT, "numGroup", numGroup, 1, 16);
  const limits: MachineLimits = {
    variables: MAX_VARIABLES,
    topology: { kind: "complete" },
    precision: { kind: "float64", min: -MAX_COEFFICIENT, max: MAX_COEFFICIENT },
    reads: MAX_READS,
    replyBytes: MAX_REPLY_BYTES,
    runMs: 1000 * MAX_SECONDS,
    jobs: MAX_JOBS,
    quotaUnit: "seconds",
  };
  const encoder: Encoder = { name: "fujitsu", limits, options, runMs: 1000 * timeLimitSec };
  const jobs = `/${version}/async/jobs`;
  return Object.freeze(
    {
      name: "fujitsu",
      url: baseUrl(CANNOT, options.url ?? "https://api.aispf.global.fujitsu.com/da"),
      keyVariable: options.keyVariable ?? "FUJITSU_DA_API_KEY",
      limits,
      keyHeaders: (key: string): Record<string, string> => ({ [keyHeader]: key }),
      encode(model, request) {
        const prepared = prepare(encoder, model, "qubo", request);
        // zeros too: a variable that no term names would be missing from the states
        const terms = Array.from(prepared.sent.linear, (coefficient, i) => ({ coefficient, polynomials: [i] }));
        forEachCoupling(prepared.sent, (i, j, coefficient) => terms.push({ coefficient, polynomials: [i, j] }));
        const payload = {
          fujitsuDA3: {
            time_limit_sec: timeLimitSec,
            num_run: numRun,
            num_group: numGroup,
            num_output_solution: request.numReads,
          },
          binary_polynomial: { terms },
        };
        return jobOf(encoder, model, request, prepared, payload, timeLimitSec);
      },
      submit: (job, wire) => submit(job, wire, `/${version}/async/qubo/solve`),
      look: (id, wire) => look(id, wire, jobs),
      cancel: (id, wire) => cancel(id, wire, jobs),
      async release(id, wire) {
        const path = `${jobs}/result/${encodeURIComponent(id)}`;
        checkQuota(await wire.send({ method: "DELETE", path, repeatable: true, accept: [400, 404] }), wire);
      },
      decode,
    } satisfies MachineProtocol,
  );
}

async function submit(job: EncodedJob, wire: Wire, path: string): Promise<Submission> {
  const reply = await wire.send({
    method: "POST",
    path,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(job.payload),
    repeatable: false,
    accept: [400, 429],
  });
  if (reply.status === 429) {
    throw wire.fault(
      "busy",
      `it takes no more jobs, of which an account has ${MAX_JOBS}; delete finished ones, or wait`,
      reply,
    );
  }
  checkQuota(reply, wire);
  if (reply.status === 400) throw wire.fault("refused", "it refuses the request", reply);
  return { id: wire.read(reply, jobId).job_id };
}

/** An empty account is told in words, whatever was asked. */
function checkQuota(reply: WireReply, wire: Wire): void {
  if (reply.status === 400 && reply.text.includes(NO_QUOTA)) {
    throw wire.fault("quota", "the time of this month is used up", reply);
  }
}

async function look(id: string, wire: Wire, jobs: string): Promise<JobState> {
  const path = `${jobs}/result/${encodeURIComponent(id)}`;
  const reply = await wire.send({ method: "GET", path, repeatable: true, accept: [400, 404] });
  checkQuota(reply, wire);
  if (reply.status === 400) throw wire.fault("refused", "it does not say where the job stands", reply);
  if (reply.status === 404) {
    return { state: "gone", why: "fujitsu knows no such job: its result was deleted, or never there" };
  }
  const { status, message } = wire.read(reply, stateReply);
  switch (status) {
    case "Waiting":
      return { state: "waiting" };
    case "Running":
      return { state: "running" };
    case "Done":
      return { state: "done", answer: wire.read(reply, doneReply).qubo_solution as Json };
    case "Canceled":
      return { state: "cancelled", why: "the job was cancelled" };
    case "Deleted":
      return { state: "gone", why: "the result was deleted" };
    case "Error":
      return { state: "failed", why: message ?? "fujitsu gives no reason" };
    default:
      throw wire.fault("reply", `its status ${status} is none that we know`, reply);
  }
}

async function cancel(id: string, wire: Wire, jobs: string): Promise<boolean> {
  const reply = await wire.send({
    method: "POST",
    path: `${jobs}/cancel`,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ job_id: id }),
    repeatable: true,
    accept: [400, 404, 409],
  });
  return reply.status >= 200 && reply.status < 300;
}

function decode(answer: Json, job: EncodedJob): MachineAnswer {
  const { solutions: rows, timing } = parseAnswer(job, solutions, answer);
  const n = job.variables;
  const states = new Int8Array(rows.length * n);
  const down = job.vartype === "ising" ? -1 : 0;
  for (const [r, { configuration }] of rows.entries()) {
    for (let i = 0; i < n; i++) {
      if (configuration[i] === undefined) throw badAnswer(job, `state ${r} lacks variable ${i}`, answer);
      states[r * n + i] = configuration[i] ? 1 : down;
    }
  }
  return answerOf(job, answer, {
    states,
    energies: rows.map(({ energy }) => energy),
    counts: rows.map(({ frequency }) => frequency ?? 1),
    machineMs: timing?.solve_time,
  });
}

import { z } from "zod";
import { checkOptionNames } from "../../model/mod.ts";
import type { EncodedJob, Json, MachineAnswer, MachineLimits, MachineProtocol, Submission, Wire } from "../types.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import { baseUrl, checkNumber, ownOptions, patient } from "./_check_options.ts";
import { type ClientOptions, type Encoder, forEachCoupling, jobOf, prepare } from "./_prepare.ts";
import { answerOf, parseAnswer, readStates } from "./_read_answer.ts";

const CANNOT = "Cannot use amplify";
const MAX_VARIABLES = 131_072;
const DEFAULT_TIMEOUT_MS = 1000;
const MAX_TIMEOUT_MS = 600_000;
const MAX_READS = 1024;
const MAX_REPLY_BYTES = 256 * 2 ** 20;
const OPTIONS = ["url", "keyVariable", "price", "timeoutMs", "numGpus", "resend"];

/** How {@link amplifyProtocol} sends. */
export interface AmplifyProtocolOptions extends ClientOptions {
  /** Address of the service. @default {"https://optigan.fixstars.com"} */
  readonly url?: string;
  /** Name of the environment variable that holds the token. @default {"AMPLIFY_TOKEN"} */
  readonly keyVariable?: string;
  /** Time that the engine works, in ms, up to 600,000; a plan may allow less. @default {1000} */
  readonly timeoutMs?: number;
  /** GPUs that it works on. @default {the service's own} */
  readonly numGpus?: number;
  /**
   * Sends a job again where it may have been run already and the answer got lost: costs another run, which counts against a spend
   * cap, and never a state.
   *
   * @default {false}
   */
  readonly resend?: boolean;
}

/** How {@link amplify} works. */
export interface AmplifyOptions extends AmplifyProtocolOptions, MachineOptions {}

const answers = z.object({
  spins: z.array(z.array(z.number())),
  energies: z.array(z.number()).optional(),
  timing: z.object({ annealing_time: z.number().optional() }).nullish(),
  execution_time: z.object({ annealing_time: z.number().optional() }).nullish(),
});

/**
 * Makes a sampler of the Fixstars Amplify Annealing Engine; see {@link amplifyProtocol}.
 *
 * @param options see {@link AmplifyOptions}
 * @returns a sampler; nothing is sent before its first call
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the jobs.
 *
 * @example Half a second
 * ```ts
 * import { amplify } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { limits } = amplify({ timeoutMs: 500 });
 * assertEquals(limits.runMs, 600_000);
 * ```
 */
export function amplify(options: AmplifyOptions = {}): MachineSampler {
  const origin = { module: import.meta.url, name: "amplify", options };
  const waits = patient(options, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, true);
  return machineSampler(amplifyProtocol(ownOptions(options)), origin, waits);
}

/**
 * Speaks to the Fixstars Amplify Annealing Engine, version 0 of its interface: a QUBO in, the best states it met out, at once.
 *
 * The polynomial is ours, `sum_{i<j} Q_ij x_i x_j + sum_i Q_ii x_i`, each pair once; the offset is not sent. The engine has a time
 * and no number of reads: `numReads` is how many of its best states it is to give, equal ones included, and it may give fewer.
 *
 * The service has no job to collect: an answer that got lost on the way is lost, and the job counts as unknown unless `resend` says
 * that another run may be paid for it. The number of variables, 131,072, and the name `annealing_time` (in ms), in
 * `timing` or in `execution_time`, are from memory; without that name the answer carries no time.
 *
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost of a job: O(n + m).
 * Source: Fixstars Amplify, documentation of the Annealing Engine (v0), and public clients of it.
 *
 * @example What is sent for two bits
 * ```ts
 * import { amplifyProtocol } from "qama/machine";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, 0] });
 * const { payload } = amplifyProtocol().encode(model, { numReads: 1, seed: 0, tag: "a" });
 * assertEquals((payload as { polynomial: unknown }).polynomial, [[0, -1], [1, 0], [0, 1, 5]]);
 * ```
 */
export function amplifyProtocol(options: AmplifyProtocolOptions = {}): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, numGpus } = options;
  checkNumber(CANNOT, "timeoutMs", timeoutMs, 1, MAX_TIMEOUT_MS);
  if (numGpus !== undefined) checkNumber(CANNOT, "numGpus", numGpus, 0, 64);
  const limits: MachineLimits = {
    variables: MAX_VARIABLES,
    topology: { kind: "complete" },
    precision: { kind: "float64" },
    reads: MAX_READS,
    replyBytes: MAX_REPLY_BYTES,
    runMs: MAX_TIMEOUT_MS,
    quotaUnit: "seconds",
  };
  const encoder: Encoder = { name: "amplify", limits, options, runMs: timeoutMs };
  return Object.freeze(
    {
      name: "amplify",
      url: baseUrl(CANNOT, options.url ?? "https://optigan.fixstars.com"),
      keyVariable: options.keyVariable ?? "AMPLIFY_TOKEN",
      limits,
      keyHeaders: (key: string) => ({ "Authorization": `Bearer ${key}` }),
      encode(model, request) {
        const prepared = prepare(encoder, model, "qubo", request);
        // zeros too: a variable that no term names would be missing from the states
        const polynomial: number[][] = Array.from(prepared.sent.linear, (value, i) => [i, value]);
        forEachCoupling(prepared.sent, (i, j, value) => polynomial.push([i, j, value]));
        const payload = {
          polynomial,
          timeout: timeoutMs,
          ...(numGpus !== undefined && { num_gpus: numGpus }),
          outputs: {
            spins: true,
            energies: true,
            feasibilities: false,
            sort: true,
            duplicate: true,
            num_outputs: request.numReads,
          },
        };
        return jobOf(encoder, model, request, prepared, payload, timeoutMs / 1000);
      },
      submit: (job, wire) => submit(job, wire, options.resend ?? false),
      decode,
    } satisfies MachineProtocol,
  );
}

async function submit(job: EncodedJob, wire: Wire, repeatable: boolean): Promise<Submission> {
  const reply = await wire.send({
    method: "POST",
    path: "/solve",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(job.payload),
    repeatable,
    makesJob: true,
    accept: [429],
  });
  if (reply.status === 429) {
    throw wire.fault("busy", "it is busy, or the time of the plan is used up; send later", reply);
  }
  return { answer: wire.read(reply, answers) as Json };
}

function decode(answer: Json, job: EncodedJob): MachineAnswer {
  const { spins, energies, timing, execution_time: time } = parseAnswer(job, answers, answer);
  const states = readStates(job, spins, "qubo", answer);
  return answerOf(job, answer, { states, energies, machineMs: timing?.annealing_time ?? time?.annealing_time });
}

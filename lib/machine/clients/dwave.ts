import { z } from "zod";
import { checkOptionNames, type Model } from "../../model/mod.ts";
import { placeOf } from "../check_fits.ts";
import type {
  EncodedJob,
  JobState,
  Json,
  MachineLimits,
  MachineProtocol,
  Submission,
  Wire,
  WireReply,
} from "../types.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import { baseUrl, checkNumber, ownOptions } from "./_check_options.ts";
import { type ClientOptions, type Encoder, forEachCoupling, jobOf, prepare } from "./_prepare.ts";
import { decodeQp, encodeQp, qpAnswer, type QpPayload } from "./_dwave_qp.ts";
import { DWAVE_KEY, DWAVE_URL, dwaveKeyHeaders, type DWaveSolver, dwaveSolver } from "./dwave_solver.ts";

const CANNOT = "Cannot use dwave";
const MAX_READS = 10_000;
const MAX_POLL_S = 30;
const MAX_LISTED = 1000;
const MAX_REPLY_BYTES = 256 * 2 ** 20;
const OPTIONS = [
  "url",
  "keyVariable",
  "price",
  "solver",
  "places",
  "autoScale",
  "annealingTimeUs",
  "secondsPerJob",
  "pollS",
];

/** How {@link dwaveProtocol} sends. */
export interface DWaveProtocolOptions extends ClientOptions {
  /** Address of SAPI, region and all. @default {"https://na-west-1.cloud.dwavesys.com/sapi/v2"} */
  readonly url?: string;
  /** Name of the environment variable that holds the token. @default {"DWAVE_API_TOKEN"} */
  readonly keyVariable?: string;
  /**
   * The processor, as `dwaveSolvers()` gives it, or the path of a JSON file with it: a journal keeps the options of every job, and a
   * path is shorter than a list of 40,000 couplers.
   */
  readonly solver: DWaveSolver | string;
  /** The qubit of each variable, by its number. @default {variable i on the i-th qubit in ascending order} */
  readonly places?: readonly number[];
  /** Lets SAPI scale the model into the processor's ranges; without, a model that is out of them is refused. @default {true} */
  readonly autoScale?: boolean;
  /** Time of an anneal, in microseconds. @default {the processor's own} */
  readonly annealingTimeUs?: number;
  /** What a job is counted with in a spend cap before it is known, in seconds of the processor. @default {0.1} */
  readonly secondsPerJob?: number;
  /** Seconds that a look at a job may wait for its end, 0 to 30. @default {5} */
  readonly pollS?: number;
}

/** How {@link dwave} works. */
export interface DWaveOptions extends DWaveProtocolOptions, MachineOptions {}

const problem = z.object({
  id: z.string().min(1).optional(),
  status: z.enum(["PENDING", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED"]).optional(),
  label: z.string().nullish(),
  answer: qpAnswer.nullish(),
  error_code: z.number().optional(),
  error_msg: z.string().optional(),
  error_message: z.string().nullish(),
});
const problemList = z.array(problem);
type Problem = z.infer<typeof problem>;

/**
 * Makes a sampler of a D-Wave quantum processor for models on its graph; see {@link dwaveProtocol}. `embedded()` takes any model.
 *
 * @param options see {@link DWaveOptions}
 * @returns a sampler; nothing is sent before its first call
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the jobs.
 *
 * @example A processor of two qubits
 * ```ts
 * import { dwave } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { limits } = dwave({ solver: { name: "two", qubits: [3, 5], couplers: [[3, 5]] } });
 * assertEquals(limits.variables, 2);
 * ```
 */
export function dwave(options: DWaveOptions): MachineSampler {
  const origin = { module: import.meta.url, name: "dwave", options };
  return machineSampler(dwaveProtocol(ownOptions(options)), origin, options);
}

/**
 * Speaks to a D-Wave quantum processor through SAPI: models that lie on its graph.
 *
 * A model goes as `qp`: base64 of little-endian float64, the linear coefficients over the processor's qubits (NaN where one is not
 * used) and the couplings over those of its couplers that have both ends in use. States come back as bits, the first variable in
 * the highest bit of the first byte, each on a byte of its own; bit 1 is up. Energies are ours, without the offset, which is not
 * sent. Reads come in the order in which they were made (`raw`). A variable without coupling and field is not sent and comes
 * back as up.
 *
 * A model that does not lie on the graph is refused with the first pair that does not: `embedded()` puts it there. The tag of a job
 * is its label, by which one whose submission was lost on the way is found again.
 *
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown, or the solver is no `DWaveSolver`
 *
 * Cost of a job: O(qubits + couplers).
 * Source: D-Wave, dwave-cloud-client (Apache-2.0) and the documentation of SAPI, read for the protocol.
 *
 * @example What is sent for two spins
 * ```ts
 * import { dwaveProtocol } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const protocol = dwaveProtocol({ solver: { name: "three", qubits: [0, 4, 7], couplers: [[0, 4], [4, 7]] } });
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
 * const { payload } = protocol.encode(model, { numReads: 1, seed: 0, tag: "a" });
 * assertEquals((payload as { data: { quad: string } }).data.quad, "AAAAAAAA8D8=");
 * ```
 */
export function dwaveProtocol(options: DWaveProtocolOptions): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { places, autoScale = true, annealingTimeUs, secondsPerJob = 0.1, pollS = 5 } = options;
  const solver = dwaveSolver(options.solver);
  if (annealingTimeUs !== undefined) checkNumber(CANNOT, "annealingTimeUs", annealingTimeUs, 1e-3, 1e6, "number");
  checkNumber(CANNOT, "secondsPerJob", secondsPerJob, 0, 1e4, "number");
  checkNumber(CANNOT, "pollS", pollS, 0, MAX_POLL_S, "number");
  const { reads = MAX_READS, hRange = [-4, 4], jRange = [-1, 1], topology = "" } = solver;
  const limits: MachineLimits = {
    variables: solver.qubits.length,
    topology: {
      kind: "graph",
      name: topology === "" ? solver.name : `${solver.name} (${topology})`,
      nodes: solver.qubits.toSorted((a, b) => a - b),
      edges: solver.couplers,
    },
    precision: { kind: "float64" },
    reads,
    replyBytes: MAX_REPLY_BYTES,
    quotaUnit: "seconds",
  };
  const encoder: Encoder = { name: "dwave", limits, options, ...(places && { places }) };
  return Object.freeze(
    {
      name: "dwave",
      url: baseUrl(CANNOT, options.url ?? DWAVE_URL),
      keyVariable: options.keyVariable ?? DWAVE_KEY,
      limits,
      keyHeaders: dwaveKeyHeaders,
      encode(model, request) {
        const prepared = prepare(encoder, model, model.vartype, request);
        if (!autoScale) checkRanges(prepared.sent, hRange, jRange);
        const payload = {
          solver: solver.name,
          type: model.vartype,
          data: { format: "qp", ...encodeQp(prepared.sent, solver, placeOf(limits.topology, places)), offset: 0 },
          params: {
            num_reads: request.numReads,
            answer_mode: "raw",
            auto_scale: autoScale,
            ...(annealingTimeUs !== undefined && { annealing_time: annealingTimeUs }),
          },
        };
        return jobOf(encoder, model, request, prepared, payload, secondsPerJob);
      },
      submit,
      look: (id, wire) => look(id, wire, pollS),
      cancel,
      find,
      decode: (answer, job) => decodeQp(answer, job, placeOf(limits.topology, places)),
    } satisfies MachineProtocol,
  );
}

function checkRanges(model: Model, hRange: readonly [number, number], jRange: readonly [number, number]): void {
  const check = (what: string, value: number, [min, max]: readonly [number, number]) => {
    if (value >= min && value <= max) return;
    throw new RangeError(
      `Cannot send to dwave: ${what} is ${value}, expected ${min} to ${max}; scale the model with scaleToRange(), or leave ` +
        `autoScale on`,
    );
  };
  model.linear.forEach((value, i) => check(`the field of variable ${i}`, value, hRange));
  forEachCoupling(model, (i, j, value) => check(`the coupling of ${i} and ${j}`, value, jRange));
}

function mediaType(kind: string): Record<string, string> {
  return { "Accept": `application/vnd.dwave.sapi.${kind}+json;version=3.0.0` };
}

async function submit(job: EncodedJob, wire: Wire, tag: string): Promise<Submission> {
  const reply = await wire.send({
    method: "POST",
    path: "/problems/",
    headers: { ...mediaType("problem"), "Content-Type": "application/json" },
    body: JSON.stringify({ ...job.payload as unknown as QpPayload, label: tag }),
    repeatable: false,
    accept: [402, 429],
  });
  if (reply.status === 402) throw wire.fault("quota", "the time of the project is used up", reply);
  if (reply.status === 429) throw wire.fault("busy", "it takes no more jobs now; send later", reply);
  const found = wire.read(reply, problem);
  if (found.id === undefined) {
    throw wire.fault(
      found.error_code === undefined ? "reply" : "refused",
      found.error_msg ?? "it names no problem",
      reply,
    );
  }
  if (found.status !== "COMPLETED" || !found.answer) return { id: found.id };
  return { id: found.id, answer: found.answer as Json };
}

async function look(id: string, wire: Wire, pollS: number): Promise<JobState> {
  const query = new URLSearchParams({ id, ...(pollS > 0 && { timeout: `${pollS}` }) });
  const reply = await wire.send({
    method: "GET",
    path: `/problems/?${query}`,
    headers: mediaType("problems"),
    repeatable: true,
    accept: [404],
  });
  const found = reply.status === 404 ? undefined : wire.read(reply, problemList).find((one) => one.id === id);
  if (found?.status === undefined) return { state: "gone", why: "dwave knows no such problem" };
  switch (found.status) {
    case "PENDING":
      return { state: "waiting" };
    case "IN_PROGRESS":
      return { state: "running" };
    case "CANCELLED":
      return { state: "cancelled", why: "the problem was cancelled" };
    case "COMPLETED":
      return { state: "done", answer: found.answer as Json ?? await answerTo(id, wire) };
    case "FAILED":
      return { state: "failed", why: reasonOf(found) ?? "dwave gives no reason" };
  }
}

function reasonOf(found: Problem): string | undefined {
  return found.error_message ?? found.error_msg;
}

async function answerTo(id: string, wire: Wire): Promise<Json> {
  const path = `/problems/${encodeURIComponent(id)}`;
  const reply: WireReply = await wire.send({ method: "GET", path, headers: mediaType("problem"), repeatable: true });
  const { answer } = wire.read(reply, problem);
  if (!answer) throw wire.fault("reply", "the problem is completed and has no answer", reply);
  return answer as Json;
}

async function cancel(id: string, wire: Wire): Promise<boolean> {
  const path = `/problems/${encodeURIComponent(id)}`;
  const reply = await wire.send({
    method: "DELETE",
    path,
    headers: mediaType("problem"),
    repeatable: true,
    accept: [400, 404, 409],
  });
  if (reply.status >= 300) return false;
  // a problem that is asked to stop and runs may still be answered
  return wire.read(reply, problem).status === "CANCELLED";
}

async function find(tag: string, wire: Wire): Promise<string | undefined> {
  const path = `/problems/?${new URLSearchParams({ label: tag })}`;
  const reply = await wire.send({ method: "GET", path, headers: mediaType("problems"), repeatable: true });
  const list = wire.read(reply, problemList);
  const found = list.find(({ label }) => label === tag)?.id;
  if (found === undefined && list.length >= MAX_LISTED) {
    throw wire.fault(
      "reply",
      `it lists ${list.length} problems of other names and maybe not all: it cannot be told whether ${tag} is one`,
      reply,
    );
  }
  return found;
}

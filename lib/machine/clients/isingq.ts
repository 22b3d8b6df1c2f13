import { z } from "zod";
import { checkOptionNames, type QuboModel, toSparse } from "../../model/mod.ts";
import { digestOf } from "../answer_cache.ts";
import type {
  EncodedJob,
  JobState,
  Json,
  MachineAnswer,
  MachineLimits,
  MachineProtocol,
  Submission,
  Wire,
} from "../types.ts";
import { checkRequestBytes } from "../check_fits.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import { baseUrl, checkNumber, ownOptions } from "./_check_options.ts";
import { type ClientOptions, type Encoder, jobOf, prepare, type QuantiseOptions, roundedModel } from "./_prepare.ts";
import { answerOf, badAnswer, parseAnswer, readStates } from "./_read_answer.ts";

const CANNOT = "Cannot use isingq";
const MAX_VARIABLES = 2048;
const MAX_COUNT = 10_000;
const MAX_REQUEST_BYTES = 20 * 2 ** 20;
const MAX_REPLY_BYTES = 2 ** 20;
const OPTIONS = ["url", "keyVariable", "price", "bits", "quantise", "postProcess", "computerTypeId"];

/** How {@link isingQProtocol} sends. */
export interface IsingQProtocolOptions extends ClientOptions, QuantiseOptions {
  /** Address of the service. @default {"https://api.isingq.com"} */
  readonly url?: string;
  /** Name of the environment variable that holds the key. @default {"ISINGQ_API_KEY"} */
  readonly keyVariable?: string;
  /** Sends integers of this many bits, sign included, and nothing else, 2 to 32. @default {numbers as they are} */
  readonly bits?: number;
  /** Lets the service improve the state afterwards. @default {false} */
  readonly postProcess?: boolean;
  /** Which of the service's machines. @default {1} */
  readonly computerTypeId?: number;
}

/** How {@link isingQ} works. */
export interface IsingQOptions extends IsingQProtocolOptions, MachineOptions {}

const signature = unwrapped(z.object({
  host: z.string(),
  policy: z.string(),
  signature: z.string(),
  x_oss_credential: z.string(),
  x_oss_date: z.string(),
  security_token: z.string(),
}));
// a name that is null or empty may stand beside one that is none
const identifier = z.union([z.string(), z.number()]).transform(String).nullish();
const created = z.object({ id: identifier, taskId: identifier, task_id: identifier });
const creation = created.extend({ data: z.union([created, identifier]) });
const entries = z.array(z.number()).nullish();
const number = z.union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())]);
const result = z.object({ bits: entries, spin_config: entries, energy: number.nullish() });
const task = z.object({ status: z.coerce.number(), result: result.nullish() });
const taskReply = unwrapped(task);

/** What stands in `data` of a reply, or in the reply itself where there is none. */
function unwrapped<S extends z.ZodType>(schema: S) {
  return z.preprocess((reply) => isWrapped(reply) ? reply.data : reply, schema);
}

function isWrapped(reply: unknown): reply is { data: unknown } {
  return typeof reply === "object" && reply !== null && "data" in reply;
}

interface Payload {
  readonly csv: string;
  readonly computerTypeId: number;
  readonly caculateCount: number;
  readonly postProcess: number;
}

/**
 * Makes a sampler of IsingQ's cloud, an opto-electronic coherent Ising machine of 2,048 spins; see {@link isingQProtocol}.
 *
 * @param options see {@link IsingQOptions}
 * @returns a sampler; nothing is sent before its first call
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the jobs.
 *
 * @example Integers of 8 bits
 * ```ts
 * import { isingQ } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { limits } = isingQ({ bits: 8, spendCap: { jobs: 100 } });
 * assertEquals(limits.precision, { kind: "integer", min: -127, max: 127 });
 * ```
 */
export function isingQ(options: IsingQOptions = {}): MachineSampler {
  const origin = { module: import.meta.url, name: "isingQ", options };
  return machineSampler(isingQProtocol(ownOptions(options)), origin, options);
}

/**
 * Speaks to IsingQ's cloud: an opto-electronic coherent Ising machine of 2,048 spins, each coupled to each.
 *
 * A job is a QUBO as a file: the upper triangle of a full matrix with the linear coefficients on the diagonal, uploaded to a store
 * with a signature from the service, and a task that names the file. The offset is not sent. `numReads` becomes `caculateCount`
 * (the service's spelling): the machine works so many times and **gives the best state only**, one row. The energy it reports is
 * `-1/2 sum J s s - sum h s` of the Ising form of the QUBO, so it lacks that form's offset.
 *
 * The service neither lists nor cancels tasks: a task of which no answer came back is never found again, and never sent again
 * by itself. Statuses 1, 2 and 3 are final, without a published meaning; one without a result counts as failed. A state is read
 * as bits or as spins by what is in it, whichever name it has, and an energy that is null counts as not told.
 *
 * Limits: 2,048 variables, 20 MiB a file, 1 MiB a reply. All 2,048 variables with couplings of 17 digits make 40 MB: `bits` sends
 * integers, which are shorter, and no machine of light and electronics holds more of them.
 *
 * @throws {RangeError} if `bits` is out of range
 * @throws {TypeError} if an option is unknown
 *
 * Cost of a job: O(n^2) bytes.
 * Source: ising-tech, isingq-toolkit (Apache-2.0, 2026), read for the protocol.
 *
 * @example What is sent for two bits
 * ```ts
 * import { isingQProtocol } from "qama/machine";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, 2] });
 * const { payload } = isingQProtocol().encode(model, { numReads: 10, seed: 0, tag: "a" });
 * assertEquals(payload, { csv: "-1,5\n0,2\n", computerTypeId: 1, caculateCount: 10, postProcess: 0 });
 * ```
 */
export function isingQProtocol(options: IsingQProtocolOptions = {}): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { bits, computerTypeId = 1 } = options;
  if (bits !== undefined) checkNumber(CANNOT, "bits", bits, 2, 32);
  checkNumber(CANNOT, "computerTypeId", computerTypeId, 0, Number.MAX_SAFE_INTEGER);
  const most = 2 ** ((bits ?? 1) - 1) - 1;
  const limits: MachineLimits = {
    variables: MAX_VARIABLES,
    topology: { kind: "complete" },
    precision: bits === undefined ? { kind: "float64" } : { kind: "integer", min: -most, max: most },
    reads: MAX_COUNT,
    requestBytes: MAX_REQUEST_BYTES,
    replyBytes: MAX_REPLY_BYTES,
    quotaUnit: "jobs",
  };
  const encoder: Encoder = { name: "isingq", limits, options };
  return Object.freeze(
    {
      name: "isingq",
      url: baseUrl(CANNOT, options.url ?? "https://api.isingq.com"),
      keyVariable: options.keyVariable ?? "ISINGQ_API_KEY",
      limits,
      keyHeaders: (key: string) => ({ "Authorization": key, "channel": "sdk" }),
      encode(model, request) {
        const prepared = prepare(encoder, model, "qubo", request);
        const csv = upperTriangle(prepared.sent);
        checkRequestBytes("isingq", csv.length, limits);
        const payload = {
          csv,
          computerTypeId,
          caculateCount: request.numReads,
          postProcess: options.postProcess ? 1 : 0,
        };
        const constant = prepared.scale * isingOffset(prepared.sent);
        return jobOf(encoder, model, request, { ...prepared, offset: constant }, payload, 0);
      },
      rounded: (model, request) => roundedModel(encoder, model, "qubo", request),
      submit,
      look,
      decode,
    } satisfies MachineProtocol,
  );
}

function upperTriangle(model: QuboModel): string {
  const { n, linear } = model;
  const { rowPtr, columns, values } = toSparse(model).couplings;
  const zeros = "0,".repeat(n);
  const run = (length: number) => zeros.slice(0, 2 * length - 1);
  const lines = new Array<string>(n);
  for (let i = 0; i < n; i++) {
    const parts: (string | number)[] = i > 0 ? [run(i), linear[i]] : [linear[i]];
    let next = i + 1;
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const j = columns[k];
      if (j < next) continue;
      if (j > next) parts.push(run(j - next));
      parts.push(values[k]);
      next = j + 1;
    }
    if (next < n) parts.push(run(n - next));
    lines[i] = parts.join(",");
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The constant of a QUBO's Ising model. */
function isingOffset(model: QuboModel): number {
  const pairs = toSparse(model).couplings.values.reduce((sum, value) => sum + value, 0) / 2;
  return model.offset + model.linear.reduce((sum, value) => sum + value, 0) / 2 + pairs / 4;
}

async function submit(job: EncodedJob, wire: Wire, tag: string): Promise<Submission> {
  const { csv, computerTypeId, caculateCount, postProcess } = job.payload as unknown as Payload;
  const inputJFile = await upload(csv, tag, wire);
  const reply = await wire.send({
    method: "POST",
    path: "/tasks/create-general",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      name: tag,
      computerTypeId,
      inputJFile,
      inputHFile: null,
      questionType: 1,
      caculateCount,
      postProcess,
      couponId: null,
      useCoupon: false,
      useCredit: false,
    }),
    repeatable: false,
    accept: [402],
  });
  if (reply.status === 402) throw wire.fault("quota", "the account has nothing left", reply);
  const { data, ...top } = wire.read(reply, creation);
  const inner = typeof data === "string" ? { id: data } : data ?? {};
  const id = [top, inner].flatMap((names) => [names.id, names.taskId, names.task_id]).find(Boolean);
  if (!id) throw wire.fault("reply", "it names no task", reply);
  return { id };
}

/** Puts the file into the store; doing it twice harms nobody, and the store gets no key of ours. */
async function upload(csv: string, tag: string, wire: Wire): Promise<string> {
  const path = "/files/getPostSignatureForOssUpload";
  const signed = await wire.send({ method: "GET", path, repeatable: true });
  const data = wire.read(signed, signature);
  if (!URL.canParse(data.host)) throw wire.fault("reply", "its host is no address", signed);
  const name = `${tag}.csv`;
  const key = `${digestOf(`${tag} ${csv}`).slice(0, 8)}/${name}`;
  const form = new FormData();
  form.append("success_action_status", "200");
  form.append("policy", data.policy);
  form.append("x-oss-signature", data.signature);
  form.append("x-oss-signature-version", "OSS4-HMAC-SHA256");
  form.append("x-oss-credential", data.x_oss_credential);
  form.append("x-oss-date", data.x_oss_date);
  form.append("key", key);
  form.append("x-oss-security-token", data.security_token);
  form.append("file", new File([csv], name, { type: "text/csv" }));
  await wire.send({ method: "POST", path: data.host, body: form, repeatable: true, keyed: false });
  return `${data.host.replace(/\/+$/, "")}/${key}`;
}

async function look(id: string, wire: Wire): Promise<JobState> {
  const path = `/tasks/${encodeURIComponent(id)}`;
  const reply = await wire.send({ method: "GET", path, repeatable: true, accept: [404] });
  if (reply.status === 404) return { state: "gone", why: "isingq knows no such task" };
  const { status, result } = wire.read(reply, taskReply);
  if (![1, 2, 3].includes(status)) return { state: "running" };
  if (!result?.bits && !result?.spin_config) {
    // a word of the service about itself may have a status too, and be no task
    if (result === undefined && !isWrapped(JSON.parse(reply.text))) {
      throw wire.fault("reply", "it has a status, and neither a task nor a result", reply);
    }
    return { state: "failed", why: `the task ended with status ${status} and no state` };
  }
  return { state: "done", answer: { status, result } as Json };
}

function decode(answer: Json, job: EncodedJob): MachineAnswer {
  const { status, result } = parseAnswer(job, task, answer);
  const state = result?.bits ?? result?.spin_config;
  if (!state) throw badAnswer(job, "there is no state in it", answer);
  // either name may hold either: what is in it decides, and all ones are both
  const states = readStates(job, [state], state.includes(-1) ? "ising" : "qubo", answer);
  const energy = result?.energy;
  return answerOf(job, answer, { states, energies: energy == null ? undefined : [energy], findings: { status } });
}

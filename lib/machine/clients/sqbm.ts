import { z } from "zod";
import { checkOptionNames, type Model, type Vartype } from "../../model/mod.ts";
import type { EncodedJob, Json, MachineAnswer, MachineLimits, MachineProtocol, Submission, Wire } from "../types.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import { baseUrl, checkNumber, ownOptions, patient } from "./_check_options.ts";
import { type ClientOptions, type Encoder, forEachCoupling, jobOf, prepare } from "./_prepare.ts";
import { answerOf, badAnswer, parseAnswer, readStates } from "./_read_answer.ts";

const CANNOT = "Cannot use sqbm";
const MAX_VARIABLES = 100_000;
const MAX_READS = 1000;
const DEFAULT_TIMEOUT_S = 10;
const MAX_TIMEOUT_S = 3600;
const MAX_BLOCKS = 40;
const MAX_REPLY_BYTES = 64 * 2 ** 20;
const OPTIONS = [
  "url",
  "keyVariable",
  "price",
  "version",
  "steps",
  "loops",
  "timeoutS",
  "algo",
  "dt",
  "C",
  "blocks",
  "resend",
];

/** How {@link sqbmProtocol} sends. */
export interface SqbmProtocolOptions extends ClientOptions {
  /** Address of the machine, usually one's own: `http://host:8000`. @default {"http://127.0.0.1:8000"} */
  readonly url?: string;
  /** Name of the environment variable that holds a bearer token, for a machine behind a proxy that asks for one. @default {none} */
  readonly keyVariable?: string;
  /** 1 sends spins to `/solver/ising`, 2 sends bits to `/solver/qubo`. @default {2} */
  readonly version?: 1 | 2;
  /** Steps of a run; 0 lets the machine choose. @default {0} */
  readonly steps?: number;
  /** Runs; 0 goes on until the time is over. @default {0} */
  readonly loops?: number;
  /** Seconds that the machine works at most. @default {10} */
  readonly timeoutS?: number;
  /** Which bifurcation, by the machine's names. @default {the machine's own} */
  readonly algo?: string;
  /** Time of a step. @default {the machine's own} */
  readonly dt?: number;
  /** Strength of the couplings. @default {the machine's own} */
  readonly C?: number;
  /** Blocks of a GPU, 0 to 40. @default {the machine's own} */
  readonly blocks?: number;
  /**
   * Sends a job again where it may have been run already and the answer got lost; each run counts against a spend cap.
   *
   * @default {true: the machine is one's own}
   */
  readonly resend?: boolean;
}

/** How {@link sqbm} works. */
export interface SqbmOptions extends SqbmProtocolOptions, MachineOptions {}

const values = z.array(z.number());
const answers = z.object({
  value: z.union([z.number(), z.array(z.number())]).optional(),
  result: z.union([z.array(values), values]),
  message: z.string().nullish(),
  time: z.number().nullish(),
});

/**
 * Makes a sampler of Toshiba's SQBM+ on one's own machine; see {@link sqbmProtocol}.
 *
 * @param options see {@link SqbmOptions}
 * @returns a sampler; nothing is sent before its first call
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the jobs.
 *
 * @example On another host
 * ```ts
 * import { sqbm } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const { limits } = sqbm({ url: "http://192.0.2.1:8000" });
 * assertEquals(limits.variables, 100_000);
 * ```
 */
export function sqbm(options: SqbmOptions = {}): MachineSampler {
  const origin = { module: import.meta.url, name: "sqbm", options };
  const waits = patient(options, 1000 * (options.timeoutS ?? DEFAULT_TIMEOUT_S), true);
  return machineSampler(sqbmProtocol(ownOptions(options)), origin, waits);
}

/**
 * Speaks to Toshiba's SQBM+, simulated bifurcation on one's own virtual machine: a file in Matrix Market form in, the best state out.
 *
 * The file is `coordinate real symmetric`, its lower triangle. Version 2 gets a QUBO, and **a pair counts once**:
 * `sum_{i>=j} Q_ij x_i x_j`. Version 1 gets an Ising model, `sum_{i>j} J_ij s_i s_j + sum_i J_ii s_i`, fields on the diagonal.
 * The offset is not sent. `numReads` is `maxout`, how many states are to come back at most.
 *
 * From memory, for the manual could be read in parts only: the names `value`, `result` and `message` of the answer, `time` in
 * seconds, whether a pair counts once or twice, and what the diagonal of version 1 means. States come as 0 and 1 or -1 and 1, and
 * as one list or several; all of it is taken. Energies are computed again here, and a machine that counts otherwise shows as
 * `factor-2` or `spin-binary` in the story: then its states are those of another problem.
 *
 * @throws {RangeError} if a number is out of its range
 * @throws {TypeError} if an option is unknown
 *
 * Cost of a job: O(n + m).
 * Source: Toshiba, SQBM+ on public clouds, as public clients of it send.
 *
 * @example What is sent for two bits
 * ```ts
 * import { sqbmProtocol } from "qama/machine";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, 0] });
 * const { payload } = sqbmProtocol().encode(model, { numReads: 1, seed: 0, tag: "a" });
 * const text = "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 -1\n2 1 5\n";
 * assertEquals((payload as { matrix: string }).matrix, text);
 * ```
 */
export function sqbmProtocol(options: SqbmProtocolOptions = {}): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { version = 2, steps = 0, loops = 0, timeoutS = DEFAULT_TIMEOUT_S, algo, dt, C, blocks, resend = true } =
    options;
  if (version !== 1 && version !== 2) throw new RangeError(`${CANNOT}: version is ${version}, expected 1 or 2`);
  checkNumber(CANNOT, "steps", steps, 0, 1e9);
  checkNumber(CANNOT, "loops", loops, 0, 1e9);
  checkNumber(CANNOT, "timeoutS", timeoutS, 0.001, MAX_TIMEOUT_S, "number");
  if (dt !== undefined) checkNumber(CANNOT, "dt", dt, 1e-6, 1e3, "number");
  if (C !== undefined) checkNumber(CANNOT, "C", C, 0, 1e9, "number");
  if (blocks !== undefined) checkNumber(CANNOT, "blocks", blocks, 0, MAX_BLOCKS);
  const limits: MachineLimits = {
    variables: MAX_VARIABLES,
    topology: { kind: "complete" },
    precision: { kind: "float64" },
    reads: MAX_READS,
    replyBytes: MAX_REPLY_BYTES,
    runMs: 1000 * MAX_TIMEOUT_S,
    quotaUnit: "seconds",
  };
  const encoder: Encoder = { name: "sqbm", limits, options, runMs: 1000 * timeoutS };
  const vartype: Vartype = version === 1 ? "ising" : "qubo";
  return Object.freeze(
    {
      name: "sqbm",
      url: baseUrl(CANNOT, options.url ?? "http://127.0.0.1:8000"),
      ...(options.keyVariable !== undefined && { keyVariable: options.keyVariable }),
      limits,
      keyHeaders: (key: string): Record<string, string> => ({ "Authorization": `Bearer ${key}` }),
      encode(model, request) {
        const prepared = prepare(encoder, model, vartype, request);
        const query = new URLSearchParams({
          steps: `${steps}`,
          loops: `${loops}`,
          timeout: `${timeoutS}`,
          maxout: `${request.numReads}`,
          ...(algo !== undefined && { algo }),
          ...(dt !== undefined && { dt: `${dt}` }),
          ...(C !== undefined && { C: `${C}` }),
          ...(blocks !== undefined && { blocks: `${blocks}` }),
        });
        const payload = { path: `/solver/${vartype}?${query}`, matrix: lowerTriangle(prepared.sent) };
        return jobOf(encoder, model, request, prepared, payload, timeoutS);
      },
      submit: (job, wire) => submit(job, wire, resend),
      decode: (answer, job) => decode(answer, job, vartype),
    } satisfies MachineProtocol,
  );
}

function lowerTriangle(model: Model): string {
  const lines: string[] = [];
  model.linear.forEach((value, i) => {
    if (value !== 0) lines.push(`${i + 1} ${i + 1} ${value}\n`);
  });
  forEachCoupling(model, (i, j, value) => lines.push(`${j + 1} ${i + 1} ${value}\n`));
  return `%%MatrixMarket matrix coordinate real symmetric\n${model.n} ${model.n} ${lines.length}\n${lines.join("")}`;
}

async function submit(job: EncodedJob, wire: Wire, repeatable: boolean): Promise<Submission> {
  const { path, matrix } = job.payload as unknown as { path: string; matrix: string };
  const reply = await wire.send({
    method: "POST",
    path,
    headers: { "Content-Type": "application/octet-stream" },
    body: matrix,
    repeatable,
    makesJob: true,
  });
  return { answer: wire.read(reply, answers) as Json };
}

function decode(answer: Json, job: EncodedJob, vartype: Vartype): MachineAnswer {
  const { value, result, time } = parseAnswer(job, answers, answer);
  const rows = result.length > 0 && Array.isArray(result[0]) ? result as number[][] : [result as number[]];
  // all ones are both: the solver decides
  const spoken: Vartype = rows.flat().includes(-1) ? "ising" : rows.flat().includes(0) ? "qubo" : vartype;
  const states = readStates(job, rows, spoken, answer);
  const energies = value === undefined ? undefined : Array.isArray(value) ? value : [value];
  if (energies && energies.length !== rows.length) {
    throw badAnswer(job, `${energies.length} values for ${rows.length} states`, answer);
  }
  return answerOf(job, answer, { states, energies, machineMs: time ? 1000 * time : undefined });
}

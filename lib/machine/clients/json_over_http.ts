import { z } from "zod";
import { checkOptionNames, type Model, type Vartype } from "../../model/mod.ts";
import { checkRequestBytes } from "../check_fits.ts";
import type { MachineOptions } from "../machine_options.ts";
import { type MachineSampler, machineSampler } from "../machine_sampler.ts";
import type {
  EncodedJob,
  JobRequest,
  JobState,
  Json,
  MachineAnswer,
  MachineLimits,
  MachineProtocol,
  Submission,
  Wire,
  WireReply,
} from "../types.ts";
import { baseUrl, ownOptions, patient } from "./_check_options.ts";
import { type CheckedJsonMachine, type JsonMachine, jsonMachineSchema, putAt, valueAt } from "./json_machine.ts";
import {
  type ClientOptions,
  type Encoder,
  forEachCoupling,
  jobOf,
  prepare,
  type QuantiseOptions,
  roundedModel,
} from "./_prepare.ts";
import { answerOf, badAnswer, readStates } from "./_read_answer.ts";

const CANNOT = "Cannot use the machine";
const OPTIONS = ["machine", "url", "keyVariable", "price", "places", "quantise"];

/** How {@link jsonOverHttpProtocol} sends. */
export interface JsonOverHttpProtocolOptions extends ClientOptions, QuantiseOptions {
  /** The machine, or the path of a JSON file with its declaration. */
  readonly machine: JsonMachine | string;
  /** Address of the service. @default {the machine's} */
  readonly url?: string;
  /** Name of the environment variable that holds the key. @default {the machine's} */
  readonly keyVariable?: string;
  /** Where the variables sit, on a machine with a graph. @default {in order} */
  readonly places?: readonly number[];
}

/** How {@link jsonOverHttp} works. */
export interface JsonOverHttpOptions extends JsonOverHttpProtocolOptions, MachineOptions {}

/**
 * Makes a sampler of any machine that takes a model as JSON and gives states as JSON, from a declaration.
 *
 * The declaration is data and can be kept in a file: address, how a model is written, where the job's name, its status and its states
 * stand, in which values and with which sign. It is checked whole, and so is every reply against it.
 *
 * @param options see {@link JsonOverHttpOptions}
 * @throws {TypeError} if the declaration does not fit, with the place of the first thing that is wrong, or an option is unknown
 * @throws {SyntaxError} if the declaration is a file and no JSON
 * @throws {RangeError} if an option is out of range
 *
 * Cost of a job: O(n + m), O(n^2) for a dense form.
 *
 * @example A machine that answers at once
 * ```ts
 * import { jsonOverHttp } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const sampler = jsonOverHttp({
 *   machine: {
 *     name: "mine",
 *     url: "https://ising.example",
 *     limits: { variables: 64 },
 *     model: { as: "qubo", form: "triples", at: "qubo" },
 *     submit: { path: "/solve" },
 *     answer: { rowsAt: "states", values: "bits" },
 *   },
 * });
 * assertEquals([sampler.name, sampler.limits.variables], ["mine", 64]);
 * ```
 */
export function jsonOverHttp(options: JsonOverHttpOptions): MachineSampler {
  const origin = { module: import.meta.url, name: "jsonOverHttp", options };
  const protocol = jsonOverHttpProtocol(ownOptions(options));
  const { submit: { seconds }, idAt } = checkedMachine(options.machine);
  return machineSampler(protocol, origin, patient(options, 1000 * seconds, idAt === undefined));
}

/**
 * Makes the protocol of {@link jsonOverHttp}: what is sent and how answers are read.
 *
 * @param options see {@link JsonOverHttpProtocolOptions}
 * @throws {TypeError} if the declaration does not fit, with the place of the first thing that is wrong, or an option is unknown
 *
 * Cost O(1).
 *
 * @example What is sent for two bits
 * ```ts
 * import { jsonOverHttpProtocol } from "qama/machine";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const protocol = jsonOverHttpProtocol({
 *   machine: {
 *     name: "mine",
 *     url: "https://ising.example",
 *     limits: { variables: 64 },
 *     model: { as: "qubo", form: "dense", at: "problem.Q" },
 *     submit: { path: "/solve" },
 *     answer: { values: "bits" },
 *   },
 * });
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, 0] });
 * const { payload } = protocol.encode(model, { numReads: 1, seed: 0, tag: "a" });
 * assertEquals(payload, { problem: { Q: [[-1, 5], [0, 0]] } });
 * ```
 */
export function jsonOverHttpProtocol(options: JsonOverHttpProtocolOptions): MachineProtocol {
  checkOptionNames(CANNOT, options, OPTIONS);
  const machine = checkedMachine(options.machine);
  const { name, keyHeader, keyPrefix, look, cancel, release } = machine;
  const { keyVariable = machine.keyVariable, places } = options;
  const { requestBytes, runMs, jobs, ...needed } = machine.limits;
  const limits: MachineLimits = {
    ...needed,
    ...(requestBytes !== undefined && { requestBytes }),
    ...(runMs !== undefined && { runMs }),
    ...(jobs !== undefined && { jobs }),
  };
  const encoder: Encoder = { name, limits, options, ...(places && { places }) };
  const vartype: Vartype = machine.model.as;
  return Object.freeze(
    {
      name,
      url: baseUrl(`Cannot use ${name}`, options.url ?? machine.url),
      ...(keyVariable !== undefined && { keyVariable }),
      limits,
      keyHeaders: (key: string): Record<string, string> => ({ [keyHeader]: `${keyPrefix}${key}` }),
      encode(model, request) {
        const prepared = prepare(encoder, model, vartype, request);
        const payload = bodyOf(machine, prepared.sent, prepared.offset / prepared.scale, request);
        const text = JSON.stringify(payload);
        checkRequestBytes(name, text.length, limits);
        const scale = machine.answer.energySign * prepared.scale;
        const offset = machine.model.offsetAt === undefined ? prepared.offset : 0;
        return jobOf(encoder, model, request, { ...prepared, scale, offset }, payload, machine.submit.seconds);
      },
      rounded: (model, request) => roundedModel(encoder, model, vartype, request),
      submit: (job, wire, tag) => submit(machine, job, wire, tag),
      ...(look && { look: (id: string, wire: Wire) => lookAt(machine, look, id, wire) }),
      ...(cancel && {
        cancel: async (id: string, wire: Wire) => {
          const path = filled(cancel.path, id);
          const reply = await wire.send({ method: cancel.method, path, repeatable: true, accept: [400, 404, 409] });
          return reply.status < 300;
        },
      }),
      ...(release && {
        release: async (id: string, wire: Wire) => {
          await wire.send({
            method: release.method,
            path: filled(release.path, id),
            repeatable: true,
            accept: [400, 404, 409],
          });
        },
      }),
      decode: (answer, job) => decode(machine, answer, job),
    } satisfies MachineProtocol,
  );
}

function checkedMachine(given: JsonMachine | string): CheckedJsonMachine {
  let machine: unknown = given;
  if (typeof given === "string") {
    const text = Deno.readTextFileSync(given);
    try {
      machine = JSON.parse(text);
    } catch (error) {
      throw new SyntaxError(`${CANNOT}: ${given} is no JSON`, { cause: error });
    }
  }
  const parsed = jsonMachineSchema.safeParse(machine);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new TypeError(`${CANNOT}: ${path.map(String).join(".") || "the declaration"}: ${message}`);
  }
  const { data } = parsed;
  const refuse = (what: string) => {
    throw new TypeError(`${CANNOT}: ${what}`);
  };
  if ((data.idAt === undefined) !== (data.look === undefined)) {
    refuse("idAt and look go together: the one names a job, the other asks for it");
  }
  if (data.idAt === undefined && (data.answer.path ?? data.cancel ?? data.release) !== undefined) {
    refuse("answer.path, cancel and release need idAt: without it a job has no name");
  }
  if (data.model.as === "ising" && data.model.form !== "terms" && data.model.linearAt === undefined) {
    refuse("model.linearAt is missing: the fields of an Ising model have no place among its couplings");
  }
  if (data.answer.energyAt !== undefined && data.answer.energiesAt !== undefined) {
    refuse("there are both answer.energyAt and answer.energiesAt, expected one of them");
  }
  return data;
}

function bodyOf(machine: CheckedJsonMachine, sent: Model, offset: number, request: JobRequest): Json {
  const { form, at, linearAt, sizeAt, offsetAt, pairs, sign, firstIndex: first, coefficient, variables } =
    machine.model;
  const { readsAt, seedAt } = machine.submit;
  const body = structuredClone(machine.submit.body) as Record<string, unknown>;
  const n = sent.n;
  const share = sign * (pairs === "twice" ? 0.5 : 1);
  const linear = Array.from(sent.linear, (value) => sign * value + 0);
  const own = linearAt === undefined ? linear : [];
  let written: unknown;
  if (form === "dense") {
    const rows = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    own.forEach((value, i) => rows[i][i] = value);
    forEachCoupling(sent, (i, j, value) => {
      rows[i][j] = share * value;
      if (pairs === "twice") rows[j][i] = share * value;
    });
    written = rows;
  } else {
    const list: [number[], number][] = own.map((value, i) => [[i + first], value]);
    forEachCoupling(sent, (i, j, value) => list.push([[i + first, j + first], share * value]));
    written = form === "terms"
      ? list.map(([at, value]) => ({ [coefficient]: value, [variables]: at }))
      : list.map(([at, value]) => [at[0], at[at.length - 1], value]);
  }
  putAt(body, at, written);
  if (linearAt !== undefined) putAt(body, linearAt, linear);
  if (sizeAt !== undefined) putAt(body, sizeAt, n);
  if (offsetAt !== undefined) putAt(body, offsetAt, sign * offset + 0);
  if (readsAt !== undefined) putAt(body, readsAt, request.numReads);
  if (seedAt !== undefined) putAt(body, seedAt, request.seed);
  return body as Json;
}

function filled(path: string, id: string): string {
  return path.replaceAll("{id}", encodeURIComponent(id));
}

async function submit(machine: CheckedJsonMachine, job: EncodedJob, wire: Wire, tag: string): Promise<Submission> {
  const { path, tagAt, repeatable } = machine.submit;
  const body = structuredClone(job.payload) as Record<string, unknown>;
  if (tagAt !== undefined) putAt(body, tagAt, tag);
  const reply = await wire.send({
    method: "POST",
    path,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    repeatable,
    makesJob: true,
  });
  const value = wire.read(reply, z.json());
  if (machine.idAt === undefined) return { answer: answerIn(machine, value, wire, reply) };
  const id = valueAt(value, machine.idAt);
  if (typeof id !== "number" && (typeof id !== "string" || id === "")) {
    throw wire.fault("reply", `there is no name of a job at ${machine.idAt}`, reply);
  }
  return { id: `${id}` };
}

async function lookAt(
  machine: CheckedJsonMachine,
  look: NonNullable<CheckedJsonMachine["look"]>,
  id: string,
  wire: Wire,
): Promise<JobState> {
  const reply = await wire.send({ method: "GET", path: filled(look.path, id), repeatable: true, accept: [404] });
  if (reply.status === 404) return { state: "gone", why: `${machine.name} knows no such job` };
  const value = wire.read(reply, z.json());
  const status = String(valueAt(value, look.statusAt));
  const why = look.messageAt === undefined ? undefined : valueAt(value, look.messageAt);
  const reason = typeof why === "string" && why !== "" ? why : `its status is ${status}`;
  if (look.done.includes(status)) {
    if (machine.answer.path === undefined) return { state: "done", answer: answerIn(machine, value, wire, reply) };
    const got = await wire.send({ method: "GET", path: filled(machine.answer.path, id), repeatable: true });
    return { state: "done", answer: answerIn(machine, wire.read(got, z.json()), wire, got) };
  }
  if (look.waiting.includes(status)) return { state: "waiting" };
  if (look.running.includes(status)) return { state: "running" };
  if (look.failed.includes(status)) return { state: "failed", why: reason };
  if (look.cancelled.includes(status)) return { state: "cancelled", why: reason };
  throw wire.fault("reply", `the status ${status} at ${look.statusAt} is none of the words of the declaration`, reply);
}

function answerIn(machine: CheckedJsonMachine, value: unknown, wire: Wire, reply: WireReply): Json {
  const answer = valueAt(value, machine.answer.at);
  if (answer === undefined) throw wire.fault("reply", `there is no answer at ${machine.answer.at}`, reply);
  if (valueAt(answer, machine.answer.rowsAt) === undefined) {
    throw wire.fault("reply", `there are no states at ${machine.answer.rowsAt}`, reply);
  }
  return answer as Json;
}

function decode(machine: CheckedJsonMachine, answer: Json, job: EncodedJob): MachineAnswer {
  const { rowsAt, stateAt, values, energyAt, energiesAt, countAt, timeAt, timeUnitMs } = machine.answer;
  const found = valueAt(answer, rowsAt);
  const rows = isOneState(found, stateAt) ? [found] : found as unknown[];
  const states = rows.map((row, r) => stateOf(valueAt(row, stateAt), machine.model.firstIndex, job, r, answer));
  const numbers = (list: readonly unknown[], what: string) =>
    list.map((value, r) => {
      if (typeof value !== "number") {
        throw badAnswer(job, `${what} ${r} is ${JSON.stringify(value)}, expected a number`, answer);
      }
      return value;
    });
  const listed = energiesAt === undefined ? undefined : valueAt(answer, energiesAt);
  const energies = energyAt !== undefined
    ? numbers(rows.map((row) => valueAt(row, energyAt)), "energy")
    : listed === undefined
    ? undefined
    : numbers(Array.isArray(listed) ? listed : [listed], "energy");
  if (energiesAt !== undefined && energies === undefined) {
    throw badAnswer(job, `there is nothing at ${energiesAt}`, answer);
  }
  const counts = countAt === undefined ? undefined : numbers(rows.map((row) => valueAt(row, countAt)), "count");
  const time = timeAt === undefined ? undefined : Number(valueAt(answer, timeAt)) * timeUnitMs;
  return answerOf(job, answer, {
    states: readStates(job, states, values === "bits" ? "qubo" : "ising", answer),
    energies,
    counts,
    machineMs: time,
  });
}

function isOneState(found: unknown, stateAt: string): boolean {
  if (!Array.isArray(found)) return true;
  return stateAt === "" && found.length > 0 && ["number", "boolean"].includes(typeof found[0]);
}

function stateOf(state: unknown, first: number, job: EncodedJob, r: number, answer: Json): number[] {
  const bit = (value: unknown) => typeof value === "boolean" ? Number(value) : value as number;
  if (typeof state === "string") return [...state].map(Number);
  if (Array.isArray(state)) return state.map(bit);
  if (typeof state === "object" && state !== null) {
    const byIndex = state as Record<string, unknown>;
    return Array.from({ length: job.variables }, (_, i) => bit(byIndex[i + first]));
  }
  throw badAnswer(job, `state ${r} is ${JSON.stringify(state)}, expected a list, text or an object`, answer);
}

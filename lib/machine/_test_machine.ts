import { assertRejects } from "@std/assert";
import {
  energies,
  type IsingModel,
  isingModel,
  type Model,
  quboModel,
  sparseCouplings,
  toSparse,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { MachineError } from "./errors.ts";
import type { JobEntry } from "./job_table.ts";
import { Journal } from "./journal.ts";
import { machineSampler } from "./machine_sampler.ts";
import type { MachineOptions } from "./machine_options.ts";
import type { MachineSampler } from "./machine_sampler.ts";
import type { EncodedJob, Json, MachineProtocol } from "./types.ts";

/** Name of the variable with the key of the test machine. */
export const TEST_KEY = "QAMA_TEST_MACHINE_KEY";

/** What a test machine can be told. */
export interface TestMachineOptions extends MachineOptions {
  readonly url: string;
  readonly find?: boolean;
  readonly cancel?: boolean;
  readonly sync?: boolean;
  readonly jobs?: number;
  readonly reads?: number;
  readonly release?: boolean;
}

/** The protocol of the test machine: one POST for a job, GET to look, and what the options add. */
export function testProtocol(options: TestMachineOptions): MachineProtocol {
  const base: MachineProtocol = {
    name: "test",
    url: options.url,
    keyVariable: TEST_KEY,
    limits: {
      variables: 64,
      topology: { kind: "complete" },
      precision: { kind: "float64" },
      reads: options.reads ?? 100,
      replyBytes: 1 << 20,
      quotaUnit: "jobs",
      ...(options.jobs !== undefined && { jobs: options.jobs }),
    },
    keyHeaders: (key) => ({ "X-Api-Key": key }),
    encode,
    async submit(job, wire, tag) {
      const body = JSON.stringify({ tag, ...(job.payload as object), sync: options.sync ?? false });
      const reply = await wire.send({ method: "POST", path: "/jobs", body, repeatable: false, accept: [429] });
      if (reply.status === 429) throw wire.fault("busy", "no room", reply);
      const { id, answer } = JSON.parse(reply.text) as { id: string; answer?: Json };
      if (id === undefined) throw wire.fault("reply", "no id", reply);
      return answer === undefined ? { id } : { id, answer };
    },
    async look(id, wire) {
      const reply = await wire.send({ method: "GET", path: `/jobs/${id}`, repeatable: true, accept: [404] });
      if (reply.status === 404) return { state: "gone", why: "no such job" };
      try {
        return JSON.parse(reply.text);
      } catch {
        throw wire.fault("reply", "it is no JSON", reply);
      }
    },
    decode,
  };
  return {
    ...base,
    ...(options.cancel && {
      cancel: async (id, wire) =>
        (await wire.send({ method: "DELETE", path: `/jobs/${id}`, repeatable: true, accept: [404, 409] })).status ===
          200,
    }),
    ...(options.find && {
      find: async (tag, wire) => {
        const reply = await wire.send({ method: "GET", path: `/jobs?tag=${tag}`, repeatable: true });
        return (JSON.parse(reply.text) as { ids: string[] }).ids[0];
      },
    }),
    ...(options.release && {
      release: async (id, wire) => {
        await wire.send({ method: "DELETE", path: `/results/${id}`, repeatable: true });
      },
    }),
  };
}

/** The test machine as a sampler. */
export function testMachine(options: TestMachineOptions): MachineSampler {
  const quick = { pollMs: [1, 5], firstBackoffMs: 1, longestBackoffMs: 5, settleMs: 0 } as const;
  return machineSampler(testProtocol(options), { module: import.meta.url, name: "testMachine", options }, {
    ...quick,
    ...options,
  });
}

function encode(model: Model, { numReads, seed }: { numReads: number; seed: number }): EncodedJob {
  if (model.n > 64) throw new RangeError(`Cannot use test: ${model.n} variables, at most 64`);
  const { couplings, linear, offset, vartype, n } = toSparse(model);
  const pairs: number[][] = [];
  for (let i = 0; i < n; i++) {
    for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
      if (couplings.columns[k] > i) pairs.push([i, couplings.columns[k], couplings.values[k]]);
    }
  }
  return {
    machine: "test",
    variables: n,
    vartype,
    numReads,
    payload: { vartype, n, pairs, linear: [...linear], reads: numReads, seed },
    scale: 1,
    offset,
    cost: { jobs: 1, seconds: 0.5, money: 0.25 },
  };
}

function decode(answer: Json, job: EncodedJob) {
  const { states, energies } = answer as { states: number[]; energies: number[] };
  if (!Array.isArray(states) || states.length % job.variables !== 0) throw new RangeError("broken answer");
  return { states: Int8Array.from(states), reported: Float64Array.from(energies), machineMs: 2 };
}

/** What became of requests at the machine; a test says what happens to them. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Tags of the jobs taken, in order. */
  readonly accepted: string[];
  readonly cancelled: string[];
  readonly released: string[];
  /** Requests seen. */
  readonly seen: string[];
  /** Tells a job's fate to `look`; done at once unless replaced. */
  state(id: string, looks: number): "waiting" | "done" | "failed" | "gone";
  /** Called before a job is taken; a response is given in place of taking it. */
  before(request: Request, count: number): Response | undefined | Promise<Response | undefined>;
  /** Called after a job was taken; a response is given in place of the machine's own. */
  after(count: number): Response | undefined | Promise<Response | undefined>;
}

/** Starts a machine on loopback that answers with random states. */
export function testServer(): TestServer {
  const jobs = new Map<string, { tag: string; answer: Json; looks: number }>();
  const machine = {
    accepted: [] as string[],
    cancelled: [] as string[],
    released: [] as string[],
    seen: [] as string[],
    state: () => "done" as const,
    before: () => undefined,
    after: () => undefined,
  };
  let posts = 0;
  const json = (value: unknown, status = 200) => Response.json(value, { status });
  const handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    machine.seen.push(`${request.method} ${url.pathname}`);
    const id = url.pathname.split("/")[2];
    if (request.method === "POST") {
      const body = await request.json();
      const instead = await result.before(request, ++posts);
      if (instead !== undefined) return instead;
      const name = `j${jobs.size + 1}`;
      const answer = answerTo(body);
      jobs.set(name, { tag: body.tag, answer, looks: 0 });
      machine.accepted.push(body.tag);
      const after = await result.after(machine.accepted.length);
      if (after !== undefined) return after;
      return json(body.sync ? { id: name, answer } : { id: name });
    }
    if (id === undefined) {
      return json({
        ids: [...jobs].filter(([, { tag }]) => tag === url.searchParams.get("tag")).map(([name]) => name),
      });
    }
    if (request.method === "DELETE") {
      if (url.pathname.startsWith("/results/")) machine.released.push(id);
      else if (!jobs.delete(id)) return json({}, 404);
      else machine.cancelled.push(id);
      return json({});
    }
    const job = jobs.get(id);
    if (job === undefined) return json({}, 404);
    const state = result.state(id, ++job.looks);
    return json(
      state === "done" ? { state, answer: job.answer } : { state, why: "as told" },
      state === "gone" ? 404 : 200,
    );
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle);
  const result: TestServer = Object.assign(machine, {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
  return result;
}

interface Body {
  readonly vartype: "ising" | "qubo";
  readonly n: number;
  readonly pairs: [number, number, number][];
  readonly linear: number[];
  readonly reads: number;
  readonly seed: number;
}

function answerTo({ vartype, n, pairs, linear, reads, seed }: Body): Json {
  const low = vartype === "ising" ? -1 : 0;
  const states = new Int8Array(n * reads);
  for (let r = 0; r < reads; r++) {
    const rng = new Rng(seed, r);
    for (let i = 0; i < n; i++) states[r * n + i] = rng.uniform() < 0.5 ? low : 1;
  }
  const parts = { couplings: sparseCouplings(n, pairs), linear: Float64Array.from(linear) };
  const model = vartype === "ising" ? isingModel(parts) : quboModel(parts);
  return { states: [...states], energies: [...energies(model, states)] };
}

/** A fresh folder and a key in the environment, until the block ends. */
export async function testRoom(): Promise<{ folder: string; key: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  const key = "the/secret+key=of.this-test";
  Deno.env.set(TEST_KEY, key);
  return {
    folder,
    key,
    async [Symbol.asyncDispose]() {
      Deno.env.delete(TEST_KEY);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Six small models, each a job of its own. */
export const models: readonly IsingModel[] = Array.from(
  { length: 6 },
  (_, h) => isingModel({ couplings: sparseCouplings(2, []), linear: [h, 1] }),
);

/** The error of a call that fails at a machine. */
export async function faultOf(call: () => Promise<unknown>): Promise<MachineError> {
  return await assertRejects(call, MachineError);
}

/** Everything that the journal of a folder has. */
export function entries(folder: string): JobEntry[] {
  const journal = new Journal(folder);
  using _lease = journal.lease();
  return journal.refresh().all();
}

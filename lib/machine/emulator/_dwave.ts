import { isingModel, type Model, quboModel, sparseCouplings } from "../../model/mod.ts";
import type { Job } from "./_job.ts";
import type { Call, Dialect, Reply, Setting } from "./_dialect.ts";
import { dwaveAnswer, type DwaveAsked, qpModel } from "./_dwave_qp.ts";
import { fieldsOf, integerField, objectField, parseJson, textField } from "./_json.ts";
import { Refusal, STATUS } from "./_refusal.ts";
import { waited } from "./_waited.ts";

const SOLVER = "Emulated_system1.0";
const MAX_IDS = 1000;
const MAX_WAIT_S = 30;
const HOLD_MS = 1000;
const MAX_BATCH = 1000;
const STATES: Readonly<Record<Job["state"], string>> = {
  ...{ waiting: "PENDING", running: "IN_PROGRESS", done: "COMPLETED", failed: "FAILED", cancelled: "CANCELLED" },
};

/**
 * D-Wave SAPI 3 on its version 2 path: solvers with their graph, problems one by one (which may be answered at once) or as a list,
 * long polling, `qp` answers, cancelling. The oddities: media types of its own, a histogram unless raw answers are asked for.
 */
export function dwaveDialect({ desk, graph, reads, closing }: Setting): Dialect {
  const asked = new WeakMap<Job, DwaveAsked>();
  const { nodes, rowPtr, columns } = graph;
  const couplers: [number, number][] = [];
  for (let i = 0; i < nodes.length; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (i < columns[k]) couplers.push([nodes[i], nodes[columns[k]]]);
  }
  const [kind, ...sizes] = graph.name.split(/[ ,x]+/);
  // SAPI writes both numbers of a Zephyr graph
  const shape = kind === "zephyr" && sizes.length === 1 ? [...sizes, "4"] : sizes;
  const solver = {
    id: SOLVER,
    identity: { name: SOLVER, version: { graph_id: "01dae5a273" } },
    status: "ONLINE",
    description: "A stand-in on loopback",
    avg_load: 0.1,
    properties: {
      ...{ chip_id: SOLVER, category: "qpu", num_qubits: nodes.at(-1)! + 1, qubits: Array.from(nodes), couplers },
      ...{ supported_problem_types: ["ising", "qubo"], topology: { type: kind, shape: shape.map(Number) } },
      ...{ num_reads_range: [1, reads], max_h: 4, h_range: [-4, 4], j_range: [-1, 1], extended_j_range: [-2, 1] },
      ...{ parameters: { num_reads: "", answer_mode: "", auto_scale: "", annealing_time: "", max_answers: "" } },
    },
  };
  const find = (id: string) => {
    const job = desk.find(id);
    if (job === undefined) throw new Refusal("missing", `Problem ${id} does not exist or is not accessible`);
    return job;
  };
  const status = (job: Job, call: Call, withAnswer: boolean): Record<string, unknown> => {
    const skew = call.now() - Date.now();
    const { outcome } = job;
    const known = asked.get(job);
    return {
      ...{ id: job.id, solver: SOLVER, type: known?.type ?? "ising", label: job.tag, status: STATES[job.state] },
      submitted_on: new Date(job.submittedAt + skew).toISOString(),
      ...(job.endedAt !== undefined && { solved_on: new Date(job.endedAt + skew).toISOString() }),
      ...(job.state === "failed" && { error_message: job.why }),
      ...(withAnswer && outcome && known && { answer: dwaveAnswer(job, outcome, known) }),
    };
  };
  const submit = async (given: unknown): Promise<Job> => {
    const fields = fieldsOf(given, "the problem");
    const named = fields.solver;
    const name = typeof named === "string" ? named : textField(fieldsOf(named, "solver"), "name");
    if (name !== SOLVER) throw new Refusal("missing", "Solver does not exist or apitoken does not have access");
    const type = textField(fields, "type");
    if (type !== "ising" && type !== "qubo") throw new Refusal("input", "type must be ising or qubo");
    const params = objectField(fields, "params");
    const numReads = integerField(params, "num_reads", 1, reads, 1);
    const mode = textField(params, "answer_mode") ?? "histogram";
    const maxAnswers = integerField(params, "max_answers", 1, reads, numReads);
    const { linear, pairs, active, offset } = qpModel(objectField(fields, "data"), graph, couplers);
    if (params.auto_scale === false) checkRanges(linear, pairs);
    const parts = { couplings: sparseCouplings(active.length, pairs), linear, offset };
    const model: Model = type === "ising" ? isingModel(parts) : quboModel(parts);
    const job = await desk.submit({ model, numReads, tag: textField(fields, "label", 1024) ?? "" });
    asked.set(job, { type, active, raw: mode === "raw", maxAnswers, numVariables: solver.properties.num_qubits });
    return job;
  };
  return {
    title: `D-Wave SAPI: quantum annealing, ${graph.name}, ${nodes.length} qubits`,
    bases: ["/sapi/v2"],
    keyed: true,
    keyOf: (headers) => headers.get("x-auth-token") ?? undefined,
    refuse: (refusal) => ({ status: statusOf(refusal), body: problemError(refusal) }),
    routes: [
      { method: "GET", path: /^\/solvers\/remote\/?$/, handle: () => typed("solver-definition-list", [solver]) },
      {
        method: "GET",
        path: /^\/solvers\/remote\/([^/]+)\/?$/,
        handle({ caught }) {
          if (caught[0] !== SOLVER) throw new Refusal("missing", "Solver does not exist");
          return typed("solver-definition", solver);
        },
      },
      {
        method: "POST",
        path: /^\/problems\/?$/,
        async handle(call) {
          const given = parseJson(call.bytes);
          if (!Array.isArray(given)) {
            const job = await submit(given);
            // now and then the answer is there at once
            if (job.coin) await first([job.settled], HOLD_MS, closing);
            return typed("problem", status(job, call, true));
          }
          if (given.length > MAX_BATCH) throw new Refusal("range", `more than ${MAX_BATCH} problems in one request`);
          const replies: unknown[] = [];
          for (const one of given) {
            replies.push(await submit(one).then((job) => status(job, call, false), asItem));
          }
          return typed("problems", replies);
        },
      },
      {
        method: "GET",
        path: /^\/problems\/?$/,
        async handle(call) {
          const ids = (call.query.get("id") ?? "").split(",").filter((id) => id !== "");
          if (ids.length > MAX_IDS) throw new Refusal("range", `more than ${MAX_IDS} ids`);
          const timeout = Number(call.query.get("timeout") ?? 0);
          if (!(timeout >= 0 && timeout <= MAX_WAIT_S)) {
            throw new Refusal("range", `timeout must be from 0 to ${MAX_WAIT_S}`);
          }
          if (ids.length === 0) {
            const label = call.query.get("label");
            const named = desk.list().filter((job) => label === null || job.tag === label);
            return typed(
              "problems",
              named.slice(-MAX_IDS).map((job) => status(job, call, false)),
            );
          }
          const jobs = ids.map((id) => desk.find(id));
          // whoever knows of an id that is wrong need not wait
          if (timeout > 0 && jobs.every((job) => job !== undefined && job.endedAt === undefined)) {
            await first(jobs.map((job) => job?.settled), 1000 * timeout, closing);
          }
          return typed(
            "problems",
            jobs.map((job, k) => job === undefined ? missing(ids[k]) : status(job, call, false)),
          );
        },
      },
      {
        method: "GET",
        path: /^\/problems\/([\w-]{1,64})\/?$/,
        handle: (call) => typed("problem", status(find(call.caught[0]), call, true)),
      },
      {
        method: "GET",
        path: /^\/problems\/([\w-]{1,64})\/(info|answer|messages)\/?$/,
        handle(call) {
          const job = find(call.caught[0]);
          if (call.caught[1] === "messages") return typed("problem-message-list", []);
          if (call.caught[1] === "info") {
            return typed("problem-info", {
              id: job.id,
              metadata: status(job, call, false),
              answer: status(job, call, true).answer,
            });
          }
          const { answer } = status(job, call, true);
          if (answer === undefined) throw new Refusal("missing", "Problem has no answer");
          return typed("problem-answer", { answer });
        },
      },
      {
        method: "DELETE",
        path: /^\/problems\/([\w-]{1,64})\/?$/,
        handle(call) {
          const job = find(call.caught[0]);
          if (!desk.cancel(job, true)) {
            return { status: 409, body: { error_code: 409, error_msg: `Problem ${job.id} has been finished.` } };
          }
          return typed("problem", status(job, call, false));
        },
      },
      {
        method: "DELETE",
        path: /^\/problems\/?$/,
        handle(call) {
          const ids = parseJson(call.bytes);
          if (!Array.isArray(ids) || ids.length > MAX_IDS) throw new Refusal("input", "expected a list of ids");
          return typed(
            "problems",
            ids.map((id) => {
              const job = desk.find(String(id));
              if (job === undefined) return missing(String(id));
              if (desk.cancel(job, true)) return status(job, call, false);
              return { error_code: 409, error_msg: `Problem ${job.id} has been finished.` };
            }),
          );
        },
      },
    ],
  };
}

function typed(kind: string, body: unknown): Reply {
  return { body, headers: { "content-type": `application/vnd.dwave.sapi.${kind}+json;version=3.0.0` } };
}

function statusOf({ kind }: Refusal): number {
  return kind === "quota" ? 402 : STATUS[kind];
}

function problemError(refusal: Refusal) {
  return { error_code: statusOf(refusal), error_msg: refusal.message };
}

function asItem(error: unknown): unknown {
  if (error instanceof Refusal) return problemError(error);
  throw error;
}

function missing(id: string) {
  return { error_code: 404, error_msg: `Problem ${id.slice(0, 64)} does not exist or is not accessible` };
}

function checkRanges(linear: Float64Array, pairs: readonly (readonly [number, number, number])[]): void {
  if (linear.some((h) => Math.abs(h) > 4)) throw new Refusal("range", "h is out of the range from -4 to 4");
  if (pairs.some(([, , J]) => J < -2 || J > 1)) throw new Refusal("range", "J is out of the range from -2 to 1");
}

// whichever comes first, the time included
async function first(list: readonly (Promise<void> | undefined)[], ms: number, closing: AbortSignal): Promise<void> {
  const over = new AbortController();
  const late = waited(ms, AbortSignal.any([closing, over.signal])).catch(() => {});
  await Promise.race([...list, late]);
  over.abort();
}

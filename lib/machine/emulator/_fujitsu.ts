import type { Job } from "./_job.ts";
import type { Call, Dialect, Reply, Setting } from "./_dialect.ts";
import {
  type Fields,
  fieldsOf,
  integerField,
  listField,
  numberField,
  objectField,
  parseJson,
  textField,
} from "./_json.ts";
import { byEnergy, type Outcome, rowOf } from "./_outcome.ts";
import { type PolynomialTerm, quboOfTerms } from "./_polynomial.ts";
import { Refusal, STATUS } from "./_refusal.ts";

const MAX_BITS = 100_000;
const MAX_JOBS = 16;
const STATES: Readonly<Record<Job["state"], string>> = {
  ...{ waiting: "Waiting", running: "Running", done: "Done", failed: "Error", cancelled: "Canceled" },
};
const UNEMULATED = ["penalty_binary_polynomial", "inequalities", "one_way_one_hot_groups", "two_way_one_hot_groups"];

interface Asked {
  readonly outputs: number;
  readonly n: number;
}

/**
 * Fujitsu Digital Annealer v4 (v3c alike): asynchronous, sixteen jobs an account until their results are deleted, cancel only while
 * waiting, times as text in ms, an empty account as HTTP 400, bits as an object of truth values.
 *
 * Penalties, inequalities and one-hot groups are refused.
 */
export function fujitsuDialect({ desk, reads }: Setting): Dialect {
  const asked = new WeakMap<Job, Asked>();
  const find = (id: string) => {
    const job = desk.find(id);
    if (job === undefined) throw new Refusal("missing", "Job not found.");
    return job;
  };
  return {
    title: "Fujitsu Digital Annealer v4: 100,000 bits, every pair",
    bases: ["/da"],
    keyed: true,
    keyOf: (headers) => headers.get("x-api-key") ?? headers.get("x-access-token") ?? undefined,
    refuse: ({ kind, message }) => {
      // the account is empty, and the request is called wrong
      const code = kind === "quota" ? 400 : STATUS[kind];
      const text = kind === "quota" ? "Monthly usage exceeds the limit." : message;
      return { status: code, body: { error: { code, title: text, message: text } } };
    },
    routes: [
      { method: "GET", path: /^\/v1\/healthcheck$/, handle: () => ({ body: { status: "ok" } }) },
      {
        method: "POST",
        path: /^\/v(?:4|3c)\/async\/qubo\/solve$/,
        async handle({ bytes }: Call): Promise<Reply> {
          const fields = fieldsOf(parseJson(bytes), "the request");
          if (desk.list().length >= MAX_JOBS) {
            throw new Refusal("busy", `The number of jobs has reached ${MAX_JOBS}; delete results that are done.`);
          }
          const named = UNEMULATED.find((name) => Object.hasOwn(fields, name) && fields[name] !== null);
          if (named !== undefined) throw new Refusal("input", `${named} is not emulated`);
          const schedule = objectField(fields, "fujitsuDA3");
          const runMs = 1000 * integerField(schedule, "time_limit_sec", 1, 1800, 10);
          const numRuns = integerField(schedule, "num_run", 1, 1024, 16);
          const numGroups = integerField(schedule, "num_group", 1, 16, 1);
          const outputs = integerField(schedule, "num_output_solution", 1, 1024, 5);
          const model = quboOfTerms(termsOf(fields), MAX_BITS);
          const numReads = Math.min(reads, numRuns * numGroups);
          const job = await desk.submit({ model, numReads, tag: "", runMs });
          asked.set(job, { outputs, n: model.n });
          return { body: { job_id: job.id } };
        },
      },
      {
        method: "GET",
        path: /^\/v(?:4|3c)\/async\/jobs$/,
        handle: ({ now }) => ({
          body: {
            job_status_list: desk.list().map((job) => ({
              job_id: job.id,
              job_status: STATES[job.state],
              start_time: new Date(job.submittedAt + now() - Date.now()).toISOString(),
            })),
          },
        }),
      },
      {
        method: "GET",
        path: /^\/v(?:4|3c)\/async\/jobs\/result\/([\w-]{1,64})$/,
        handle({ caught }) {
          const job = find(caught[0]);
          const { outcome, why } = job;
          const status = STATES[job.state];
          if (outcome === undefined) return { body: { status, ...(why && { message: why }) } };
          return { body: { status, qubo_solution: solutionOf(job, outcome, asked.get(job)) } };
        },
      },
      {
        method: "DELETE",
        path: /^\/v(?:4|3c)\/async\/jobs\/result\/([\w-]{1,64})$/,
        handle({ caught }) {
          const job = find(caught[0]);
          if (job.endedAt === undefined) {
            throw new Refusal("input", "The job is not finished; its result cannot be deleted.");
          }
          desk.forget(job);
          return { body: { status: "Deleted" } };
        },
      },
      {
        method: "POST",
        path: /^\/v(?:4|3c)\/async\/jobs\/cancel$/,
        handle({ bytes }) {
          const job = find(textField(fieldsOf(parseJson(bytes), "the request"), "job_id") ?? "");
          if (!desk.cancel(job, false)) {
            throw new Refusal("input", `The job is ${STATES[job.state]}; only a waiting job can be canceled.`);
          }
          return { body: { status: "Canceled" } };
        },
      },
    ],
  };
}

function solutionOf(job: Job, outcome: Outcome, { outputs, n }: Asked = { outputs: 1, n: job.variables }): unknown {
  const found = new Map<
    string,
    { energy: number; penalty_energy: number; frequency: number; configuration: unknown }
  >();
  const rows: unknown[] = [];
  for (const k of byEnergy(outcome)) {
    const row = rowOf(outcome, k);
    const text = row.join("");
    const known = found.get(text);
    if (known !== undefined && job.fault !== "duplicate") {
      known.frequency++;
      continue;
    }
    const configuration = Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i), row[i] === 1]));
    const solution = { energy: outcome.energies[k], penalty_energy: 0, frequency: 1, configuration };
    found.set(text, solution);
    rows.push(solution);
  }
  const ms = (value: number) => String(Math.round(value));
  const { submittedAt, startedAt = submittedAt, endedAt = startedAt } = job;
  return {
    progress: [{ energy: outcome.energies[byEnergy(outcome)[0]], penalty_energy: 0, time: ms(outcome.machineMs) }],
    result_status: true,
    solutions: rows.slice(0, job.fault === "duplicate" ? 2 * outputs : outputs),
    timing: {
      ...{ solve_time: ms(outcome.machineMs), total_elapsed_time: ms(endedAt - submittedAt) },
      queue_time: ms(startedAt - submittedAt),
    },
  };
}

function termsOf(fields: Fields): PolynomialTerm[] {
  const terms = listField(objectField(fields, "binary_polynomial"), "terms");
  if (terms === undefined) throw new Refusal("input", "binary_polynomial.terms is missing");
  return terms.map((given, at) => {
    const term = fieldsOf(given, `term ${at}`);
    const bits = listField(term, "polynomials") ?? [];
    if (!bits.every((bit) => typeof bit === "number")) {
      throw new Refusal("input", `polynomials of term ${at} are no numbers`);
    }
    return { coefficient: numberField(term, "coefficient", -Number.MAX_VALUE, Number.MAX_VALUE), bits };
  });
}

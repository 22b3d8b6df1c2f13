import type { QuboModel } from "../../model/mod.ts";
import type { Call, Dialect, Reply, Setting } from "./_dialect.ts";
import { bearer } from "./_hitachi.ts";
import {
  type Fields,
  fieldsOf,
  flagField,
  integerField,
  listField,
  numberField,
  objectField,
  parseJson,
} from "./_json.ts";
import { byEnergy, rowOf } from "./_outcome.ts";
import { type PolynomialTerm, quboOfTerms } from "./_polynomial.ts";
import { Refusal, STATUS } from "./_refusal.ts";

const MAX_BITS = 262_144;
const MAX_TIMEOUT_MS = 600_000;
const READS_A_SECOND = 16;

/**
 * Fixstars Amplify AE: one synchronous request, a polynomial of bits with a constant, a timeout in ms, states as bits, times in ms.
 *
 * Of the constraints nothing is emulated: a request that has some is refused.
 */
export function amplifyDialect({ desk, reads }: Setting): Dialect {
  return {
    title: "Fixstars Amplify AE: GPU annealing, every pair",
    bases: [],
    keyed: true,
    keyOf: bearer,
    refuse: ({ kind, message }) => ({ status: STATUS[kind], body: { message } }),
    routes: [{ method: "POST", path: /^\/solve$/, handle: (call) => solve(desk, reads, call) }],
  };
}

async function solve(desk: Setting["desk"], reads: number, { bytes }: Call): Promise<Reply> {
  const fields = fieldsOf(parseJson(bytes), "the request");
  const timeout = integerField(fields, "timeout", 0, MAX_TIMEOUT_MS, 1000);
  const numGpus = integerField(fields, "num_gpus", 0, 4, 1);
  const calibrated = flagField(fields, "penalty_calibration", true);
  if ((listField(fields, "constraints") ?? []).length > 0) {
    throw new Refusal("input", "constraints are not emulated; send a polynomial");
  }
  const outputs = objectField(fields, "outputs");
  const wants = (name: string, fallback: boolean) => flagField(outputs, name, fallback);
  const numOutputs = integerField(outputs, "num_outputs", 0, 1e9, 1);
  const model = modelOf(fields);
  // as many searches as the time is long
  const numReads = Math.max(1, Math.min(reads, Math.ceil(timeout * READS_A_SECOND / 1000)));
  const job = await desk.submit({ model, numReads, tag: "", runMs: Math.max(1, timeout) });
  await job.settled;
  const { outcome } = job;
  if (outcome === undefined || job.fault === "lost") throw new Refusal("broken", job.why || "the execution failed");
  const seen = new Set<string>();
  const isNew = (k: number) => {
    const row = rowOf(outcome, k).join("");
    return seen.has(row) ? false : seen.add(row) !== undefined;
  };
  let rows = wants("sort", true) ? byEnergy(outcome) : Array.from(outcome.energies.keys());
  if (!wants("duplicate", false) && job.fault !== "duplicate") rows = rows.filter(isNew);
  if (numOutputs > 0) rows = rows.slice(0, job.fault === "duplicate" ? 2 * numOutputs : numOutputs);
  const queued = (job.startedAt ?? job.submittedAt) - job.submittedAt;
  return {
    body: {
      execution_parameters: {
        ...{ num_gpus: numGpus, timeout, num_iterations: numReads, penalty_calibration: calibrated },
        ...{ penalty_multipliers: [], version: "v0.8.7-emulator" },
      },
      timing: {
        ...{ annealing_time: outcome.machineMs, queue_time: queued, cpu_time: 0 },
        time_stamps: rows.map((_, k) => outcome.machineMs * (k + 1) / rows.length),
      },
      ...(wants("energies", true) && { energies: rows.map((k) => outcome.energies[k]) }),
      ...(wants("spins", true) && { spins: rows.map((k) => Array.from(rowOf(outcome, k))) }),
      ...(wants("feasibilities", true) && { feasibilities: rows.map(() => true) }),
      message: "",
    },
  };
}

function modelOf(fields: Fields): QuboModel {
  const constant = numberField(fields, "constant", -Number.MAX_VALUE, Number.MAX_VALUE, 0);
  const polynomial = listField(fields, "polynomial");
  const matrix = listField(fields, "matrix");
  if ((polynomial === undefined) === (matrix === undefined)) {
    throw new Refusal("input", "either polynomial or matrix must be given");
  }
  const terms = polynomial?.map(termOf) ?? matrix?.flatMap(rowTerms) ?? [];
  return quboOfTerms(terms, MAX_BITS, constant);
}

// [i, j, q], [i, q] or [q]
function termOf(term: unknown, at: number): PolynomialTerm {
  if (!Array.isArray(term) || term.length < 1 || !term.every((value) => typeof value === "number")) {
    throw new Refusal("input", `term ${at} of the polynomial is no list of numbers`);
  }
  return { coefficient: term[term.length - 1], bits: term.slice(0, -1) };
}

function rowTerms(row: unknown, i: number): PolynomialTerm[] {
  if (!Array.isArray(row) || !row.every((value) => typeof value === "number")) {
    throw new Refusal("input", `row ${i} of the matrix is no list of numbers`);
  }
  return row.flatMap((coefficient, j) => coefficient === 0 && i !== j ? [] : [{ coefficient, bits: [i, j] }]);
}

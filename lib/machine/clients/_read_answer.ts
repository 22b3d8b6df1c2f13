import type { Vartype } from "../../model/mod.ts";
import { MachineError } from "../errors.ts";
import { redactor } from "../redact.ts";
import type { EncodedJob, Json, MachineAnswer, Schema } from "../types.ts";

const EXCERPT = 200;

/** An error about an answer that was read from a wire, a journal or a cache. */
export function badAnswer(job: EncodedJob, what: string, answer: Json): MachineError {
  const excerpt = redactor([])(JSON.stringify(answer) ?? "").slice(0, EXCERPT);
  return new MachineError(`Cannot read the answer of ${job.machine}: ${what}: ${excerpt}`, {
    machine: job.machine,
    fault: "reply",
    excerpt,
  });
}

/** An answer in the form that a schema gives it. */
export function parseAnswer<T>(job: EncodedJob, schema: Schema<T>, answer: Json): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw badAnswer(job, `${path.map(String).join(".") || "it"}: ${message}`, answer);
}

/**
 * Reads states that came as rows of numbers.
 *
 * @param values what the rows hold: spins -1 and +1, or bits 0 and 1
 * @returns `[R, n]` in the values of the model
 */
export function readStates(
  job: EncodedJob,
  rows: readonly (readonly number[])[],
  values: Vartype,
  answer: Json,
): Int8Array {
  const n = job.variables;
  const states = new Int8Array(rows.length * n);
  const down = values === "ising" ? -1 : 0;
  const ours = job.vartype === "ising" ? -1 : 0;
  for (const [r, row] of rows.entries()) {
    if (row.length !== n) throw badAnswer(job, `state ${r} has ${row.length} entries for ${n} variables`, answer);
    for (let i = 0; i < n; i++) {
      if (row[i] !== 1 && row[i] !== down) {
        throw badAnswer(job, `variable ${i} of state ${r} is ${row[i]}, expected ${down} or 1`, answer);
      }
      states[r * n + i] = row[i] === 1 ? 1 : ours;
    }
  }
  return states;
}

/** Checks that there is a state at all and one energy for each, and puts the parts together. */
export function answerOf(
  job: EncodedJob,
  answer: Json,
  parts: {
    readonly states: Int8Array;
    readonly energies?: readonly number[] | undefined;
    readonly counts?: readonly number[] | undefined;
    readonly machineMs?: number | undefined;
    readonly findings?: MachineAnswer["findings"];
  },
): MachineAnswer {
  const { states, energies, counts, machineMs, findings } = parts;
  const rows = job.variables === 0 ? energies?.length ?? 0 : states.length / job.variables;
  if (rows === 0 && job.variables > 0) throw badAnswer(job, "there is no state in it", answer);
  for (const [name, list] of [["energies", energies], ["counts", counts]] as const) {
    if (list !== undefined && list.length !== rows) {
      throw badAnswer(job, `${list.length} ${name} for ${rows} states`, answer);
    }
  }
  return {
    states,
    ...(energies && { reported: Float64Array.from(energies) }),
    ...(counts && { counts: Uint32Array.from(counts) }),
    ...(machineMs !== undefined && Number.isFinite(machineMs) && { machineMs }),
    ...(findings && { findings }),
  };
}

import { z } from "zod";
import type { Model } from "../../model/mod.ts";
import type { EncodedJob, Json, MachineAnswer } from "../types.ts";
import { float64FromBase64, float64ToBase64, fromBase64, int32FromBase64 } from "./_base64.ts";
import type { DWaveSolver } from "./dwave_solver.ts";
import { forEachCoupling } from "./_prepare.ts";
import { answerOf, badAnswer, parseAnswer } from "./_read_answer.ts";

/** An answer in SAPI's `qp` encoding. */
export const qpAnswer = z.object({
  format: z.literal("qp"),
  solutions: z.string(),
  energies: z.string(),
  active_variables: z.string(),
  num_occurrences: z.string().nullish(),
  num_variables: z.number().optional(),
  timing: z.looseObject({ qpu_access_time: z.number().optional() }).nullish(),
});
/** A problem as SAPI takes it, without its label. */
export interface QpPayload {
  readonly solver: string;
  readonly type: "ising" | "qubo";
  readonly data: { readonly format: "qp"; readonly lin: string; readonly quad: string; readonly offset: number };
  readonly params: { readonly num_reads: number; readonly answer_mode: string; readonly auto_scale: boolean };
}

/** Coefficients of a model over a processor's qubits and couplers, in its order. */
export function encodeQp(
  model: Model,
  { qubits, couplers }: DWaveSolver,
  place: (variable: number) => number,
): { lin: string; quad: string } {
  const fields = new Map<number, number>();
  const pairs = new Map<number, number>();
  const key = (a: number, b: number) => Math.min(a, b) * 2 ** 26 + Math.max(a, b);
  model.linear.forEach((value, i) => {
    if (value !== 0) fields.set(place(i), value);
  });
  forEachCoupling(model, (i, j, value) => {
    const [a, b] = [place(i), place(j)];
    pairs.set(key(a, b), value);
    for (const qubit of [a, b]) if (!fields.has(qubit)) fields.set(qubit, 0);
  });
  // a problem without any qubit is none
  if (fields.size === 0 && model.n > 0) fields.set(place(0), 0);
  const lin = qubits.map((qubit) => fields.get(qubit) ?? NaN);
  const quad = couplers.filter(([a, b]) => fields.has(a) && fields.has(b)).map(([a, b]) => pairs.get(key(a, b)) ?? 0);
  return { lin: float64ToBase64(lin), quad: float64ToBase64(quad) };
}

/** Reads the states of an answer; a variable whose qubit was not used is up. */
export function decodeQp(answer: Json, job: EncodedJob, place: (variable: number) => number): MachineAnswer {
  const parsed = parseAnswer(job, qpAnswer, answer);
  const active = int32FromBase64(parsed.active_variables);
  const energies = float64FromBase64(parsed.energies);
  const bits = fromBase64(parsed.solutions);
  const counts = parsed.num_occurrences ? int32FromBase64(parsed.num_occurrences) : undefined;
  if (!active || !energies || !bits || (parsed.num_occurrences && !counts)) {
    throw badAnswer(job, "its base64 is damaged", answer);
  }
  // raw answers have a row a read
  const reads = counts?.reduce((sum, count) => sum + count, 0) ?? energies.length;
  if (reads < job.numReads) throw badAnswer(job, `it has ${reads} reads of ${job.numReads}`, answer);
  const n = job.variables;
  const sent = float64FromBase64((job.payload as unknown as QpPayload).data.lin) ?? [];
  const used = sent.filter((value) => !Number.isNaN(value)).length;
  if (active.length !== used || new Set(active).size !== used) {
    throw badAnswer(job, `it has ${active.length} qubits, ${used} were sent`, answer);
  }
  const bytes = Math.ceil(active.length / 8);
  if (bits.length !== bytes * energies.length) {
    throw badAnswer(
      job,
      `${bits.length} bytes of states for ${energies.length} energies of ${bytes} bytes each`,
      answer,
    );
  }
  const variables = new Map(Array.from({ length: n }, (_, i) => [place(i), i]));
  const states = new Int8Array(energies.length * n).fill(1);
  const down = job.vartype === "ising" ? -1 : 0;
  const columns = active.map((qubit) => {
    const variable = variables.get(qubit);
    if (variable === undefined) throw badAnswer(job, `it has qubit ${qubit}, which the model has not`, answer);
    return variable;
  });
  for (let r = 0; r < energies.length; r++) {
    columns.forEach((variable, k) => {
      const up = (bits[r * bytes + (k >> 3)] >> (7 - (k & 7))) & 1;
      states[r * n + variable] = up ? 1 : down;
    });
  }
  const access = parsed.timing?.qpu_access_time;
  return answerOf(job, answer, {
    states,
    energies,
    counts,
    machineMs: access === undefined ? undefined : access / 1000,
  });
}

import type { HardwareGraph } from "../embedding/mod.ts";
import type { Job } from "./_job.ts";
import { type Fields, numberField, textField } from "./_json.ts";
import { byEnergy, type Outcome, rowOf } from "./_outcome.ts";
import { Refusal } from "./_refusal.ts";

/** What a caller of SAPI wants to see of a problem. */
export interface DwaveAsked {
  readonly type: "ising" | "qubo";
  /** Numbers of the qubits used, ascending. */
  readonly active: readonly number[];
  readonly raw: boolean;
  readonly maxAnswers: number;
  readonly numVariables: number;
}

/**
 * Reads a problem in the `qp` encoding: `lin` over all qubits, NaN where one is not used; `quad` over the couplers both ends of which
 * are, in the solver's order.
 */
export function qpModel(data: Fields, { nodes }: HardwareGraph, couplers: readonly (readonly [number, number])[]) {
  if (textField(data, "format") !== "qp") throw new Refusal("input", "data.format must be qp");
  const lin = doubles(data, "lin");
  if (lin.length !== nodes.length) {
    throw new Refusal("input", `lin has ${lin.length} entries for ${nodes.length} qubits`);
  }
  const index = new Map<number, number>();
  lin.forEach((value, i) => {
    if (!Number.isNaN(value)) index.set(nodes[i], index.size);
  });
  if (index.size === 0) throw new Refusal("input", "no qubit is used");
  const usable = couplers.filter(([a, b]) => index.has(a) && index.has(b));
  const quad = doubles(data, "quad");
  if (quad.length !== usable.length) {
    throw new Refusal("input", `quad has ${quad.length} entries for ${usable.length} couplers between used qubits`);
  }
  const linear = lin.filter((value) => !Number.isNaN(value));
  if (![...linear, ...quad].every(Number.isFinite)) throw new Refusal("input", "a coefficient is not finite");
  const pairs = usable.map(([a, b], k): [number, number, number] => [index.get(a) ?? 0, index.get(b) ?? 0, quad[k]])
    .filter(([, , value]) => value !== 0);
  const offset = numberField(data, "offset", -Number.MAX_VALUE, Number.MAX_VALUE, 0);
  return { linear, pairs, active: [...index.keys()], offset };
}

function doubles(data: Fields, name: string): Float64Array {
  const text = textField(data, name, 2 ** 24) ?? "";
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(text);
  } catch {
    throw new Refusal("input", `${name} is no base64`);
  }
  if (bytes.length % 8 !== 0) throw new Refusal("input", `${name} is no list of doubles`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / 8 }, (_, k) => view.getFloat64(8 * k, true));
}

/** The answer in the `qp` encoding: by rising energy with numbers of occurrences, or raw, in order. */
export function dwaveAnswer(job: Job, outcome: Outcome, asked: DwaveAsked): unknown {
  const { active, raw, maxAnswers, numVariables } = asked;
  const counts = new Map<string, { k: number; count: number }>();
  const rows: { k: number; count: number }[] = [];
  for (const k of raw ? outcome.energies.keys() : byEnergy(outcome)) {
    const text = rowOf(outcome, k).join("");
    const known = counts.get(text);
    if (!raw && known !== undefined && job.fault !== "duplicate") {
      known.count++;
      continue;
    }
    const row = { k, count: 1 };
    counts.set(text, row);
    rows.push(row);
  }
  const told = rows.slice(0, job.fault === "duplicate" ? 2 * maxAnswers : maxAnswers);
  const width = Math.ceil(active.length / 8);
  const packed = new Uint8Array(told.length * width);
  told.forEach(({ k }, r) => {
    // the first variable in the highest bit
    rowOf(outcome, k).forEach((value, i) => packed[r * width + (i >> 3)] |= value > 0 ? 128 >> (i & 7) : 0);
  });
  const us = 1000 * outcome.machineMs;
  return {
    ...{ format: "qp", num_variables: numVariables },
    energies: encoded(told.length, 8, (view, at, r) => view.setFloat64(at, outcome.energies[told[r].k], true)),
    ...(!raw && { num_occurrences: encoded(told.length, 4, (view, at, r) => view.setInt32(at, told[r].count, true)) }),
    active_variables: encoded(active.length, 4, (view, at, r) => view.setInt32(at, active[r], true)),
    solutions: packed.toBase64(),
    timing: {
      ...{ qpu_access_time: us, qpu_sampling_time: us, qpu_programming_time: 0, total_post_processing_time: 0 },
      qpu_anneal_time_per_sample: us / Math.max(1, outcome.energies.length),
    },
  };
}

function encoded(length: number, width: number, write: (view: DataView, at: number, r: number) => void): string {
  const bytes = new Uint8Array(length * width);
  const view = new DataView(bytes.buffer);
  for (let r = 0; r < length; r++) write(view, r * width, r);
  return bytes.toBase64();
}

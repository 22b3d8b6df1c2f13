import {
  energies,
  isingFromQubo,
  type IsingModel,
  type Model,
  quboFromIsing,
  type QuboModel,
  toSparse,
} from "../model/mod.ts";
import type { EnergyCause } from "./re_energise.ts";

/** One way in which reported energies can come about. */
export interface Hypothesis {
  /** What went wrong; two causes did so at once. */
  readonly causes: readonly EnergyCause[];
  /** The same in words: `pairs counted twice`. */
  readonly words: string;
  /** What the machine would have reported, `[R]`; up to a constant where `missing-offset` is a cause. */
  readonly predicted: Float64Array;
}

/**
 * What a machine would have reported of states, once for each thing that can have gone wrong: one cause first, then two, then
 * three, in the order of {@link EnergyCause}.
 *
 * @param sent the model as it was sent
 * @param states `[R, n]` in the values of `sent`
 * @param scale our energy is `scale * reported + offset`
 */
export function energyHypotheses(sent: Model, states: Int8Array, scale: number, offset: number): Hypothesis[] {
  const found: Hypothesis[] = [];
  const report = (ours: Float64Array) => ours.map((value) => (value - offset) / scale);
  const right: Hypothesis = { causes: [], words: "", predicted: report(energies(sent, states)) };
  const bases = [right, ...orders(sent, states), ...otherValues(sent, states)].map((base) =>
    base === right ? right : { ...base, predicted: report(base.predicted) }
  );
  for (const base of bases) {
    const counted = base === right
      ? pairCounts(sent, states).map((one) => ({ ...one, predicted: report(one.predicted) }))
      : [];
    for (const factored of [base, ...[2, 0.5].map((factor) => times(base, factor)), ...counted]) {
      for (const signed of [factored, turned(factored)]) {
        if (signed.causes.length > 0) found.push(signed);
        found.push({
          causes: [...signed.causes, "missing-offset"],
          words: join(signed.words, "a constant is missing"),
          predicted: signed.predicted,
        });
      }
    }
  }
  const rank = ({ causes }: Hypothesis) =>
    100 * causes.length + Math.min(...causes.map((cause) => ORDER.indexOf(cause)));
  return found.sort((a, b) => rank(a) - rank(b));
}

const ORDER: readonly EnergyCause[] = ["sign", "factor-2", "missing-offset", "bit-order", "spin-binary"];

function times({ causes, words, predicted }: Hypothesis, factor: number): Hypothesis {
  return {
    causes: ["factor-2", ...causes],
    words: join(factor > 1 ? "twice the energy" : "half the energy", words),
    predicted: predicted.map((value) => factor * value),
  };
}

function turned({ causes, words, predicted }: Hypothesis): Hypothesis {
  return {
    causes: ["sign", ...causes],
    words: join("minus the energy", words),
    predicted: predicted.map((value) => -value),
  };
}

function join(...words: readonly string[]): string {
  return words.filter((text) => text !== "").join(", ");
}

/** Energies of states whose variables stand in another order. */
function orders(sent: Model, states: Int8Array): Hypothesis[] {
  const { n } = sent;
  // a machine knows nothing of variables that no term names
  const { rowPtr } = toSparse(sent).couplings;
  const used = Array.from({ length: n }, (_, i) => i).filter((i) => sent.linear[i] !== 0 || rowPtr[i + 1] > rowPtr[i]);
  const m = used.length;
  const reorder = (at: (i: number) => number) => {
    const result = states.slice();
    for (let row = 0; row < states.length; row += n) {
      for (let k = 0; k < m; k++) result[row + used[k]] = states[row + used[at(k)]];
    }
    return result;
  };
  const bytes = Math.ceil(m / 8);
  // the last byte of packed bits is filled from its high end
  const inByte = (k: number) => k < 8 * (bytes - 1) ? k - k % 8 + 7 - k % 8 : m - 1 - (k - 8 * (bytes - 1));
  const list: { words: string; at: (i: number) => number }[] = [
    { words: "of the variables in reverse order", at: (k) => m - 1 - k },
    { words: "of the bits of each byte in reverse order", at: inByte },
  ];
  return list.map(({ words, at }) => ({
    causes: ["bit-order"],
    words,
    predicted: energies(sent, reorder(at)),
  }));
}

/** Energies of states whose values were taken for others. */
function otherValues(sent: Model, states: Int8Array): Hypothesis[] {
  const low = sent.vartype === "ising" ? -1 : 0;
  const ising = sent.vartype === "ising" ? sent : isingFromQubo(sent);
  const qubo = sent.vartype === "qubo" ? sent : quboFromIsing(sent);
  const bits = states.map((value) => value === 1 ? 1 : 0);
  const spins = states.map((value) => value === 1 ? 1 : -1);
  const all: [string, Float64Array][] = [
    ["with up and down exchanged", energies(sent, states.map((value) => value === 1 ? low : 1))],
    ["of the QUBO with -1 and 1 in place of 0 and 1", formula(qubo, spins)],
    ["of the Ising model with 0 and 1 in place of -1 and 1", formula(ising, bits)],
  ];
  return all.map(([words, predicted]) => ({ causes: ["spin-binary"], words, predicted }));
}

/** Energies in which each pair counts twice, or half, and single variables once. */
function pairCounts(sent: Model, states: Int8Array): Hypothesis[] {
  const list: Hypothesis[] = [];
  const bits = states.map((value) => value === 1 ? 1 : 0);
  const spins = states.map((value) => value === 1 ? 1 : -1);
  const forms: [Model, Int8Array][] = [
    [sent.vartype === "ising" ? sent : isingFromQubo(sent), spins],
    [sent.vartype === "qubo" ? sent : quboFromIsing(sent), bits],
  ];
  for (const [form, values] of forms) {
    for (const [factor, words] of [[2, "pairs counted twice"], [0.5, "pairs counted half"]] as const) {
      list.push({ causes: ["factor-2"], words, predicted: formula(form, values, factor) });
    }
  }
  return list;
}

/** `factor sum_{i<j} C_ij z_i z_j + sum_i linear_i z_i + offset` of any values z, `[R]`. */
function formula(model: IsingModel | QuboModel, z: Int8Array, factor = 1): Float64Array {
  const { n, linear, offset } = model;
  const { rowPtr, columns, values } = toSparse(model).couplings;
  return Float64Array.from({ length: n === 0 ? 0 : z.length / n }, (_, r) => {
    let pairs = 0;
    let single = 0;
    for (let i = 0, k = r * n; i < n; i++, k++) {
      let field = 0;
      for (let p = rowPtr[i]; p < rowPtr[i + 1] && columns[p] < i; p++) field += values[p] * z[r * n + columns[p]];
      pairs += field * z[k];
      single += linear[i] * z[k];
    }
    return factor * pairs + single + offset;
  });
}

import { softSelectionError } from "qama/analysis";
import { annealedSoftSelection, attentionQuboV1, softEnergies, type SoftProblem, softWeights } from "qama/attention";
import { exactEnumeration } from "qama/samplers";
import { Rng } from "qama/random";
import { qamaV1ForwardTwin } from "qama/testing";

/** What q bits do to a soft selection. */
export interface SoftSelectionRow {
  readonly q: number;
  /** Largest and root mean square error of a weight, by the formula. */
  readonly largest: number;
  readonly rms: number;
  /** Root mean square error of the weights of a softmax, rounded. */
  readonly softmaxRms: number;
  /** Energy of softmax weights, rounded: `|E(rounded) - E| / |E|`, mean over the heads. */
  readonly energyError: number;
  /** Token energies of softmax weights, rounded: relative root mean square error, mean over the heads. */
  readonly readoutError: number;
  /** Energy that annealing once with 20 sweeps is above the exact minimum of 16 tokens, a share of it, mean over the heads. */
  readonly annealedAbove: number;
  /** Shares of weights strictly between 0 and 1 in what is annealed: one head alone, without a penalty, and eight with it. */
  readonly betweenAlone: number;
  readonly betweenPenalised: number;
  /** Correlation of the annealed weights with the mean attention that a token gets from a softmax, mean over the heads. */
  readonly correlation: number;
  /** The same with eight heads and the penalty. */
  readonly correlationPenalised: number;
}

/** The whole analysis. */
export interface SoftSelectionTable {
  readonly heads: number;
  readonly tokens: number;
  readonly width: number;
  readonly rows: readonly SoftSelectionRow[];
}

const HEADS = 64, TOKENS = 49, WIDTH = 8, FEW = 16;
const WEIGHTS = { quadratic: 1, linear: 1, penalty: 2, longRange: 0 };

/** Couplings, fields and softmax weights of Gaussian heads, `[B, H, N, ..]`; the batch norms take the statistics of all. */
function gaussianHeads(batch: number, heads: number, tokens: number) {
  const rng = new Rng(70, tokens * 100 + heads);
  const draw = () => Float64Array.from({ length: batch * heads * tokens * WIDTH }, () => rng.normal());
  const norm = { gamma: new Float64Array(heads).fill(1), beta: new Float64Array(heads) };
  const [Q, K, V] = [draw(), draw(), draw()];
  const rest = { bnJ: norm, bnh: norm, bnOut: norm, mode: "training", cQuadratic: 1, cLinear: 1 } as const;
  const { J, h } = qamaV1ForwardTwin({ shape: { batch, heads, tokens, width: WIDTH }, Q, K, V, ...rest });
  return { J: Float32Array.from(J), h: Float32Array.from(h), attended: attendedTo(Q, K, tokens) };
}

/** Mean over the queries of the softmax weight of each token, over the largest of its head: from 0 to 1. */
function attendedTo(Q: Float64Array, K: Float64Array, tokens: number): Float64Array {
  const attended = new Float64Array(Q.length / WIDTH);
  for (let head = 0; head < attended.length; head += tokens) {
    for (let i = head; i < head + tokens; i++) {
      const powers = Float64Array.from({ length: tokens }, (_, j) => {
        let score = 0;
        for (let a = 0; a < WIDTH; a++) score += Q[i * WIDTH + a] * K[(head + j) * WIDTH + a];
        return Math.exp(score / Math.sqrt(WIDTH));
      });
      const sum = powers.reduce((all, power) => all + power, 0);
      powers.forEach((power, j) => attended[head + j] += power / sum);
    }
    const own = attended.subarray(head, head + tokens);
    const most = Math.max(...own);
    for (let j = 0; j < tokens; j++) own[j] /= most;
  }
  return attended;
}

function problemOf(
  { J, h }: { J: Float32Array; h: Float32Array },
  heads: number,
  tokens: number,
  bits: number,
): SoftProblem {
  return { batch: h.length / (heads * tokens), heads, tokens, bits, couplings: J, fields: h, weights: WEIGHTS };
}

/** -w_i ((J w)_i + h_i) of every token, and their sums: the energy of a head alone. */
function tokenEnergies(J: Float32Array, h: Float32Array, w: Float64Array): Float64Array {
  return w.map((weight, token) => {
    const head = token - token % TOKENS;
    let pull = h[token];
    for (let j = 0; j < TOKENS; j++) pull += J[token * TOKENS + j] * w[head + j];
    return -weight * pull;
  });
}

/** Measures rounding, energies, readouts and minima for each number of bits. */
export async function softSelectionTable(bits: readonly number[]): Promise<SoftSelectionTable> {
  const alone = gaussianHeads(HEADS, 1, TOKENS), eight = gaussianHeads(HEADS / 8, 8, TOKENS);
  const few = gaussianHeads(HEADS, 1, FEW);
  const lowest: number[] = [];
  // a concave function of each weight is least at 0 or 1, so one bit a token finds the minimum over all weights
  for (let b = 0; b < HEADS; b++) {
    lowest.push((await exactEnumeration().sample(attentionQuboV1(problemOf(few, 1, FEW, 1), b))).energies[0]);
  }
  const rows = bits.map((q): SoftSelectionRow => {
    const { largest, rms, step } = softSelectionError(q);
    const rounded = alone.attended.map((w) => Math.round(w / step) * step);
    const [exact, coarse] = [alone.attended, rounded].map((w) => tokenEnergies(alone.J, alone.h, w));
    const annealed = (problem: SoftProblem) => annealedSoftSelection().solve(problem, { seed: 1 });
    const small = annealed(problemOf(few, 1, FEW, q)).energies;
    const single = softWeights(annealed(problemOf(alone, 1, TOKENS, q)).chosen, q);
    const joint = softWeights(annealed(problemOf(eight, 8, TOKENS, q)).chosen, q);
    return {
      ...{ q, largest, rms },
      softmaxRms: rootMeanSquare(rounded.map((w, i) => w - alone.attended[i])),
      energyError: overHeads((head) => {
        const [E, R] = [exact, coarse].map((energies) => sum(energies.subarray(head, head + TOKENS)));
        return Math.abs(R - E) / Math.abs(E);
      }),
      readoutError: overHeads((head) => {
        const own = exact.subarray(head, head + TOKENS);
        return rootMeanSquare(own.map((eps, i) => coarse[head + i] - eps)) / rootMeanSquare(own);
      }),
      annealedAbove: lowest.reduce((all, E, b) => all + (small[b] - E) / Math.abs(E) / HEADS, 0),
      ...{ betweenAlone: shareBetween(single), betweenPenalised: shareBetween(joint) },
      correlation: overHeads((head) => correlationOf(single, alone.attended, head)),
      correlationPenalised: overHeads((head) => correlationOf(joint, eight.attended, head)),
    };
  });
  return { heads: HEADS, tokens: TOKENS, width: WIDTH, rows };
}

/** Throws unless what is said of one bit holds: no weight between 0 and 1 is lower, head by head, for one head alone. */
export function lowestOfLevels(q: number): { readonly lowered: number; readonly heads: number } {
  const few = gaussianHeads(HEADS, 1, FEW);
  const problem = problemOf(few, 1, FEW, q);
  const { chosen } = annealedSoftSelection().solve(problem, { seed: 1 });
  const ends = softWeights(chosen, q).map((w) => w >= 0.5 ? 1 : 0);
  const bits = Uint8Array.from({ length: chosen.length }, (_, r) => ends[Math.floor(r / q)]);
  const [found, rounded] = [softEnergies(problem, chosen), softEnergies(problem, bits)];
  return { lowered: found.filter((energy, b) => energy < rounded[b] - 1e-9).length, heads: HEADS };
}

function overHeads(f: (head: number) => number): number {
  let total = 0;
  for (let head = 0; head < HEADS; head++) total += f(head * TOKENS);
  return total / HEADS;
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((all, value) => all + value * value, 0) / values.length);
}

function shareBetween(w: Float64Array): number {
  return w.filter((weight) => weight > 0 && weight < 1).length / w.length;
}

/** Pearson's correlation inside a head; 0 where one of them is constant. */
function correlationOf(a: Float64Array, b: Float64Array, head: number): number {
  const [x, y] = [a, b].map((values) => {
    const own = values.slice(head, head + TOKENS), mean = sum(own) / TOKENS;
    return own.map((value) => value - mean);
  });
  const scale = rootMeanSquare(x) * rootMeanSquare(y) * TOKENS;
  return scale === 0 ? 0 : x.reduce((all, value, i) => all + value * y[i], 0) / scale;
}

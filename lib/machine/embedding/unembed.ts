import { checkOptionNames, isingFromQubo, type IsingModel, type QuboModel, toSparse } from "../../model/mod.ts";
import { embeddedVariables } from "./embed_model.ts";
import type { Embedding } from "./types.ts";

const CANNOT = "Cannot read the chains";
const REPAIRS: readonly ChainRepair[] = ["majority", "minimiseEnergy", "discard"];

/**
 * What a chain stands for whose qubits differ:
 *
 * - `majority`: what most of them are; the first qubit decides a draw;
 * - `minimiseEnergy`: what lowers the energy most, one broken chain after the other, the one in the strongest field first;
 * - `discard`: nothing: the row is left out.
 */
export type ChainRepair = "majority" | "minimiseEnergy" | "discard";

/** How {@link unembed} works. */
export interface UnembedOptions {
  /** What a broken chain stands for, see {@link ChainRepair}. @default {"majority"} */
  readonly repair?: ChainRepair;
  /** The model that was embedded; `minimiseEnergy` needs it. @default {none} */
  readonly model?: IsingModel | QuboModel;
}

/** States of the model, read off its chains. */
export interface UnembeddedStates {
  /** `[R', n]` row-major, spins -1 and +1. */
  readonly states: Int8Array;
  /** The row that each comes from, `[R']`: all of them, unless broken rows are left out. */
  readonly rows: Uint32Array;
  /** Broken chains of every row that was read, `[R]`. */
  readonly broken: Uint32Array;
  /** Share of chains of more than one qubit that were broken, over all rows that were read. */
  readonly brokenShare: number;
}

/**
 * Reads the states of a model off the qubits of its chains.
 *
 * @param states `[R, m]` row-major, spins -1 and +1, m the variables of the embedded model
 * @returns fresh states, and how many chains were broken
 * @throws {TypeError} if the states are no whole number of rows, or an option is none or missing
 * @throws {RangeError} if an entry is no spin
 *
 * Cost O(R q) for q qubits; `minimiseEnergy` O(b^2 + m) more for a row with b broken chains.
 *
 * @example Two against one
 * ```ts
 * import { kingGraph, unembed } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const embedding = { target: kingGraph(3, 1), chains: [Uint32Array.of(0, 1, 2)] };
 * const { states, brokenShare } = unembed([1, -1, -1, 1, 1, 1], embedding);
 * assertEquals([[...states], brokenShare], [[-1, 1], 0.5]);
 * ```
 */
export function unembed(
  states: ArrayLike<number>,
  embedding: Embedding,
  options: UnembedOptions = {},
): UnembeddedStates {
  checkOptionNames(CANNOT, options, ["repair", "model"]);
  const { repair = "majority", model } = options;
  if (!REPAIRS.includes(repair)) {
    throw new TypeError(
      `${CANNOT}: repair must be ${REPAIRS.map((one) => `"${one}"`).join(" or ")}, got ${String(repair)}`,
    );
  }
  if (repair === "minimiseEnergy" && model === undefined) {
    throw new TypeError(`${CANNOT}: minimiseEnergy needs the model that was embedded`);
  }
  const { chains } = embedding;
  const n = chains.length;
  if (model !== undefined && model.n !== n) {
    throw new TypeError(`${CANNOT}: got ${n} chains for a model of ${model.n} variables`);
  }
  const width = embeddedVariables(embedding);
  const count = width === 0 ? 0 : states.length / width;
  if (!Number.isInteger(count)) {
    throw new TypeError(`${CANNOT}: ${states.length} spins are no whole number of states of ${width} qubits`);
  }
  const repairRow = repair === "minimiseEnergy" && model !== undefined ? loweringEnergy(model) : undefined;
  const read = new Int8Array(count * n);
  const broken = new Uint32Array(count);
  const kept: number[] = [];
  const undecided = new Uint8Array(n);
  for (let r = 0; r < count; r++) {
    const row = read.subarray(r * n, (r + 1) * n);
    undecided.fill(0);
    chains.forEach((chain, i) => {
      const sum = spinSum(states, r * width, chain);
      if (Math.abs(sum) !== chain.length) undecided[i] = 1;
      row[i] = Math.sign(sum) || states[r * width + chain[0]];
      broken[r] += undecided[i];
    });
    if (broken[r] > 0) repairRow?.(row, undecided);
    if (broken[r] === 0 || repair !== "discard") kept.push(r);
  }
  const breakable = chains.filter((chain) => chain.length > 1).length * count;
  const rows = Uint32Array.from(kept);
  const own = new Int8Array(rows.length * n);
  rows.forEach((r, k) => own.set(read.subarray(r * n, (r + 1) * n), k * n));
  return {
    states: own,
    rows,
    broken,
    brokenShare: breakable === 0 ? 0 : broken.reduce((sum, some) => sum + some, 0) / breakable,
  };
}

function spinSum(states: ArrayLike<number>, start: number, chain: Uint32Array): number {
  let sum = 0;
  for (const qubit of chain) {
    const spin = states[start + qubit];
    if (spin !== 1 && spin !== -1) {
      throw new RangeError(`${CANNOT}: entry ${start + qubit} is ${spin}, expected -1 or 1`);
    }
    sum += spin;
  }
  return sum;
}

// decides the broken chains of a row in place: fields come from what is decided
function loweringEnergy(model: IsingModel | QuboModel): (row: Int8Array, undecided: Uint8Array) => void {
  const { n, linear, couplings: { rowPtr, columns, values } } = toSparse(
    model.vartype === "ising" ? model : isingFromQubo(model),
  );
  const fields = new Float64Array(n);
  return (row, undecided) => {
    fields.set(linear);
    const open: number[] = [];
    for (let i = 0; i < n; i++) {
      if (undecided[i] === 1) open.push(i);
      else for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) fields[columns[k]] += values[k] * row[i];
    }
    while (open.length > 0) {
      let at = 0;
      for (let k = 1; k < open.length; k++) if (Math.abs(fields[open[k]]) > Math.abs(fields[open[at]])) at = k;
      const [i] = open.splice(at, 1);
      row[i] = -Math.sign(fields[i]) || row[i];
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) fields[columns[k]] += values[k] * row[i];
    }
  };
}

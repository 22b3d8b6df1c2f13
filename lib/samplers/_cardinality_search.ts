import { energy as energyOf, type QuboModel, toDense } from "../model/mod.ts";

const NODES_A_SLICE = 16;
const ROUNDING = 1e-12;

/** A part of all states: some bits decided, the others free. */
interface Branch {
  /** 1 set, 0 cleared, -1 free, `[n]`. */
  readonly bits: Int8Array;
  /** Energy with all free bits cleared. */
  readonly energy: number;
  /** `l_i`, what setting bit i alone adds to it, `[n]`. */
  readonly fields: Float64Array;
}

/**
 * Searches all states of a QUBO, depth first, by a bound for every number of bits that are still to be set.
 *
 * With r more bits set, of m free ones, each of these pays half of what it has with r - 1 others, so that the energy is at least
 * `E_0 + (sum of the r smallest b_i)`, `b_i = l_i + 1/2 (sum of the r - 1 smallest Q_ij, j free)`: the bound of Gilmore and Lawler. A
 * branch is left if the least of these over r is not below the lowest energy seen. What all couplings have in common, a cardinality
 * term for one, costs the bound nothing: that is what it is for. Energies are compared to 1e-12 of the sum of all
 * coefficients' sizes.
 *
 * @param model the QUBO
 * @param start a state of low energy, `[n]`
 * @param maxNodes branches that are looked at before it gives up
 * @returns a generator that yields about every millisecond or slower; it returns a state of lowest energy, null if it gave up
 *
 * Cost O(m^2 log m) a branch; whole heads of 49 tokens take 25 to 4,000 branches, a spin glass of 30 too many.
 * Source: Gilmore, Optimal and suboptimal algorithms for the quadratic assignment problem (1962), DOI 10.1137/0110022; Lawler (1963),
 * DOI 10.1287/mnsc.9.4.586. Differs in: the number of bits is not given, so that the bound is the least over all numbers.
 */
export function* cardinalitySearch(
  model: QuboModel,
  start: Int8Array,
  maxNodes: number,
): Generator<void, Int8Array | null> {
  const { n } = model;
  const Q = toDense(model).couplings.values;
  const size = [Q, model.linear].reduce((sum, part) => sum + part.reduce((all, value) => all + Math.abs(value), 0), 0);
  const ascending = Array.from({ length: n }, (_, i) => {
    return Uint32Array.from({ length: n }, (_, j) => j).sort((a, b) => Q[i * n + a] - Q[i * n + b]);
  });
  let best = start.slice();
  let lowest = energyOf(model, start);
  const stack: Branch[] = [
    { bits: new Int8Array(n).fill(-1), energy: model.offset, fields: Float64Array.from(model.linear) },
  ];
  for (let nodes = 1; stack.length > 0; nodes++) {
    const { bits, energy, fields } = stack.pop() as Branch;
    if (nodes > maxNodes) return null;
    if (nodes % NODES_A_SLICE === 0) yield;
    if (energy < lowest) {
      lowest = energy;
      best = bits.map((bit) => bit === 1 ? 1 : 0);
    }
    const { bound, next } = boundOf(Q, ascending, bits, fields);
    if (next < 0 || energy + bound >= lowest - ROUNDING * size) continue;
    const cleared = bits.slice();
    cleared[next] = 0;
    bits[next] = 1;
    const onward = fields.map((field, j) => field + Q[next * n + j]);
    stack.push({ bits: cleared, energy, fields });
    stack.push({ bits, energy: energy + fields[next], fields: onward });
  }
  return best;
}

/** The least that setting one free bit or more adds, and the free bit that pays most for it; -1 if none is free. */
function boundOf(Q: Float64Array, ascending: readonly Uint32Array[], bits: Int8Array, fields: Float64Array) {
  const n = bits.length;
  const free = ascending.map((_, i) => i).filter((i) => bits[i] < 0);
  const m = free.length;
  // couplings of each free bit with the other free ones, smallest first, that were added up so far
  const sums = new Float64Array(m);
  const places = new Uint32Array(m);
  const shares = new Float64Array(m);
  let [bound, next] = [Infinity, -1];
  for (let r = 1; r <= m; r++) {
    let [least, leastAt] = [Infinity, -1];
    for (let a = 0; a < m; a++) {
      const i = free[a];
      if (r > 1) {
        while (bits[ascending[i][places[a]]] >= 0 || ascending[i][places[a]] === i) places[a]++;
        sums[a] += Q[i * n + ascending[i][places[a]++]];
      }
      shares[a] = fields[i] + sums[a] / 2;
      if (shares[a] < least) [least, leastAt] = [shares[a], i];
    }
    let sum = 0;
    shares.sort();
    for (let k = 0; k < r; k++) sum += shares[k];
    if (sum < bound) [bound, next] = [sum, leastAt];
  }
  return { bound, next };
}

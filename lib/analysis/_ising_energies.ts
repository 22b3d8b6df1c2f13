import { componentCount, isingFromQubo, type IsingModel, type Model, toDense } from "../model/mod.ts";

/** A model over all its states, without the offset. */
export interface StateEnergies {
  /** n. */
  readonly n: number;
  /** True if a flip of all spins changes no energy. */
  readonly symmetric: boolean;
  /** Groups of spins that no coupling connects. */
  readonly components: number;
  /** Energies closer than this count as equal. */
  readonly tolerance: number;
  /** Largest |J| or |h|. */
  readonly largest: number;
  /** J, `[n, n]`, and h: the fields of a symmetric model are exact zeros. */
  readonly J: Float64Array;
  readonly h: Float64Array;
}

/** Largest sum of all |J| and |h|: differences of energies are finite. */
const LARGEST_SUM = 1e307;

/** Prepares any model for `fillEnergies`. */
export function stateEnergies(model: Model): StateEnergies {
  const ising = toDense(model.vartype === "ising" ? model : isingFromQubo(model)) as IsingModel;
  const { n } = ising;
  const J = (ising.couplings as { values: Float64Array }).values;
  const sum = absoluteSum(J) / 2 + absoluteSum(ising.linear);
  if (!(sum <= LARGEST_SUM)) {
    throw new RangeError(
      `Cannot tell the energies of the model: its |J| and |h| add up to ${sum}, at most ${LARGEST_SUM} can be; ` +
        `divide all by one number and multiply beta by it`,
    );
  }
  // fields that only rounding has left, as from a QUBO of a symmetric model
  const symmetric = ising.linear.every((h) => Math.abs(h) <= 1e-14 * sum);
  const h = symmetric ? new Float64Array(n) : ising.linear;
  const largest = Math.max(0, ...Array.from(J, Math.abs), ...Array.from(h, Math.abs));
  return { n, symmetric, components: componentCount(ising), tolerance: 1e-12 * sum, largest, J, h };
}

/**
 * Tells whether a flip of all spins changes no energy of a model: whether its fields are 0, or what rounding left of 0.
 *
 * Gaps of such a model can be asked for in the even sector.
 *
 * @param model any model, an Ising model or a QUBO
 * @returns true if every `|h_i|` is at most 1e-14 of the sum of all |J| and |h|
 *
 * Cost O(n^2).
 * Source: none needed.
 *
 * @example A field breaks the symmetry
 * ```ts
 * import { isFlipSymmetric } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const couplings = sparseCouplings(2, [[0, 1, 1]]);
 * const linears = [[0, 0], [0, 1]];
 * assertEquals(linears.map((linear) => isFlipSymmetric(isingModel({ couplings, linear }))), [true, false]);
 * ```
 */
export function isFlipSymmetric(model: Model): boolean {
  return stateEnergies(model).symmetric;
}

/** Writes the energies of the states, `[2^n]`, or of those with the last spin up, `[2^(n - 1)]`; returns the lowest. */
export function fillEnergies({ n, J, h }: StateEnergies, even: boolean, E: Float64Array): number {
  const bits = even ? n - 1 : n;
  const field = new Float64Array(E.length / (even ? 1 : 2));
  // the field of spin r, for all states of the spins below it
  const fields = (r: number) => {
    let constant = h[r];
    for (let j = 0; j < r; j++) constant -= J[r * n + j];
    field[0] = constant;
    for (let j = 0; j < r; j++) {
      const step = 2 * J[r * n + j];
      for (let x = 0, half = 1 << j; x < half; x++) field[half + x] = field[x] + step;
    }
  };
  E[0] = 0;
  for (let r = 0; r < bits; r++) {
    fields(r);
    for (let x = 0, half = 1 << r; x < half; x++) {
      E[half + x] = E[x] + field[x];
      E[x] -= field[x];
    }
  }
  if (even) {
    fields(n - 1);
    for (let x = 0; x < E.length; x++) E[x] += field[x];
  }
  let lowest = Infinity;
  for (let x = 0; x < E.length; x++) lowest = Math.min(lowest, E[x]);
  return lowest;
}

function absoluteSum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}

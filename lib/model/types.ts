/** Couplings of n variables as a full matrix. */
export interface DenseCouplings {
  /** Tells the form. */
  readonly form: "dense";
  /** n, the number of variables. */
  readonly n: number;
  /** `[n, n]` row-major, symmetric, zero diagonal; entry (i, j) is the coefficient of the pair, counted once. */
  readonly values: Float64Array;
}

/** Couplings of n variables as compressed sparse rows, every pair stored in both directions. */
export interface SparseCouplings {
  /** Tells the form. */
  readonly form: "sparse";
  /** n, the number of variables. */
  readonly n: number;
  /** `[n + 1]`: row i is at `rowPtr[i] .. rowPtr[i + 1] - 1`. */
  readonly rowPtr: Uint32Array;
  /** Neighbours, ascending within a row. */
  readonly columns: Uint32Array;
  /** Coefficient of each pair, counted once in the energy though stored twice; never 0. */
  readonly values: Float64Array;
}

/** Couplings of n variables as `(A B^T + B A^T) / 2` with the diagonal set to zero; the matrix itself is never stored. */
export interface FactoredCouplings {
  /** Tells the form. */
  readonly form: "factored";
  /** n, the number of variables. */
  readonly n: number;
  /** d, the width of a factor. */
  readonly width: number;
  /** A, `[n, d]` row-major. */
  readonly left: Float64Array;
  /** B, `[n, d]` row-major. */
  readonly right: Float64Array;
}

/** Pairwise coefficients C of a model, in one of three forms; `C_ij = C_ji`, and a pair counts once in the energy. */
export type Couplings = DenseCouplings | SparseCouplings | FactoredCouplings;

/** What the variables of a model take: spins -1 and +1, or bits 0 and 1. */
export type Vartype = "ising" | "qubo";

/**
 * An Ising model: `E(s) = sum_{i<j} J_ij s_i s_j + sum_i h_i s_i + offset`, s in {-1, +1}, minimised.
 *
 * Immutable: made by `isingModel`, which copies what it is given. Nothing in this library writes to it.
 */
export interface IsingModel {
  /** Tells the kind of model. */
  readonly vartype: "ising";
  /** n, the number of spins. */
  readonly n: number;
  /** J. */
  readonly couplings: Couplings;
  /** h, `[n]`. */
  readonly linear: Float64Array;
  /** The constant of the energy. */
  readonly offset: number;
}

/**
 * A QUBO: `E(x) = sum_{i<=j} Q_ij x_i x_j + offset`, x in {0, 1}, minimised.
 *
 * Immutable: made by `quboModel`, which copies what it is given. Nothing in this library writes to it.
 */
export interface QuboModel {
  /** Tells the kind of model. */
  readonly vartype: "qubo";
  /** n, the number of bits. */
  readonly n: number;
  /** Q off the diagonal. */
  readonly couplings: Couplings;
  /** The diagonal of Q, `[n]`. */
  readonly linear: Float64Array;
  /** The constant of the energy. */
  readonly offset: number;
}

/** Either kind of model; both have the energy `sum_{i<j} C_ij z_i z_j + sum_i linear_i z_i + offset`. */
export type Model = IsingModel | QuboModel;

/** A square matrix at the door: flat and row-major `[n, n]`, or a list of rows. */
export type SquareMatrix = ArrayLike<number> | readonly ArrayLike<number>[];

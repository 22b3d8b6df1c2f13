/**
 * An eigenvalue that was not found to the precision asked for, with what is known of it.
 *
 * @example What it tells
 * ```ts
 * import { GapNotConverged } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * const error = new GapNotConverged("the gap", { upperBound: 0.1, residual: 1e-3, products: 50 });
 * assertEquals(error.upperBound, 0.1);
 * ```
 */
export class GapNotConverged extends Error {
  /** Name of the class. */
  override readonly name = "GapNotConverged";
  /** A value of the Rayleigh quotient: the gap is not larger. */
  readonly upperBound: number;
  /** Residual of the vector that gave it. */
  readonly residual: number;
  /** Products with the operator that were made. */
  readonly products: number;

  /** Says what was looked for and how far it came. */
  constructor(
    what: string,
    { upperBound, residual, products }: { upperBound: number; residual: number; products: number },
  ) {
    super(
      `Cannot give ${what}: after ${products} products it is at most ${upperBound}, with a residual of ${residual}; ` +
        `allow more with maxProducts, or lower beta`,
    );
    this.upperBound = upperBound;
    this.residual = residual;
    this.products = products;
  }
}

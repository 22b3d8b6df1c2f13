/** Spins up to which the matrix of all states is made; its eigenvalues take minutes there. */
export const MAX_DENSE_SPINS = 12;
/** Spins up to which vectors over all states are worked with. */
export const MAX_LANCZOS_SPINS = 20;
/** Spins up to which the dense method is the default. */
export const DENSE_BY_DEFAULT = 8;

/** How eigenvalues are found: a dense solver, or products with vectors. */
export type SpectrumMethod = "dense" | "lanczos";

// measured on one loaded core: 252 s at 4,096 states, by the cube of their number
const DENSE_NS = 3.7;
// measured: 70 ms of processor time a product with its orthogonalisation at 20 spins, by n 2^n
const PRODUCT_NS = 3.3;

/** The method for n spins, checked. */
export function chooseMethod(
  cannot: string,
  n: number,
  method: SpectrumMethod | undefined,
  vectors: number,
  largest = MAX_LANCZOS_SPINS,
): SpectrumMethod {
  if (n < 1) throw new RangeError(`${cannot}: the model has no spins, so it has one state and no gap`);
  if (method !== undefined && method !== "dense" && method !== "lanczos") {
    throw new RangeError(`${cannot}: method must be "dense" or "lanczos", got ${String(method)}`);
  }
  if (n > largest) {
    const gib = 8 * vectors * 2 ** n / 2 ** 30;
    const ms = 1000 * PRODUCT_NS * n * 2 ** n / 1e6;
    throw new RangeError(
      `${cannot} of ${n} spins: ${vectors} vectors over all states would take ${
        amount(gib)
      } GiB and a thousand products ` +
        `about ${duration(ms)}; at most ${largest} spins are worked on, fix some of them with fixVariables()`,
    );
  }
  if (method === "dense" && n > MAX_DENSE_SPINS) {
    const gib = 4 * 8 * 4 ** n / 2 ** 30;
    const ms = DENSE_NS * 8 ** n / 1e6;
    throw new RangeError(
      `${cannot} of ${n} spins by a dense solver: its matrices would take ${amount(gib)} GiB and about ` +
        `${duration(ms)}; at most ${MAX_DENSE_SPINS} spins are, use the method "lanczos"`,
    );
  }
  return method ?? (n <= DENSE_BY_DEFAULT ? "dense" : "lanczos");
}

function duration(ms: number): string {
  if (ms < 6e5) return `${amount(ms / 6e4)} minutes`;
  return ms < 3.6e7 ? `${amount(ms / 3.6e6)} hours` : `${amount(ms / 8.64e7)} days`;
}

function amount(value: number): string {
  return value < 10 ? value.toFixed(1) : value < 1e6 ? Math.round(value).toLocaleString("en") : value.toExponential(1);
}

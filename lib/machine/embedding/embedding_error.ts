/**
 * No embedding was found: the message says why, and how many qubits the best try takes.
 *
 * @example What was found so far can be gone on with
 * ```ts
 * import { EmbeddingError } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const error = new EmbeddingError("Cannot embed: time is over", [Uint32Array.of(3)], 0);
 * assertEquals([error.name, error.chains.length, error.shared], ["EmbeddingError", 1, 0]);
 * ```
 */
export class EmbeddingError extends RangeError {
  /** The best chains that were found; some share qubits. `initialChains` of the next try. */
  readonly chains: readonly Uint32Array[];
  /** How many too many chains there are on all qubits together. */
  readonly shared: number;

  /**
   * Makes the error.
   *
   * @param message sentence case, no full stop: what does not fit and the way out
   * @param chains one a variable, empty for a variable that has none
   * @param shared chains too many on all qubits together
   */
  constructor(message: string, chains: readonly Uint32Array[], shared: number) {
    super(message);
    this.name = "EmbeddingError";
    this.chains = chains;
    this.shared = shared;
  }
}

/**
 * The error that a failed assertion throws.
 *
 * @example Telling a failed assertion from a crash
 * ```ts
 * import { assert, AssertionError, assertThrows } from "@std/assert";
 * assertThrows(() => assert(1 > 2), AssertionError);
 * ```
 */
export class AssertionError extends Error {
  /** Makes the error; `options.cause` is the error that led to it, where there is one. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/**
 * Says that a data set is not on this machine and cannot be fetched: no network, no mirror that answers, no room to keep it.
 *
 * A class of its own because a caller may go on with drawn pictures instead. A folder that the user named and that lacks
 * the set is not this error: the user meant that folder, so the run should stop.
 *
 * @example It is told from other errors by its class
 * ```ts
 * import { DataUnavailableError } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const error = new DataUnavailableError("Cannot load MNIST: offline");
 * assertEquals([error.name, error instanceof Error], ["DataUnavailableError", true]);
 * ```
 */
export class DataUnavailableError extends Error {
  /** The class name, for logs. */
  override readonly name: string = "DataUnavailableError";
}

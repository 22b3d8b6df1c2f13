import { UsageError } from "./_cli_option.ts";

/**
 * Reads or writes a problem that `--as` says the meaning of; what the library has against `as` is told of the option.
 *
 * @throws {UsageError} if it is missing, or is not what the file says itself
 */
export async function asTyped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.startsWith("Cannot ")) throw error;
    const message = error.message
      .replace('give as = "ising"', 'give --as ising, maxcut or qubo: "ising"')
      .replace("leave as out", "leave --as out");
    throw new UsageError(message, { cause: error });
  }
}

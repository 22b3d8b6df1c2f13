import { dirname } from "node:path";
import { systemCause } from "./_cli_errors.ts";
import { UsageError } from "./_cli_option.ts";

/**
 * Reads a file that was named on the command line; an error says which file and why, as it was typed.
 *
 * @throws {UsageError} if `--as` is missing, or is not what the file says itself
 * @throws {Error} if the file cannot be read
 */
export async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  return await told(`Cannot read ${file}`, work);
}

/**
 * Writes a file that was named on the command line; an error says which file and why, as it was typed.
 *
 * @throws {UsageError} if `--as` is missing, or the format cannot be told or has no place for the problem
 * @throws {Error} if the file cannot be written
 */
export async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  return await told(`Cannot write ${file}`, work);
}

/**
 * Makes sure, before the work, that what comes of it can be written into a file.
 *
 * @throws {Error} if its folder is not there, or the file is a folder
 */
export async function canBeWritten(file: string): Promise<void> {
  await writing(file, async () => {
    const there = await Deno.stat(file).catch(() => undefined);
    if (there?.isDirectory) throw new Deno.errors.IsADirectory();
    if (there === undefined) await Deno.stat(dirname(file));
  });
}

/** What is read; null where there is no such file or folder. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function told<T>(cannot: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = systemCause(error);
    if (cause !== undefined) throw new Error(`${cannot}: ${cause}`, { cause: error });
    // what the library says of its option `as` and of formats
    if (!(error instanceof TypeError) || !error.message.startsWith("Cannot ")) throw error;
    const message = error.message
      .replace('give as = "ising"', 'give --as ising, maxcut or qubo: "ising"')
      .replace("leave as out", "leave --as out");
    throw new UsageError(message, { cause: error });
  }
}

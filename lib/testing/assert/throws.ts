import { AssertionError } from "./assertion_error.ts";
import type { ClassOf } from "./values.ts";

const suffix = (msg?: string): string => msg ? `: ${msg}` : "";

/** Fails unless `error` is an error of the class (and no other) whose message contains or matches the text. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ClassOf<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(
      `Expected an Error, got ${Deno.inspect(error)}${suffix(msg)}`,
    );
  }
  if (ErrorClass !== undefined && !(error instanceof ErrorClass)) {
    const got = `${error.constructor.name}: ${error.message}`;
    throw new AssertionError(
      `Expected an error of class ${ErrorClass.name}, got ${got}${suffix(msg)}`,
      { cause: error },
    );
  }
  if (msgMatches === undefined) return;
  const found = typeof msgMatches === "string"
    ? error.message.includes(msgMatches)
    : error.message.search(msgMatches) >= 0;
  if (!found) {
    const wanted = typeof msgMatches === "string" ? JSON.stringify(msgMatches) : String(msgMatches);
    const text = `Expected an error whose message has ${wanted}, got ${JSON.stringify(error.message)}`;
    throw new AssertionError(text + suffix(msg), { cause: error });
  }
}

/** Fails unless the function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless the function throws an error of the class whose message contains `msgIncludes`; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ClassOf<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMsg?: ClassOf<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const text = typeof classOrMsg === "string" ? classOrMsg : msg;
  try {
    fn();
  } catch (error) {
    if (typeof classOrMsg === "function") {
      assertIsError(error, classOrMsg, msgIncludes, text);
    }
    return error;
  }
  throw new AssertionError(
    `Expected the function to throw, it returned${suffix(text)}`,
  );
}

/** Fails unless the promise is rejected; resolves with what it was rejected with. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Fails unless the promise is rejected with an error of the class whose message contains `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ClassOf<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ClassOf<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const text = typeof classOrMsg === "string" ? classOrMsg : msg;
  let isPromise = false;
  try {
    const promise = fn();
    isPromise = typeof promise?.then === "function";
    await promise;
  } catch (error) {
    // an async function never throws: what comes before the promise is a fault of another kind
    if (!isPromise) {
      throw new AssertionError(
        `Expected a rejected promise, the function threw${suffix(text)}`,
        { cause: error },
      );
    }
    if (typeof classOrMsg === "function") {
      assertIsError(error, classOrMsg, msgIncludes, text);
    }
    return error;
  }
  throw new AssertionError(
    `Expected the promise to be rejected, it was fulfilled${suffix(text)}`,
  );
}

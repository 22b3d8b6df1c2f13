import { checkOptionNames } from "../option_names.ts";

/** Throws unless `value` is an integer from `min` to `max`; `cannot` begins the message. */
export function checkWhole(cannot: string, name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${cannot}: ${name} must be an integer from ${min} to ${max}, got ${value}`);
  }
}

/** Throws unless `value` is a finite number from `min` to `max`. */
export function checkNumber(cannot: string, name: string, value: number, min: number, max: number): void {
  if (!Number.isFinite(value) || value < min || value > max) {
    throw new RangeError(`${cannot}: ${name} must be a number from ${min} to ${max}, got ${value}`);
  }
}

/** Throws unless `value` is one of the words. */
export function checkWord(cannot: string, name: string, value: string, words: readonly string[]): void {
  if (!words.includes(value)) {
    throw new RangeError(
      `${cannot}: ${name} must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}, got ${value}`,
    );
  }
}

/** Throws unless the options are known ones and the seed is one that a stream can have. */
export function checkDoor(
  cannot: string,
  options: object & { readonly seed?: number },
  known: readonly string[],
): void {
  checkOptionNames(cannot, options, known);
  checkWhole(cannot, "seed", options.seed ?? 0, 0, Number.MAX_SAFE_INTEGER);
}

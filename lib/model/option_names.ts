/**
 * Throws if an object of options has a name that is not known.
 *
 * Notebooks run without a type check, so a misspelt option would otherwise be dropped without a word.
 *
 * @param cannot start of the message: what cannot be done, `Cannot anneal`
 * @param options what the caller gave
 * @param known all names there are
 * @param where added behind the name: ` of qamaV2`
 * @throws {TypeError} if an option is unknown; the message names the known ones
 *
 * Cost O(options).
 *
 * @example A misspelt option
 * ```ts
 * import { checkOptionNames } from "qama/model";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => checkOptionNames("Cannot anneal", { sweps: 3 }, ["sweeps"]), TypeError, "there is no option sweps");
 * ```
 */
export function checkOptionNames(cannot: string, options: object, known: readonly string[], where = ""): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`${cannot}: there is no option ${unknown}${where}; known are ${known.join(", ")}`);
  }
}

import { OPERATOR_NAMES, type OperatorName } from "../training/mod.ts";

/** Every operator, in the order of the rows of a table: softmax, each QAMA followed by its control, no attention. */
export const operatorOrder: readonly OperatorName[] = OPERATOR_NAMES;

/** The name of each operator in tables and figures. */
export const operatorTitles: Readonly<Record<OperatorName, string>> = {
  mha: "MHA (softmax)",
  qamaV2: "QAMA v2 (published)",
  qamaV2Fixed: "QAMA v2, fixed random selection",
  qamaSelected: "QAMA selected softmax",
  qamaSelectedFixed: "selected softmax, fixed random selection",
  none: "no attention",
};

/**
 * Says whether a word names an operator.
 *
 * @param word any text
 * @returns true for the names of `operatorOrder`, capitals counted
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example A name of the paper is not one of ours
 * ```ts
 * import { isOperatorName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals([isOperatorName("qamaV2"), isOperatorName("QAMA")], [true, false]);
 * ```
 */
export function isOperatorName(word: string): word is OperatorName {
  return Object.hasOwn(operatorTitles, word);
}

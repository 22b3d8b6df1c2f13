import { OPERATOR_NAMES, type OperatorName, PEER_NAMES } from "../training/mod.ts";

/**
 * Every operator of the paper's tables, in the order of the rows: softmax, each QAMA followed by its control, no attention, the
 * peers. The study of selections has rows of its own beside them.
 */
export const operatorOrder: readonly OperatorName[] = OPERATOR_NAMES;

/** The name of each operator in tables and figures. */
export const operatorTitles: Readonly<Record<OperatorName, string>> = {
  mha: "MHA (softmax)",
  qamaV2: "QAMA v2 (published)",
  qamaV2Fixed: "QAMA v2, fixed random selection",
  qamaV1: "QAMA v1 (published)",
  qamaV1Fixed: "QAMA v1, fixed random weights",
  qamaSelected: "QAMA selected softmax",
  qamaSelectedFixed: "selected softmax, fixed random selection",
  none: "no attention",
  longformer: "Longformer (window 16)",
  bigbird: "BigBird",
  linformer: "Linformer",
  performer: "Performer",
  reformer: "Reformer",
  qamaSelected6: "QAMA selected softmax, k = 6",
  qamaSelected4: "QAMA selected softmax, k = 4",
  selectedTopField10: "selected softmax, largest fields, as k = 10",
  selectedTopField6: "selected softmax, largest fields, as k = 6",
  selectedTopField4: "selected softmax, largest fields, as k = 4",
  selectedPartition6: "selected softmax, fixed partition, as k = 6",
  selectedPartition4: "selected softmax, fixed partition, as k = 4",
  selectedDense: "softmax over all keys with the key bias",
  selectedRandom10: "selected softmax, random keys drawn anew, as k = 10",
  qamaSelectedNoPositions: "QAMA selected softmax without positional field",
  qamaNear: "QAMA with a neighbour",
  nearTopField: "selected softmax with a neighbour, largest fields",
  nearFixed: "selected softmax with a neighbour, fixed random selection",
  nearDense: "softmax over all keys with key bias and neighbour",
  nearAlone: "the neighbour alone",
  nearLogitScale: "QAMA with a neighbour, learned scale of the logits",
  nearKeyBiasFrom0: "QAMA with a neighbour, key bias from 0",
  nearBiasesFrom0: "QAMA with a neighbour, all biases from 0",
  near100Sweeps: "QAMA with a neighbour, 100 sweeps",
  nearGreedy: "QAMA with a neighbour, greedy descent",
  nearSchedule: "QAMA with a neighbour, more keys and less weight of k at first",
  nearOwnSelector: "QAMA with a neighbour, columns that choose alone",
  nearStraightThrough: "QAMA with a neighbour, straight-through gradient",
  nearMeanField: "QAMA with a neighbour, mean-field gradient",
  nearCovariance: "QAMA with a neighbour, covariance gradient",
  nearPerturbation: "QAMA with a neighbour, perturbation gradient",
  boltzmann: "Boltzmann attention",
  boltzmannApart: "Boltzmann attention without couplings",
  evolutionAmplitudes: "learned evolution, 16 x 16 amplitudes",
  evolutionAmplitudesApart: "the same without couplings, amplitudes",
  evolutionReuploading: "learned evolution, 8 x 8 angles uploaded again",
  evolutionReuploadingApart: "the same without couplings, uploaded again",
  evolutionAngles: "learned evolution, 4 x 4 angles",
  evolutionAnglesApart: "the same without couplings, angles",
  linearPixels16: "linear, 16 x 16 pixels",
  linearPixels8: "linear, 8 x 8 pixels",
  linearPixels4: "linear, 4 x 4 pixels",
  networkPixels8: "6 hidden units, 8 x 8 pixels",
};

/** What a text or picture model is trained with by default: both operators, their controls, softmax, nothing. */
const USUAL: readonly OperatorName[] = ["mha", "qamaV2", "qamaV2Fixed", "qamaSelected", "qamaSelectedFixed", "none"];

/** What some data sets are trained with beside that. */
const MORE: Readonly<Record<string, readonly OperatorName[]>> = {
  mnist: ["qamaV1", "qamaV1Fixed"],
  "cifar-10": PEER_NAMES,
};

/**
 * Names the operators that a profile trains on a data set.
 *
 * @param data name of the data set
 * @param profile whose `peers` say whether MNIST is trained with revision 1 of the operator too, and CIFAR-10 with the other
 *   attentions of the paper's table
 * @returns operators in the order of `operatorOrder`
 *
 * Cost O(operators).
 * Source: none needed.
 *
 * @example The smallest profile
 * ```ts
 * import { defaultOperators, profiles } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(defaultOperators("mnist", profiles.smoke).length, 6);
 * ```
 */
export function defaultOperators(data: string, profile: { readonly peers: boolean }): readonly OperatorName[] {
  const more = profile.peers ? MORE[data] ?? [] : [];
  return operatorOrder.filter((operator) => USUAL.includes(operator) || more.includes(operator));
}

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

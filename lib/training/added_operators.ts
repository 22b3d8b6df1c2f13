import {
  allTokens,
  ANNEALING_TEMPERATURES,
  type AttentionBlock,
  type AttentionSolver,
  type BlockShape,
  boltzmannBlock,
  type BoltzmannOptions,
  fixedSelection,
  greedySelection,
  noTokens,
  qamaBlock,
  qamaNear,
  type QamaNearOptions,
  type QamaOptions,
  topFieldSelection,
} from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { estimatedRow, isEstimated } from "./_estimated_rows.ts";
import type { AddedName, BoltzmannName, OperatorName, TrialName } from "./types.ts";

/**
 * Who chooses the keys of a row with a neighbour: the QUBO, annealed or by a greedy descent, or a trained control of the same readout and
 * parameters.
 */
export type NearChooser = "qubo" | "greedy" | "topField" | "fixed" | "all" | "none";

/**
 * Rows of Boltzmann attention. What has more than 10 tokens is sampled: four chains of five sweeps a query; without couplings nothing is.
 */
export const BOLTZMANN_ROWS: Readonly<Record<BoltzmannName, Required<BoltzmannOptions>>> = {
  boltzmann: { reach: 8, exactTokens: 10, chains: 4, sweeps: 5 },
  boltzmannApart: { reach: 0, exactTokens: 10, chains: 4, sweeps: 5 },
};

/** QAMA with a neighbour, its trained controls (the largest fields, one random mask a head, all keys, the neighbour alone), and its designs. */
export const NEAR_ROWS: Readonly<Record<Exclude<AddedName, BoltzmannName>, NearChooser>> = {
  qamaNear: "qubo",
  nearTopField: "topField",
  nearFixed: "fixed",
  nearDense: "all",
  nearAlone: "none",
  nearLogitScale: "qubo",
  nearSchedule: "qubo",
  nearOwnSelector: "qubo",
  nearKeyBiasFrom0: "qubo",
  nearBiasesFrom0: "qubo",
  near100Sweeps: "qubo",
  nearGreedy: "greedy",
  nearStraightThrough: "qubo",
  nearMeanField: "qubo",
  nearCovariance: "qubo",
  nearPerturbation: "qubo",
};

/**
 * What the designs for trials change of `qamaNear`: half of the tokens at a sixteenth of lambda at the start, its own after half of the
 * training; a quarter of the columns of q and k that choose alone, 2 of 8 of a picture's heads and 16 of 64 of a text's; biases from 0; sweeps,
 * however many are asked for. What a greedy descent changes is the solver: {@link NEAR_ROWS}.
 */
export const NEAR_TRIALS: Readonly<Record<TrialName, QamaNearOptions>> = {
  nearLogitScale: { logitScale: true },
  nearSchedule: { schedule: { share: 0.5, lambda: 0.25, until: 0.5 } },
  nearOwnSelector: { selector: 0.25 },
  nearKeyBiasFrom0: { keyBias: 0 },
  nearBiasesFrom0: { keyBias: 0, nearBias: 0 },
  near100Sweeps: { sweeps: 100 },
  nearGreedy: {},
};

/** Most sweeps of `qamaNear` and of designs that do not say otherwise. */
export const NEAR_SWEEPS = 5;

/** Share of the tokens that the controls of `qamaNear` choose. */
export const NEAR_DENSITY = 0.17;

/** The rows beside the tables of the paper and the registered rows of the study, in the order of the tables. */
export const ADDED_NAMES: readonly AddedName[] = [...Object.keys(NEAR_ROWS), ...Object.keys(BOLTZMANN_ROWS)].filter(
  isAddedName,
);

/** Rows beside those of the tables that are designs to be tried on held-out training items, and no part of a registered question. */
export const TRIAL_NAMES: readonly AddedName[] = ADDED_NAMES.filter((name) => isTrial(name) || isEstimated(name));

/** Says whether an operator is a row beside the registered ones. */
export function isAddedName(name: string): name is AddedName {
  return Object.hasOwn(NEAR_ROWS, name) || isBoltzmann(name);
}

/** Says whether the energy of an operator changes over training, so that its numbers depend on how long that will be. */
export function changesInTraining(name: OperatorName): boolean {
  return isTrial(name) && NEAR_TRIALS[name].schedule !== undefined;
}

function isTrial(name: string): name is TrialName {
  return Object.hasOwn(NEAR_TRIALS, name);
}

function isBoltzmann(name: string): name is BoltzmannName {
  return Object.hasOwn(BOLTZMANN_ROWS, name);
}

/** What the block of such a row depends on beside its name; `solver` chooses in place of the row's own. */
export interface AddedOptions {
  readonly sweeps: number;
  readonly seed: number;
  readonly data: "pictures" | "texts";
  readonly solver?: AttentionSolver;
}

/** Opens the block of such a row. */
export function openAdded(name: AddedName, kernels: Kernels, shape: BlockShape, options: AddedOptions): AttentionBlock {
  if (isBoltzmann(name)) return boltzmannBlock(kernels, shape, BOLTZMANN_ROWS[name]);
  const own = nearOptions(name, options), { solver = own.solver } = options;
  return qamaBlock(kernels, shape, { ...own, solver });
}

/** Every number that such a name stands for, at these sizes. */
export function addedSettings(
  name: AddedName,
  shape: Pick<BlockShape, "tokens" | "heads" | "width">,
  options: AddedOptions,
): Record<string, unknown> {
  if (isBoltzmann(name)) return { ...BOLTZMANN_ROWS[name] };
  const { weights, solver, estimator, schedule: _, ...choices } = nearOptions(name, options), chooser = NEAR_ROWS[name];
  const density = chooser === "topField" || chooser === "fixed" ? { density: NEAR_DENSITY } : {};
  return {
    ...choices,
    ...{ name, weights: weights(shape), estimator: estimator.name, solver: solver.name, ...density },
    ...chooser === "qubo" ? { temperatures: ANNEALING_TEMPERATURES } : {},
    ...chooser === "fixed" ? { seed: options.seed } : {},
    ...isTrial(name) ? NEAR_TRIALS[name] : {},
    ...isEstimated(name) ? { estimatorOptions: estimatedRow(name).options } : {},
  };
}

function nearOptions(name: keyof typeof NEAR_ROWS, { sweeps, seed, data }: AddedOptions): QamaOptions {
  const chooser = NEAR_ROWS[name];
  return qamaNear({
    grid: data === "pictures" ? "square" : "sequence",
    ...chooser === "qubo" ? { sweeps: Math.min(sweeps, NEAR_SWEEPS) } : { solver: chooserOf(chooser, seed) },
    ...isTrial(name) ? NEAR_TRIALS[name] : {},
    ...isEstimated(name) ? { estimator: estimatedRow(name).estimator() } : {},
  });
}

function chooserOf(chooser: Exclude<NearChooser, "qubo">, seed: number): AttentionSolver {
  if (chooser === "greedy") return greedySelection();
  if (chooser === "topField") return topFieldSelection({ density: NEAR_DENSITY });
  if (chooser === "fixed") return fixedSelection({ density: NEAR_DENSITY, seed });
  return chooser === "all" ? allTokens() : noTokens();
}

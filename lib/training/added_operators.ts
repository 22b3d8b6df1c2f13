import { type AttentionBlock, type BlockShape, boltzmannBlock, type BoltzmannOptions } from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import type { AddedName } from "./types.ts";

/**
 * Rows beside the tables of the paper and the study's registered rows.
 *
 * Boltzmann attention samples what has more than 10 tokens: four chains of five sweeps a query; without couplings nothing is sampled.
 */
export const ADDED_ROWS: Readonly<Record<AddedName, Required<BoltzmannOptions>>> = {
  boltzmann: { reach: 8, exactTokens: 10, chains: 4, sweeps: 5 },
  boltzmannApart: { reach: 0, exactTokens: 10, chains: 4, sweeps: 5 },
};

/** The names of {@link ADDED_ROWS}, in the order of the tables. */
export const ADDED_NAMES: readonly AddedName[] = Object.keys(ADDED_ROWS).filter(isAddedName);

/** Says whether an operator is a row beside the registered ones. */
export function isAddedName(name: string): name is AddedName {
  return Object.hasOwn(ADDED_ROWS, name);
}

/** Opens the block of such a row. */
export function openAdded(name: AddedName, kernels: Kernels, shape: BlockShape): AttentionBlock {
  return boltzmannBlock(kernels, shape, ADDED_ROWS[name]);
}

import {
  allTokens,
  annealedSelection,
  type AttentionBlock,
  type AttentionSolver,
  type BlockShape,
  boltzmannBlock,
  fixedSelection,
  peerBlocks,
  qamaBlock,
  qamaNear,
  type QamaOptions,
  qamaSelected,
  softmaxBlock,
  topFieldSelection,
  uniformBlock,
} from "../attention/mod.ts";
import { BOLTZMANN_ROWS } from "../training/mod.ts";
import type { Kernels } from "../kernels/mod.ts";

/** Sweeps of the annealer. */
const SWEEPS = 20;

/** A row of the study of long sequences. */
export interface LongStudyRow {
  /** Short name, in file names: `qamaSelected10` reads a tenth of the keys. */
  readonly row: string;
  /** What tables and sentences call it. */
  readonly title: string;
  /** Everything that a record says of it. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Opens the block; null: no attention. */
  readonly open: (kernels: Kernels, shape: BlockShape) => AttentionBlock | null;
  /** True: takes so much time or memory that it is run only where it is asked for by name. */
  readonly onlyByName?: boolean;
}

/**
 * The rows of the study of long sequences: softmax attention, none, the mean of all values, selected softmax that reads 5, 10
 * and 20 % of the keys, its controls at 10 %, and the sparse peers, sized to read about 10 % too where they have such a size.
 *
 * Selected softmax is annealed in factored form, 20 sweeps, k a share of N. The controls share its readout and parameters:
 * the largest fields, one random mask, no positional field (by either), no couplings in the QUBO, and all keys. QAMA by
 * blocks with a neighbour chooses a tenth for each of eight blocks of queries, five sweeps, or by the largest fields.
 * Longformer's window and BigBird's eight blocks are a tenth of N, without global tokens of Longformer; Linformer projects to
 * 64 rows, `128 N` parameters more than the others have; Performer and Reformer have the settings of the paper's tables, so
 * that Reformer's chunks of 16 are a share of N that falls. Boltzmann attention samples N variables for each of N queries.
 * The last and the blocks with a neighbour are run where they are asked for by name.
 *
 * @param tokens N
 * @param seed of what is drawn once: masks, features, random blocks
 * @returns the rows in the order of the table
 *
 * Cost O(1).
 * Source: this project.
 *
 * @example A tenth of 1,024 keys
 * ```ts
 * import { longStudyRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(longStudyRows(1024, 1).find(({ row }) => row === "qamaSelected10")?.settings.k, 102);
 * ```
 */
export function longStudyRows(tokens: number, seed: number): LongStudyRow[] {
  const tenth = keysOf(tokens, 10);
  const qama = (row: string, title: string, percent: number, more: RowChanges = {}): LongStudyRow => {
    const k = keysOf(tokens, percent), { positionalField = true, couplings = true, solver } = more;
    const whole = qamaSelected({ k, positionalField, sweeps: SWEEPS, solver: solver ?? annealedSelection(FACTORED) });
    const own = couplings ? whole : { ...whole, weights: (shape: Sizes) => ({ ...whole.weights(shape), coupling: 0 }) };
    const chooser = { solver: own.solver.name, ...solver === undefined ? { form: "factored", sweeps: SWEEPS } : {} };
    return {
      ...{ row, title },
      settings: { operator: "qamaSelected", k, positionalField, ...couplings ? {} : { couplings }, ...chooser },
      open: (kernels, shape) => qamaBlock(kernels, shape, own),
    };
  };
  const near = (row: string, title: string, solver: AttentionSolver): LongStudyRow => {
    const share = 0.1, own = qamaNear({ share, solver }), { name: operator, queryBlocks, sweeps } = own;
    const chooser = { solver: solver.name, ...solver.name === "topField" ? {} : { form: "factored", sweeps: sweeps! } };
    return {
      ...{ row, title },
      settings: { operator, share, queryBlocks: queryBlocks!, ...chooser },
      ...{ open: (kernels, shape) => qamaBlock(kernels, shape, own), onlyByName: true },
    };
  };
  const peer = (
    row: keyof typeof peerBlocks,
    title: string,
    settings: Readonly<Record<string, number>>,
  ): LongStudyRow => ({
    ...{ row, title },
    settings: { operator: row, ...settings },
    open: (kernels, shape) => peerBlocks[row](kernels, shape, settings),
  });
  return [
    { row: "mha", title: "softmax attention", settings: { operator: "mha" }, open: softmaxBlock },
    { row: "none", title: "no attention", settings: { operator: "none" }, open: () => null },
    { row: "uniform", title: "uniform attention", settings: { operator: "uniform" }, open: uniformBlock },
    ...[5, 10, 20].map((percent) =>
      qama(`qamaSelected${percent}`, `QAMA selected softmax, ${percent} % of the keys`, percent)
    ),
    qama("qamaSelectedNoPositions10", "QAMA selected softmax, 10 %, no positional field", 10, {
      positionalField: false,
    }),
    qama("qamaSelectedNoCouplings10", "QAMA selected softmax, 10 %, no couplings", 10, { couplings: false }),
    qama("selectedTopField10", "selected softmax, the largest fields, 10 %", 10, {
      solver: topFieldSelection({ count: tenth }),
    }),
    qama("topFieldNoPositions10", "selected softmax, the largest fields, 10 %, no positional field", 10, {
      positionalField: false,
      solver: topFieldSelection({ count: tenth }),
    }),
    qama("selectedFixed10", "selected softmax, one random mask a head, 10 %", 10, {
      solver: fixedSelection({ count: tenth, seed }),
    }),
    near("qamaNear10", "QAMA by blocks with a neighbour, 10 %", annealedSelection(FACTORED)),
    near("nearTopField10", "blocks with a neighbour, largest fields, 10 %", topFieldSelection({ count: tenth })),
    qama("selectedDense", "selected softmax, all keys", 10, { solver: allTokens() }),
    peer("longformer", "Longformer", { window: 2 * Math.max(1, Math.round(tenth / 2)), globalTokens: 0 }),
    peer("bigbird", "BigBird", {
      ...{ blockSize: Math.max(1, Math.round(tenth / 8)), windowBlocks: 3, randomBlocks: 3, globalBlocks: 2 },
      seed,
    }),
    peer("linformer", "Linformer", { projected: 64 }),
    peer("performer", "Performer", { features: 44, seed }),
    peer("reformer", "Reformer", { rounds: 4, chunk: 16 }),
    boltzmann("boltzmann", "Boltzmann attention"),
    boltzmann("boltzmannApart", "Boltzmann attention, no couplings"),
  ];
}

/** What a row changes of selected softmax: the learned field, the couplings of the QUBO, who chooses. */
type RowChanges = Partial<Pick<QamaOptions, "positionalField" | "solver">> & { readonly couplings?: boolean };
type Sizes = Parameters<QamaOptions["weights"]>[0];

function boltzmann(row: "boltzmann" | "boltzmannApart", title: string): LongStudyRow {
  const settings = BOLTZMANN_ROWS[row];
  const open = (kernels: Kernels, shape: BlockShape) => boltzmannBlock(kernels, shape, settings);
  return { row, title, settings: { operator: row, ...settings }, open, onlyByName: true };
}

/** The rows that a call runs: those of these names; without names all but those of `onlyByName`. */
export function askedRows(rows: readonly LongStudyRow[], names?: readonly string[]): LongStudyRow[] {
  return rows.filter(({ row, onlyByName }) => names?.includes(row) ?? !onlyByName);
}

const FACTORED = { form: "factored", sweeps: SWEEPS } as const;

function keysOf(tokens: number, percent: number): number {
  return Math.max(1, Math.round(tokens * percent / 100));
}

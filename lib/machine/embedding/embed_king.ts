import { checkOptionNames, type IsingModel, type QuboModel } from "../../model/mod.ts";
import { kingGraph } from "./king_graph.ts";
import { sourceEdges } from "./source_edges.ts";
import { trimChains } from "./_trim_chains.ts";
import type { Embedding } from "./types.ts";

const CANNOT = "Cannot embed on the King's graph";
// columns in which 0, 1, 2, 3 and 4 wires have met; from 5 on it is one less than wires
const FEW_COLUMNS = [0, 1, 1, 2, 2];

/** Size of a grid. */
export interface KingSize {
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
}

/**
 * Puts any model on the King's graph: as a clique of crossing wires, trimmed to the couplings that the model has.
 *
 * n - 1 wires run from column to column, and neighbours change places in turn (odd-even transposition): two wires cross on the
 * diagonals of four sites, sharing none. After n - 2 columns every wire has been beside every other; one more column is the
 * chain of the last variable. So n variables (from 6) take a square of n - 1 sites a side, in chains of n - 2 and one of n - 1,
 * and a grid of L x L holds a clique of L + 1. Ends that no coupling needs are then taken off.
 *
 * @param size.width columns of the grid
 * @param size.height rows of the grid
 * @returns a fresh embedding on `kingGraph(width, height)`
 * @throws {RangeError} if the model does not fit; the message says what grid it needs and how many variables fit
 *
 * Cost O(n^2 + width height).
 * Source: N. Habermann, Parallel neighbor-sort (1972), Carnegie Mellon technical report, for the network of transpositions. See
 * also Y. Sugie et al., Minor-embedding heuristics for large-scale annealing processors with sparse hardware graphs of up to
 * 102,400 nodes (2021), DOI 10.1007/s00500-020-05502-6.
 *
 * @example Five variables, each coupled to each, on sixteen sites
 * ```ts
 * import { checkEmbedding, embedKing, sourceEdges } from "qama/machine";
 * import { denseCouplings, isingModel } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const ones = Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, j) => i === j ? 0 : 1));
 * const model = isingModel({ couplings: denseCouplings(ones) });
 * const embedding = embedKing(model, { width: 4, height: 4 });
 * checkEmbedding(sourceEdges(model), embedding);
 * assertEquals(embedding.chains.length, 5);
 * ```
 */
export function embedKing(model: IsingModel | QuboModel, size: KingSize): Embedding {
  checkOptionNames(CANNOT, size, ["width", "height"]);
  const { width, height } = size;
  const target = kingGraph(width, height);
  const n = model.n;
  const { rows, columns } = gridOf(n);
  const upright = rows <= height && columns <= width;
  if (!upright && !(rows <= width && columns <= height)) {
    throw new RangeError(
      `${CANNOT}: ${n} variables need a grid of ${columns} x ${rows}, ${
        rows * columns
      } sites; ${width} x ${height} has ` +
        `room for ${largestKingClique(size)}, whatever their couplings; solve it in pieces (largeNeighbourhoodSearch)`,
    );
  }
  const sites = wires(n).map((chain) => chain.map(([x, y]) => upright ? y * width + x : x * width + y));
  return Object.freeze({ target, chains: trimChains(target, sites, sourceEdges(model)) });
}

/**
 * Tells how many variables, each coupled to each, fit on a King's graph by {@link embedKing}.
 *
 * @returns L + 1 on a grid of L x L, for L from 4
 * @throws {RangeError} if a size is no integer from 1
 *
 * Cost O(1).
 *
 * @example The largest of Hitachi's grids of 2018
 * ```ts
 * import { largestKingClique } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * assertEquals(largestKingClique({ width: 384, height: 384 }), 385);
 * ```
 */
export function largestKingClique({ width, height }: KingSize): number {
  for (const size of [width, height]) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${CANNOT}: a grid has sizes from 1, got ${width} x ${height}`);
    }
  }
  const [short, long] = width < height ? [width, height] : [height, width];
  let most = 1;
  for (const n of [2, 3, 4, 5, short + 1]) {
    const { rows, columns } = gridOf(n);
    if (Math.min(rows, columns) <= short && Math.max(rows, columns) <= long) most = Math.max(most, n);
  }
  return most;
}

// the grid that n variables take
function gridOf(n: number): { rows: number; columns: number } {
  if (n <= 1) return { rows: n, columns: n };
  if (n === 4) return { rows: 2, columns: 2 };
  return { rows: n - 1, columns: 1 + (FEW_COLUMNS[n - 1] ?? n - 2) };
}

// sites [x, y] of each chain, in order
function wires(n: number): (readonly [x: number, y: number])[][] {
  const { rows, columns } = gridOf(n);
  if (n <= 1) return Array.from({ length: n }, () => [[0, 0]]);
  if (n === 4) return [[[0, 0]], [[1, 0]], [[0, 1]], [[1, 1]]];
  const chains: (readonly [number, number])[][] = Array.from({ length: n }, () => []);
  const order = Array.from({ length: rows }, (_, wire) => wire);
  for (let x = 0; x + 1 < columns; x++) {
    order.forEach((wire, y) => chains[wire].push([x, y]));
    for (let y = x % 2; y + 1 < rows; y += 2) [order[y], order[y + 1]] = [order[y + 1], order[y]];
  }
  for (let y = 0; y < rows; y++) chains[rows].push([columns - 1, y]);
  return chains;
}

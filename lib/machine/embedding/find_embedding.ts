import { checkOptionNames, type IsingModel, type QuboModel } from "../../model/mod.ts";
import type { Topology } from "../types.ts";
import { cliqueEmbedding, largestClique } from "./clique_embedding.ts";
import { embedKing, largestKingClique } from "./embed_king.ts";
import { EmbeddingError } from "./embedding_error.ts";
import { graphOf } from "./hardware_graph.ts";
import { kingGraph } from "./king_graph.ts";
import { minorEmbedding, type MinorEmbeddingOptions } from "./minor_embedding.ts";
import { sourceEdges } from "./source_edges.ts";
import type { Embedding, HardwareGraph } from "./types.ts";

const CANNOT = "Cannot fit the model";
const DENSE = 0.3;
// a search on a larger part of a grid takes minutes a round
const SEARCHED_SIDE = 128;

/** How {@link findEmbedding} works. */
export interface FindEmbeddingOptions extends Omit<MinorEmbeddingOptions, "variables" | "initialChains"> {
  /**
   * `clique` takes the ready pattern for a clique, `search` looks for short chains, `auto` takes the pattern on a grid and for
   * models with 30 % of the couplings or more, and where the search finds nothing.
   *
   * @default {"auto"}
   */
  readonly method?: "auto" | "clique" | "search";
}

/**
 * Finds an embedding of a model on a machine by the method that suits both: none at all where every coupling is one of the
 * machine's, else a pattern for cliques, else a search.
 *
 * @param model only its couplings are looked at
 * @param topology of the machine, or its graph
 * @returns an embedding; undefined where the machine couples every pair
 * @throws {RangeError} if the model does not fit, saying what it would need; an `EmbeddingError` after a search
 * @throws {TypeError} if an option is unknown
 *
 * Cost milliseconds for a pattern, up to `timeLimitMs` for a search.
 *
 * @example A model that is the machine's own needs no chains
 * ```ts
 * import { findEmbedding } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(4, [[0, 3, 1], [1, 2, 1]]) });
 * const embedding = await findEmbedding(model, { kind: "king", width: 2, height: 2 });
 * assertEquals(embedding?.chains.map((chain) => [...chain]), [[0], [1], [2], [3]]);
 * ```
 */
export async function findEmbedding(
  model: IsingModel | QuboModel,
  topology: Topology | HardwareGraph,
  options: FindEmbeddingOptions = {},
): Promise<Embedding | undefined> {
  checkOptionNames(CANNOT, options, ["method", "seed", "timeLimitMs", "numTries", "numRounds", "signal"]);
  const { method = "auto", ...search } = options;
  if (!["auto", "clique", "search"].includes(method)) {
    throw new TypeError(`${CANNOT}: method must be "auto", "clique" or "search", got ${String(method)}`);
  }
  const king = "kind" in topology && topology.kind === "king" ? topology : undefined;
  const target = "kind" in topology ? graphOf(topology) : topology;
  if (target === undefined) return undefined;
  const n = model.n;
  const edges = sourceEdges(model);
  if (isNative(n, edges, target)) {
    return Object.freeze({ target, chains: Array.from({ length: n }, (_, i) => Uint32Array.of(i)) });
  }
  const fits = n <= (king === undefined ? largestClique(target) : largestKingClique(king));
  const clique = () =>
    king === undefined
      ? cliqueEmbedding(n, target, edges)
      : embedKing(model, { width: king.width, height: king.height });
  const dense = king !== undefined || edges.length >= DENSE * n * (n - 1) / 2;
  if (method === "clique" || (method === "auto" && fits && dense)) return clique();
  try {
    return king === undefined
      ? await minorEmbedding(edges, target, { ...search, variables: n })
      : await searchGrid(edges, target, king, { ...search, variables: n });
  } catch (error) {
    if (method === "auto" && fits && error instanceof EmbeddingError && search.signal?.aborted !== true) {
      return clique();
    }
    throw error;
  }
}

function isNative(n: number, edges: readonly (readonly [number, number])[], target: HardwareGraph): boolean {
  const { nodes, rowPtr, columns } = target;
  return n <= nodes.length && edges.every(([i, j]) => columns.subarray(rowPtr[i], rowPtr[i + 1]).includes(j));
}

// on the corner of the grid only
async function searchGrid(
  edges: readonly (readonly [number, number])[],
  target: HardwareGraph,
  { width, height }: { readonly width: number; readonly height: number },
  options: MinorEmbeddingOptions,
): Promise<Embedding> {
  const [columns, rows] = [Math.min(width, SEARCHED_SIDE), Math.min(height, SEARCHED_SIDE)];
  const { chains } = await minorEmbedding(edges, kingGraph(columns, rows), options);
  const moved = chains.map((chain) => chain.map((site) => Math.floor(site / columns) * width + site % columns));
  return Object.freeze({ target, chains: moved });
}

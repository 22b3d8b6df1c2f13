import { type IsingModel, type QuboModel, toSparse } from "../../model/mod.ts";

/**
 * Lists the pairs of a model that are coupled: what an embedding has to find couplers for.
 *
 * @returns fresh pairs i < j with a coefficient other than 0, rows ascending
 *
 * Cost O(n + m), from dense couplings O(n^2).
 *
 * @example Two of three pairs
 * ```ts
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { sourceEdges } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(3, [[0, 2, -1], [1, 2, 5]]) });
 * assertEquals(sourceEdges(model), [[0, 2], [1, 2]]);
 * ```
 */
export function sourceEdges(model: IsingModel | QuboModel): [i: number, j: number][] {
  const { rowPtr, columns } = model.vartype === "ising" ? toSparse(model).couplings : toSparse(model).couplings;
  const edges: [number, number][] = [];
  for (let i = 0; i < model.n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) edges.push([i, columns[k]]);
  }
  return edges;
}

import { attentionEnergies, type AttentionSolver, checkProblem } from "../attention/mod.ts";

/**
 * Makes a solver that returns selections decided beforehand: what a test of a readout or of its gradients needs.
 *
 * Problem b gets row `firstStream + b`, so that a batch may be cut into shards. The seed, `sweeps` and `replicas` have no
 * meaning here and are not read.
 *
 * @param chosen x of problem after problem, `[problems, H, N]`, 0 or 1; not copied
 * @returns a solver named `given`
 * @throws {RangeError} from `solve`, if a problem has no row, or an entry is not 0 or 1
 *
 * Cost O(B H N d) a call, all of it the energies.
 *
 * @example The second of two problems
 * ```ts
 * import { givenSelection } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const zero = new Float32Array(2);
 * const { chosen } = givenSelection([1, 1, 0, 1])
 *   .solve({ ...sizes, queries: zero, keys: zero, fields: zero }, { seed: 1, firstStream: 1 });
 * assertEquals([...chosen], [0, 1]);
 * ```
 */
export function givenSelection(chosen: ArrayLike<number>): AttentionSolver {
  return {
    name: "given",
    solve(problem, { firstStream = 0 }) {
      checkProblem(problem);
      const size = problem.heads * problem.tokens;
      const [from, to] = [firstStream * size, (firstStream + problem.batch) * size];
      if (to > chosen.length) {
        throw new RangeError(
          `Cannot give a selection: problems ${firstStream} to ${firstStream + problem.batch - 1} need ${to} entries ` +
            `of ${size} a problem, got ${chosen.length}`,
        );
      }
      const rows = Uint8Array.from({ length: to - from }, (_, at) => chosen[from + at]);
      return { chosen: rows, energies: attentionEnergies(problem, rows), solver: "given" };
    },
  };
}

import { Rng } from "../../random/mod.ts";
import { fromMaxCut } from "../conventions.ts";
import { checkDoor, checkWhole, checkWord } from "./_checks.ts";
import { componentCount } from "./components.ts";
import { completeGraph, cubicGraph } from "./_graphs.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot draw a Max-Cut instance";
const MAX_VERTICES = 8192;
const GRAPHS = ["half", "cubic"] as const;

/** Options of {@link maxCutInstance}. */
export interface MaxCutInstanceOptions {
  /** n, the number of vertices; even for a cubic graph. */
  readonly n: number;
  /** Seed of the draw; stream n of it is used. */
  readonly seed: number;
  /** `half`: G(n, 1/2), every edge with probability 1/2; `cubic`: 3-regular, every such graph alike likely. @default {"half"} */
  readonly graph?: "half" | "cubic";
}

/**
 * Draws a graph of unweighted edges and asks for its maximum cut: `E(s) = -cut(s)`, so `J_ij = 1/2` on every edge.
 *
 * A graph drawn may be disconnected (a cubic one of few vertices, or G(n, 1/2) below ten); it is kept, and
 * `parameters.components` says in how many parts it falls. No ground energy is known by construction.
 *
 * @returns a fresh instance with sparse couplings, no ground energy
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if n is not an integer from 2 (cubic: even, from 4) to 8192, or the seed or the graph is none
 *
 * Cost O(n^2) for `half`, O(n log n) for `cubic`, about seven times over.
 * Source: Bollobas, A probabilistic proof of an asymptotic formula for the number of labelled regular graphs (1980), DOI
 * 10.1016/S0195-6698(80)80030-8, for cubic graphs; Hamerly et al., Sci. Adv. 5, eaau0823 (2019), for both as benchmarks.
 *
 * @example The complete graph of four vertices is the only cubic one: its best cut has four edges
 * ```ts
 * import { energy, maxCutInstance } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model } = maxCutInstance({ n: 4, seed: 1, graph: "cubic" });
 * assertEquals(energy(model, [1, 1, -1, -1]), -4);
 * ```
 */
export function maxCutInstance(options: MaxCutInstanceOptions): Instance {
  checkDoor(CANNOT, options, ["n", "seed", "graph"]);
  const { n, seed, graph = "half" } = options;
  checkWord(CANNOT, "graph", graph, GRAPHS);
  checkWhole(CANNOT, "n", n, graph === "half" ? 2 : 4, MAX_VERTICES);
  if (graph === "cubic" && n % 2 === 1) {
    throw new RangeError(`${CANNOT}: a 3-regular graph has an even number of vertices, got n = ${n}`);
  }
  const rng = new Rng(seed, n);
  const edges = graph === "cubic" ? cubicGraph(n, rng) : completeGraph(n).filter(() => rng.uint32() < 0x80000000);
  const model = fromMaxCut(n, edges.map(([i, j]) => [i, j, 1] as const));
  const family = graph === "half" ? "maxcut" : "maxcut-cubic";
  return {
    name: `${family}-n${n}-seed${seed}`,
    family,
    model,
    parameters: { n, seed, graph, edges: edges.length, components: componentCount(model) },
    provenance: `maxCutInstance, ${graph === "half" ? "G(n, 1/2)" : "3-regular"}, seed ${seed}`,
  };
}

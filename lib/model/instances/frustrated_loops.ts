import { Rng } from "../../random/mod.ts";
import { checkDoor, checkNumber, checkWhole, checkWord } from "./_checks.ts";
import { completeGraph, cubicGraph, type Edge, squareLattice, squarestSides } from "./_graphs.ts";
import { PairSums, plantedInstance } from "./_planted.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot plant frustrated loops";
const MAX_SPINS = 4096;
const MAX_RATIO = 100;
const GRAPHS = ["square", "cubic", "complete"] as const;
const WALKS_A_LOOP = 2000;

/** Options of {@link frustratedLoops}. */
export interface FrustratedLoopsOptions {
  /** n, the number of spins, from 4; even for `cubic`, no prime for `square`. */
  readonly n: number;
  /** Number of loops over n: `round(ratio n)` loops, at least 1. */
  readonly ratio: number;
  /** Seed of the draw; stream n of it is used. */
  readonly seed: number;
  /**
   * Where the loops run: `square`, the squarest free lattice of n sites; `cubic`, a 3-regular graph drawn from the same stream;
   * `complete`, every pair.
   *
   * @default {"square"}
   */
  readonly graph?: "square" | "cubic" | "complete";
  /** Fewest edges of a loop. @default {4} */
  readonly minLength?: number;
  /** Largest size that a coupling may reach: a loop that would pass it is drawn again; null: no limit. @default {null} */
  readonly range?: number | null;
}

/**
 * Plants a ground state in a sum of frustrated loops.
 *
 * A loop is where a random walk first meets its own path. The planted state satisfies all its couplings, of size 1, but one,
 * drawn; as every state violates at least one, no loop of l edges has less than `2 - l`, and the planted state has that in every
 * loop and in sum: that is the proof. Couplings of loops add up, and may cancel: `parameters.components` says in how many parts
 * the model falls (spins that no loop visits are parts of their own). Hardest near the ratio where loops begin to touch.
 *
 * @returns a fresh instance, sparse, integer couplings, no fields, ground energy and state
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if an option is out of range, or 2000 walks in a row give no loop that is long enough and within `range`
 *
 * Cost O(ratio n) loops of O(n) steps each.
 * Source: Hen, Job, Albash, Ronnow, Troyer and Lidar, Probing for quantum speedup in spin-glass problems with planted solutions,
 * Phys. Rev. A 92, 042325 (2015), DOI 10.1103/PhysRevA.92.042325; `range`: King, Lanting and Harris, Performance of a quantum
 * annealer on range-limited constraint satisfaction problems (2015), arXiv 1502.02098. Differs in: the graphs.
 *
 * @example One loop of four spins
 * ```ts
 * import { energy, frustratedLoops } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, groundState, groundEnergy } = frustratedLoops({ n: 4, ratio: 0.25, seed: 1 });
 * assertEquals([groundEnergy, energy(model, groundState ?? [])], [-2, -2]);
 * ```
 */
export function frustratedLoops(options: FrustratedLoopsOptions): Instance {
  checkDoor(CANNOT, options, ["n", "ratio", "seed", "graph", "minLength", "range"]);
  const { n, ratio, seed, graph = "square", minLength = 4, range = null } = options;
  checkWhole(CANNOT, "n", n, 4, MAX_SPINS);
  checkNumber(CANNOT, "ratio", ratio, Number.MIN_VALUE, MAX_RATIO);
  checkWord(CANNOT, "graph", graph, GRAPHS);
  checkWhole(CANNOT, "minLength", minLength, 3, n);
  if (range !== null) checkWhole(CANNOT, "range", range, 1, Number.MAX_SAFE_INTEGER);
  const rng = new Rng(seed, n);
  const neighbours = neighbourLists(n, edgesOf(graph, n, rng));
  const loops = Math.max(1, Math.round(ratio * n));
  const sums = new PairSums(n);
  let groundEnergy = 0;
  for (let l = 0; l < loops; l++) {
    const { loop, violated } = drawLoop(neighbours, minLength, range, sums, rng);
    loop.forEach((i, k) => sums.add(i, loop[(k + 1) % loop.length], k === violated ? 1 : -1));
    groundEnergy += 2 - loop.length;
  }
  const limit = range === null ? "" : `-R${range}`;
  return plantedInstance({
    name: `loops-${graph}-n${n}-r${ratio}${limit}-seed${seed}`,
    family: "loops",
    parameters: { n, ratio, seed, graph, minLength, range, loops },
    provenance: `frustratedLoops on the ${graph} graph, seed ${seed}`,
    n,
    pairs: sums.pairs(),
    groundEnergy,
  }, rng);
}

function edgesOf(graph: (typeof GRAPHS)[number], n: number, rng: Rng): Edge[] {
  if (graph === "complete") return completeGraph(n);
  if (graph === "cubic") {
    if (n % 2 === 1) throw new RangeError(`${CANNOT}: a 3-regular graph has an even number of vertices, got n = ${n}`);
    return cubicGraph(n, rng);
  }
  const [rows, columns] = squarestSides(n);
  if (rows === 1) {
    throw new RangeError(`${CANNOT}: ${n} sites make no rectangle; take another n, or the complete graph`);
  }
  return squareLattice(rows, columns, false);
}

function neighbourLists(n: number, edges: readonly Edge[]): number[][] {
  const lists = Array.from({ length: n }, (): number[] => []);
  for (const [i, j] of edges) {
    lists[i].push(j);
    lists[j].push(i);
  }
  return lists;
}

function drawLoop(
  neighbours: readonly (readonly number[])[],
  minLength: number,
  range: number | null,
  sums: PairSums,
  rng: Rng,
): { loop: readonly number[]; violated: number } {
  for (let tries = 0; tries < WALKS_A_LOOP; tries++) {
    const loop = walk(neighbours, rng);
    const violated = rng.integer(loop.length);
    const fits = range === null || loop.every((i, k) => {
      const sum = sums.get(i, loop[(k + 1) % loop.length]) + (k === violated ? 1 : -1);
      return Math.abs(sum) <= range;
    });
    if (loop.length >= minLength && fits) return { loop, violated };
  }
  const limit = range === null ? "" : ` and couplings of at most ${range}`;
  throw new RangeError(
    `${CANNOT}: ${WALKS_A_LOOP} walks gave no loop of ${minLength} edges or more${limit}; ask for fewer or shorter loops` +
      (range === null ? "" : ", or raise range"),
  );
}

// walks without turning back until a site comes again; what lies before that site is cut off
function walk(neighbours: readonly (readonly number[])[], rng: Rng): readonly number[] {
  let before = -1;
  let here = rng.integer(neighbours.length);
  const path: number[] = [];
  const place = new Map<number, number>();
  while (!place.has(here)) {
    place.set(here, path.length);
    path.push(here);
    const onward = neighbours[here].filter((next) => next !== before);
    if (onward.length === 0) return [here];
    before = here;
    here = onward[rng.integer(onward.length)];
  }
  return path.slice(place.get(here));
}

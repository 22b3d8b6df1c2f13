import { trimChains } from "./_trim_chains.ts";
import { type Line, linesOf } from "./_qubit_lines.ts";
import type { Embedding, HardwareGraph } from "./types.ts";

const CANNOT = "Cannot embed the clique";

/** A vertical and a horizontal line that cross at a working coupler. */
interface Cross {
  readonly vertical: Line;
  readonly horizontal: Line;
}

/**
 * Puts a clique on Pegasus or Zephyr: a chain for each variable is a vertical and a horizontal line that cross, trimmed to what the
 * edges need.
 *
 * Every two crosses meet twice, once on the vertical line of each; half of the qubits are then not needed. Lines with a qubit or a
 * coupler that does not work are left out. The n crosses that lie closest together are taken.
 *
 * @param variables n
 * @param target made by `pegasusGraph` or `zephyrGraph`, or a machine's graph that is part of one, numbered as D-Wave does
 * @param edges pairs of variables that are to be coupled
 * @returns a fresh embedding
 * @throws {RangeError} if there is no room for n variables, or the graph is of neither kind
 *
 * Cost O(n^2 m).
 * Source: K. Boothby, A. D. King and A. Roy, Fast clique minor generation in Chimera qubit connectivity graphs (2016), DOI
 * 10.1007/s11128-015-1150-6; Zephyr's 16 m - 8: D-Wave technical report 14-1056A. Differs in: whole lines only, so that a
 * few variables fewer fit near the edge of Pegasus and around broken qubits.
 *
 * @example As many variables as the report has for Z_3
 * ```ts
 * import { checkEmbedding, cliqueEmbedding, zephyrGraph } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const embedding = cliqueEmbedding(40, zephyrGraph(3));
 * const edges = Array.from({ length: 40 }, (_, i) => Array.from({ length: i }, (_, j) => [i, j] as const)).flat();
 * checkEmbedding(edges, embedding);
 * assertEquals(embedding.chains.length, 16 * 3 - 8);
 * ```
 */
export function cliqueEmbedding(
  variables: number,
  target: HardwareGraph,
  edges: Iterable<readonly [number, number]> = allPairs(variables),
): Embedding {
  const crosses = crossesOf(target);
  if (crosses === undefined) {
    throw new RangeError(
      `${CANNOT}: ${target.name} is no part of Pegasus or Zephyr; use embedKing for a grid, minorEmbedding for others`,
    );
  }
  if (!Number.isSafeInteger(variables) || variables < 0 || variables > crosses.length) {
    throw new RangeError(
      `${CANNOT}: ${variables} variables do not fit; ${target.name} with ${target.nodes.length} qubits has room for ` +
        `${crosses.length}, whatever their couplings; solve the model in pieces (largeNeighbourhoodSearch)`,
    );
  }
  const from = (crosses.length - variables) >> 1;
  const taken = crosses.slice(from, from + variables);
  const wanted = [...edges];
  return Object.freeze({ target, chains: trimChains(target, corners(taken, wanted), wanted) });
}

// of each cross what lies between its middle and the places where it meets others: downwards those after it, sideways those before
function corners(crosses: readonly Cross[], edges: readonly (readonly [number, number])[]): number[][] {
  const spans = crosses.map((cross) => {
    const [v, h] = meeting(cross, cross) ?? [0, 0];
    return { vertical: [v, v], horizontal: [h, h] };
  });
  const widen = (span: number[], z: number) => [span[0], span[1]] = [Math.min(span[0], z), Math.max(span[1], z)];
  for (const [a, b] of edges) {
    const [i, j] = a < b ? [a, b] : [b, a];
    const direct = meeting(crosses[i], crosses[j]);
    const [v, h] = direct ?? meeting(crosses[j], crosses[i]) ?? [0, 0];
    widen(spans[direct === undefined ? j : i].vertical, v);
    widen(spans[direct === undefined ? i : j].horizontal, h);
  }
  return crosses.map(({ vertical, horizontal }, i) => [
    ...vertical.qubits.slice(spans[i].vertical[0], spans[i].vertical[1] + 1),
    ...horizontal.qubits.slice(spans[i].horizontal[0], spans[i].horizontal[1] + 1),
  ]);
}

// which qubits couple the vertical line of one cross to the horizontal line of another, counted along the lines
function meeting(one: Cross, other: Cross): readonly [number, number] | undefined {
  return one.vertical.meets.get(other.horizontal);
}

/**
 * Tells how many variables, each coupled to each, {@link cliqueEmbedding} can place.
 *
 * @returns 0 where the graph is neither Pegasus nor Zephyr
 *
 * Cost O(l^2) for l lines.
 *
 * @example Z_12 has room for 16 * 12 - 8
 * ```ts
 * import { largestClique, zephyrGraph } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * assertEquals(largestClique(zephyrGraph(12)), 184);
 * ```
 */
export function largestClique(target: HardwareGraph): number {
  return crossesOf(target)?.length ?? 0;
}

const known = new WeakMap<HardwareGraph, readonly Cross[] | undefined>();

// crosses that meet all others, by place
function crossesOf(target: HardwareGraph): readonly Cross[] | undefined {
  if (!known.has(target)) known.set(target, findCrosses(target));
  return known.get(target);
}

function findCrosses(target: HardwareGraph): readonly Cross[] | undefined {
  const lines = linesOf(target);
  if (lines === undefined) return undefined;
  const vertical = new Map(lines.filter(({ u }) => u === 0).map((line) => [line.place, line]));
  let crosses: Cross[] = [];
  for (const horizontal of lines) {
    const partner = horizontal.u === 1 ? vertical.get(horizontal.place) : undefined;
    if (partner?.meets.has(horizontal)) crosses.push({ vertical: partner, horizontal });
  }
  crosses.sort((a, b) => a.vertical.place - b.vertical.place);
  for (;;) {
    const misses = crosses.map((a) =>
      crosses.filter((b) => a !== b && meeting(a, b) === undefined && meeting(b, a) === undefined).length
    );
    const most = Math.max(...misses, 0);
    if (most === 0) return crosses;
    const worst = misses.indexOf(most);
    crosses = crosses.filter((_, c) => c !== worst);
  }
}

function* allPairs(n: number): Generator<readonly [number, number]> {
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) yield [i, j];
}

import { checkOptionNames, type Model } from "../model/mod.ts";
import { checkCount, checkFlag, checkName } from "./_check_numbers.ts";
import { type NeighbourhoodSettings, searchNeighbourhoods } from "./_neighbourhood_reads.ts";
import { resolveOptions } from "./_options.ts";
import { samplerOnDemand } from "./sampler_from_origin.ts";
import { simulatedAnnealing } from "./simulated_annealing.ts";
import type { SampleOptions, Sampler, SamplerOrigin } from "./types.ts";

const NAME = "largeNeighbourhoodSearch";
const CANNOT = "Cannot search in pieces";
const KNOWN = ["size", "choice", "numRounds", "stallRounds", "pieceReads", "warmStart"];
const INNER_SWEEPS = 200;

/** How {@link largeNeighbourhoodSearch} works, but for the sampler inside. */
export interface NeighbourhoodOptions {
  /** Most variables of a piece: the size of the machine. @default {550} */
  readonly size?: number;
  /**
   * Which variables make a piece: neighbours of neighbours of a random one (at random where the model is not sparse), those whose
   * flip costs least, any, or the three in turn.
   *
   * @default {"mixed"}
   */
  readonly choice?: "connected" | "impactful" | "random" | "mixed";
  /** Pieces of a read. @default {100} */
  readonly numRounds?: number;
  /**
   * Pieces without a lower energy after which the search goes on from a shaken state.
   *
   * @default {as many as cover the model four times, 20 or more}
   */
  readonly stallRounds?: number;
  /** Reads of the sampler inside for each piece; the lowest is taken. @default {1} */
  readonly pieceReads?: number;
  /** Gives the sampler inside the present state to start from: for `tabuSearch`, not for machines. @default {false} */
  readonly warmStart?: boolean;
}

/** How {@link largeNeighbourhoodSearch} works. */
export interface LargeNeighbourhoodSearchOptions extends NeighbourhoodOptions {
  /** What solves the pieces: an algorithm, or a machine. @default {simulatedAnnealing of 200 sweeps} */
  readonly sampler?: Sampler;
}

/** {@link NeighbourhoodOptions}, with the sampler as something that can be sent to a thread. */
export interface LargeNeighbourhoodSearchFromOptions extends NeighbourhoodOptions {
  /** Origin of the sampler inside. */
  readonly sampler: SamplerOrigin;
}

/**
 * Makes a sampler that takes a model apart: it frees a piece of the variables, fixes the rest, has the piece solved by any other
 * sampler, and keeps what comes back if it is no worse.
 *
 * With F the fixed variables, a piece has the energy `sum_{i<j} C_ij z_i z_j + sum_i (linear_i + sum_{j in F} C_ij z_j) z_i +
 * constant`, that of the whole state less the offset of the model; a target is passed on. A read starts from a random or a
 * given state, descends, and works on `numRounds` pieces; after `stallRounds` of them without a lower energy it goes on from the
 * lowest state of all with a tenth of the variables reversed, then with a fifth, two fifths, a half. It gives the lowest state of
 * all. Read k and its pieces draw from stream k; `numWorkers` makes no difference.
 *
 * For models that are larger than the machine. Findings tell `pieces`, `improvements`, `restarts`, and the sums of `jobs` and
 * `machineMs` where the sampler inside has them. A machine that fails after some pieces ends the call as `machine-failed` with what
 * there is and the reason in the finding `failure`; before the first, it rejects.
 *
 * Bad at: models that the sampler inside can take whole. On graphs of 5,000 variables, pieces of 2,048 annealed for the same ten
 * seconds end 0.5 to 3 % of the cut behind annealing all of it, pieces of 550 up to 5 % (`scripts/fitting.ts`).
 *
 * @returns a sampler; has an origin if the sampler inside has one
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a number is out of range
 *
 * Cost numRounds calls of the sampler inside; for each O(size^2) dense, O(neighbours of the piece) sparse to cut it out, O(n) a
 * flip dense, O(neighbours) sparse.
 * Source: P. Shaw, Using constraint programming and local search methods to solve vehicle routing problems (1998), DOI
 * 10.1007/3-540-49481-2_30; M. Booth, S. P. Reinhardt and A. Roy, Partitioning optimization problems for hybrid
 * classical/quantum execution (2017), D-Wave technical report 14-1006A. Differs in: no tabu search around it.
 *
 * @example A ring of ten in pieces of four
 * ```ts
 * import { largeNeighbourhoodSearch } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const ring = Array.from({ length: 10 }, (_, i) => [i, (i + 1) % 10, -1] as const);
 * const model = isingModel({ couplings: sparseCouplings(10, ring) });
 * assertEquals((await largeNeighbourhoodSearch({ size: 4 }).sample(model, { seed: 1 })).energies[0], -10);
 * ```
 */
export function largeNeighbourhoodSearch(options: LargeNeighbourhoodSearchOptions = {}): Sampler {
  const { sampler, ...rest } = options;
  const settings = checked(rest);
  if (sampler === undefined) {
    const inner = simulatedAnnealing({ numSweeps: INNER_SWEEPS });
    return searcher(() => Promise.resolve(inner), settings, { name: NAME, options: rest });
  }
  if (typeof sampler?.sample !== "function") throw new TypeError(`${CANNOT}: sampler must be a sampler`);
  const { origin } = sampler;
  const from: LargeNeighbourhoodSearchFromOptions | undefined = origin && { ...rest, sampler: origin };
  return searcher(() => Promise.resolve(sampler), settings, from && { name: `${NAME}From`, options: from });
}

/**
 * Makes what {@link largeNeighbourhoodSearch} makes from plain data, as a thread needs it.
 *
 * @param options those of {@link largeNeighbourhoodSearch}, the sampler as its origin
 * @returns a sampler; the one inside is made at the first call
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a number is out of range
 *
 * Cost that of {@link largeNeighbourhoodSearch}.
 *
 * @example From an origin
 * ```ts
 * import { exactEnumeration, largeNeighbourhoodSearchFrom } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assert, assertEquals } from "@std/assert";
 * const { origin } = exactEnumeration();
 * assert(origin !== undefined);
 * const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, 1]]) });
 * const sampler = largeNeighbourhoodSearchFrom({ sampler: origin, size: 2 });
 * assertEquals((await sampler.sample(model, { seed: 1 })).energies[0], -2);
 * ```
 */
export function largeNeighbourhoodSearchFrom(options: LargeNeighbourhoodSearchFromOptions): Sampler {
  const { sampler, ...rest } = options;
  return searcher(samplerOnDemand(sampler), checked(rest), { name: `${NAME}From`, options });
}

function checked(options: NeighbourhoodOptions): NeighbourhoodSettings {
  checkOptionNames(CANNOT, options, ["sampler", ...KNOWN]);
  const { size = 550, choice = "mixed", numRounds = 100, stallRounds, pieceReads = 1, warmStart = false } = options;
  for (
    const [name, value] of Object.entries({
      size,
      numRounds,
      pieceReads,
      ...(stallRounds !== undefined && { stallRounds }),
    })
  ) {
    checkCount(CANNOT, name, value);
  }
  checkName(CANNOT, "choice", choice, ["connected", "impactful", "random", "mixed"]);
  checkFlag(CANNOT, "warmStart", warmStart);
  return { size, choice, numRounds, stallRounds, pieceReads, warmStart };
}

function searcher(
  inside: () => Promise<Sampler>,
  settings: NeighbourhoodSettings,
  origin: { readonly name: string; readonly options: unknown } | undefined,
): Sampler {
  return {
    name: NAME,
    ...(origin && { origin: { module: import.meta.url, ...origin } }),
    async sample(model: Model, sampleOptions: SampleOptions = {}) {
      const resolved = resolveOptions(NAME, model, sampleOptions, true);
      return await searchNeighbourhoods({ sampler: NAME, model, options: resolved, inside: await inside(), settings });
    },
  };
}

import { tabuModule } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkCount, checkList } from "./_check_numbers.ts";
import { resolveOptions } from "./_options.ts";
import { runReads } from "./_run_reads.ts";
import { tabuReader } from "./_tabu_reader.ts";
import type { Sampler } from "./types.ts";

const CANNOT = "Cannot search";
// the kernel counts in 32 bits
const MOST_COUNTED = 2 ** 31 - 1;

/** How {@link tabuSearch} works. */
export interface TabuSearchOptions {
  /** Rounds of a read: each walks from another state until nothing improves. @default {100} */
  readonly numRounds?: number;
  /** Moves without a new lowest energy after which a round ends. @default {20 n} */
  readonly stallMoves?: number;
  /**
   * Moves for which a variable that flipped may not flip back, drawn for each flip from this range; at most n / 4.
   *
   * @default {3 to 3 + n / 40, n / 20 and n / 10, in turn from round to round}
   */
  readonly tenure?: readonly [shortest: number, longest: number];
}

/**
 * Makes a tabu search with elite states: one-flip moves, always the cheapest that is allowed, from many starts.
 *
 * A move flips the variable with the least `dE_i = -2 s_i (h_i + sum_j J_ij s_j)` among those that are not tabu, uphill where
 * it must be; ties are broken at random; one that leads below everything seen in the round is allowed though tabu. A round
 * ends after `stallMoves` moves without a new lowest energy. The first round starts at the initial state, the next at random,
 * until sixteen different states are in the pool; later rounds start from a child of two of them, which keeps what they
 * share and takes the rest from either at random, with 2 % of the variables reversed. A child that is new and better than
 * the worst takes its place; after 60 that were not the pool starts anew. A read gives the best state of all its rounds.
 *
 * Costs are kept as 32-bit integers and searched with four lanes at a time. Coefficients that are multiples of 1/16 and not
 * too large are taken as they are (finding `exactIntegers`), others are rounded to 2^-29 of the most expensive flip and the
 * state found descends once more in float64. A read ends where it meets the `target`.
 *
 * Strong on dense models and random graphs up to some thousand variables (every QUBO of the OR-Library with up to 500
 * variables: best known within 0.2 s on one core); weaker than annealing on large lattices and planar graphs, whose good states differ in large clusters.
 * Gives the lowest energy seen by each read, not the ground state.
 *
 * @param options see {@link TabuSearchOptions}
 * @returns a sampler
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(n) a move, about 0.1 ns a variable, and O(n) dense or O(neighbours) sparse to update; O(n^2) or O(n + m) bytes.
 * Source: Glover, Lu and Hao, Diversification-driven tabu search for unconstrained binary quadratic problems (2010), DOI
 * 10.1007/s10288-009-0115-y; Lu, Glover and Hao, A hybrid metaheuristic approach to solving the UBQP problem (2010), DOI
 * 10.1016/j.ejor.2010.06.039. Differs in: tenures, which change from round to round, and the pool, which starts anew.
 *
 * @example A frustrated triangle
 * ```ts
 * import { tabuSearch } from "qama/samplers";
 * import { denseCouplings, isingModel } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: denseCouplings([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) });
 * const { energies } = await tabuSearch({ numRounds: 3 }).sample(model, { seed: 1, numReads: 2 });
 * assertEquals([...energies], [-1, -1]);
 * ```
 */
export function tabuSearch(options: TabuSearchOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["numRounds", "stallMoves", "tenure"]);
  const { numRounds = 100, stallMoves, tenure } = options;
  checkCount(CANNOT, "numRounds", numRounds, 1, MOST_COUNTED);
  if (stallMoves !== undefined) checkCount(CANNOT, "stallMoves", stallMoves, 1, MOST_COUNTED);
  if (tenure !== undefined) {
    checkList(CANNOT, "tenure", tenure);
    const [shortest, longest] = tenure;
    const whole = Number.isSafeInteger(shortest) && Number.isSafeInteger(longest);
    if (tenure.length !== 2 || !whole || shortest < 0 || longest < shortest) {
      throw new RangeError(
        `${CANNOT}: tenure must be two integers [shortest, longest] with 0 <= shortest <= longest, got ` +
          `[${tenure.join(", ")}]`,
      );
    }
  }
  const origin = { module: import.meta.url, name: "tabuSearch", options };
  return {
    name: "tabuSearch",
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions("tabuSearch", model, sampleOptions, true);
      const module = await tabuModule();
      const prepare = (target: number) => tabuReader(model, module, { numRounds, stallMoves, tenure }, target);
      return await runReads({ sampler: "tabuSearch", origin, model, options: resolved, prepare });
    },
  };
}

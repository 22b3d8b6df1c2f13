import { checkOptionNames } from "../model/mod.ts";
import type { Rng } from "../random/mod.ts";
import { resolveOptions } from "./_options.ts";
import { type Reader, runReads } from "./_run_reads.ts";
import { spinLoops } from "./_spin_loops.ts";
import { betaRange } from "./beta_range.ts";
import type { Sampler } from "./types.ts";

const WORK_PER_SLICE = 1_000_000;

/** How {@link simulatedAnnealing} works. */
export interface SimulatedAnnealingOptions {
  /** Sweeps over all variables, one a beta. @default {1000} */
  readonly numSweeps?: number;
  /** Inverse temperatures of the first and the last sweep, in 1/energy. @default {`betaRange(model)`} */
  readonly betaRange?: readonly [hot: number, cold: number];
  /** How beta grows: by a constant factor, or by a constant step. @default {"geometric"} */
  readonly betaSchedule?: "geometric" | "linear";
  /** Descend to a local minimum after the last sweep. @default {true} */
  readonly descend?: boolean;
}

/**
 * Makes a simulated annealer: Metropolis sweeps in index order while beta grows, then descent to a local minimum.
 *
 * A flip that costs dE is accepted with probability `min(1, exp(-beta dE))`, decided by 32 random bits; flips with
 * `beta dE > 22.2` are skipped, for 32 bits cannot accept them. Betas are scaled to the model (`betaRange`) and do not depend
 * on whether it comes as Ising model or as QUBO. Local fields are cached for dense and sparse couplings; factored couplings
 * keep two sums of width d, or are made dense where n is small. The story's `kernel` says which.
 *
 * Gives the lowest energy seen by each read, not the ground state.
 *
 * @param options.numSweeps more sweeps: lower energies, more time
 * @returns a sampler
 * @throws {RangeError} if `numSweeps` or `betaRange` is out of range
 * @throws {TypeError} if `betaSchedule` is no name of a schedule
 *
 * Cost O(numSweeps n^2) a read dense, O(numSweeps (n + m)) sparse, O(numSweeps n d) factored; most flips are refused late in
 * a read, and a refused one costs O(1) or O(d).
 * Source: Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing (1983), DOI 10.1126/science.220.4598.671.
 * Differs in: geometric schedule, final descent.
 *
 * @example Two spins that want to differ
 * ```ts
 * import { simulatedAnnealing } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
 * const { energies } = await simulatedAnnealing({ numSweeps: 10 }).sample(model, { seed: 1, numReads: 2 });
 * assertEquals([...energies], [-1, -1]);
 * ```
 */
export function simulatedAnnealing(options: SimulatedAnnealingOptions = {}): Sampler {
  checkOptionNames("Cannot anneal", options, ["numSweeps", "betaRange", "betaSchedule", "descend"]);
  const { numSweeps = 1000, betaSchedule = "geometric", descend = true } = options;
  checkOptions(numSweeps, options.betaRange, betaSchedule);
  return {
    name: "simulatedAnnealing",
    origin: { module: import.meta.url, name: "simulatedAnnealing", options },
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions("simulatedAnnealing", model, sampleOptions, true);
      return await runReads({
        sampler: "simulatedAnnealing",
        model,
        options: resolved,
        prepare(): Reader {
          const range = options.betaRange ?? betaRange(model);
          const betas = schedule(range, numSweeps, betaSchedule);
          const loops = spinLoops(model);
          const sweepsPerSlice = Math.max(1, Math.floor(WORK_PER_SLICE / Math.max(1, loops.sweepWork)));
          let spins: Int8Array = new Int8Array(model.n);
          let rng: Uint32Array = new Uint32Array(4);
          let done = 0;
          return {
            kernel: loops.name,
            options: { numSweeps, betaRange: [...range], betaSchedule, descend },
            begin(state: Int8Array, stream: Rng) {
              spins = state;
              rng = stream.state;
              done = 0;
              loops.load(spins);
            },
            advance() {
              if (done < numSweeps) {
                const next = Math.min(numSweeps, done + sweepsPerSlice);
                loops.anneal(spins, betas, done, next, rng);
                done = next;
                if (done < numSweeps) return false;
                loops.load(spins);
                return !descend;
              }
              return loops.descend(spins) === 0;
            },
          };
        },
      });
    },
  };
}

function checkOptions(numSweeps: number, range: readonly number[] | undefined, betaSchedule: string): void {
  if (!Number.isSafeInteger(numSweeps) || numSweeps < 1) {
    throw new RangeError(`Cannot anneal: numSweeps must be an integer from 1, got ${numSweeps}`);
  }
  if (betaSchedule !== "geometric" && betaSchedule !== "linear") {
    throw new TypeError(`Cannot anneal: betaSchedule must be "geometric" or "linear", got ${betaSchedule}`);
  }
  if (range === undefined) return;
  const [hot, cold] = range;
  if (range.length !== 2 || !(hot > 0) || !(cold >= hot) || !Number.isFinite(cold)) {
    throw new RangeError(
      `Cannot anneal: betaRange must be [hot, cold] with 0 < hot <= cold, got [${range.join(", ")}]`,
    );
  }
}

function schedule(
  [hot, cold]: readonly [number, number],
  numSweeps: number,
  kind: "geometric" | "linear",
): Float64Array {
  return Float64Array.from({ length: numSweeps }, (_, t) => {
    const share = numSweeps === 1 ? 1 : t / (numSweeps - 1);
    return kind === "geometric" ? hot * (cold / hot) ** share : hot + (cold - hot) * share;
  });
}

import type { Sampler } from "../samplers/mod.ts";
import type { Law } from "./law.ts";
import { resultLaws } from "./_result_laws.ts";
import { seedLaws } from "./_seed_laws.ts";
import { stopLaws } from "./_stop_laws.ts";
import { optionLaws } from "./_option_laws.ts";
import { qualityLaws } from "./_quality_laws.ts";

/** What a sampler cannot do, so that the suite does not ask for it. */
export interface SamplerConformanceOptions {
  /** False for a sampler that does not search: the suite then asks for no optimum. @default {true} */
  readonly findsOptimum?: boolean;
  /** Reads in which the optimum of six variables must be found. @default {50} */
  readonly qualityReads?: number;
  /** True if rows are different states: with few variables there are fewer than `numReads`. @default {false} */
  readonly distinctRows?: boolean;
  /** False if equal seeds may give different reads, as on hardware. @default {true} */
  readonly reproducible?: boolean;
  /** False if the sampler cannot be stopped while it runs. @default {true} */
  readonly stoppable?: boolean;
  /** The most reads that may be asked for. @default {100000} */
  readonly maxReads?: number;
  /**
   * Makes a sampler one read of which takes minutes, to see that it can be stopped inside.
   *
   * @default {none: nothing is asked}
   */
  readonly longRead?: () => Sampler;
}

/**
 * Lists the laws that every sampler keeps, ready to be run as tests.
 *
 * Shapes and values of states; energies equal to those of the model in float64; one seed, one result; read k independent of
 * `numReads` and of the number of workers; the seed reported when not given; abort, time limit and target end a call with a
 * valid set, inside a long read too; improvements fall, and leaving their loop ends the call; options checked;
 * models of no variable and of one; both vartypes and all three forms, offset included; the model left alone; the story
 * complete; the optimum of small models found.
 *
 * @param makeSampler gives a fresh sampler for each law
 * @param options.findsOptimum false leaves the law about quality out
 * @param options.longRead adds the laws about stopping inside a read
 * @returns named laws; each draws only from fixed seeds
 *
 * Cost of all laws: some hundred short calls, one of them stopped by its time limit of 1 ms.
 *
 * @example As tests
 * ```ts
 * import { samplerConformance } from "qama/testing";
 * import { simulatedAnnealing } from "qama/samplers";
 * import { assert } from "@std/assert";
 * const laws = samplerConformance(() => simulatedAnnealing({ numSweeps: 20 }));
 * for (const { run } of laws) await run(); // in a test file: Deno.test(`simulatedAnnealing() ${name}`, run)
 * assert(laws.length > 15);
 * ```
 */
export function samplerConformance(makeSampler: () => Sampler, options: SamplerConformanceOptions = {}): Law[] {
  const { findsOptimum = true, reproducible = true, stoppable = true } = options;
  const laws: Law[] = [
    ...resultLaws(makeSampler, options),
    ...optionLaws(makeSampler),
    ...(reproducible ? seedLaws(makeSampler) : []),
    ...(stoppable ? stopLaws(makeSampler, options) : []),
  ];
  if (findsOptimum) laws.push(...qualityLaws(makeSampler, options));
  return laws;
}

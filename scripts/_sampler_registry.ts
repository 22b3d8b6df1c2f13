import {
  chaoticAmplitudeControl,
  chaoticFeedbackControl,
  coherentIsingMachine,
  exactEnumeration,
  greedyDescent,
  largeNeighbourhoodSearch,
  mixedInteger,
  noisyMeanFieldAnnealing,
  parallelTempering,
  physicalCim,
  populationAnnealing,
  portfolio,
  randomSampler,
  type Sampler,
  separatedFeedbackControl,
  simCim,
  simulatedAnnealing,
  simulatedBifurcation,
  simulatedQuantumAnnealing,
  tabuSearch,
  treeDecomposition,
} from "../lib/samplers/mod.ts";
import { hint, UsageError } from "./_cli_option.ts";

/** A sampler as a command line names it. */
export interface RegisteredSampler {
  /** As the library calls it: `simulatedAnnealing`. */
  readonly name: string;
  /** As it is typed: `simulated-annealing`. */
  readonly typed: string;
  /** Names of its own options. */
  readonly optionNames: readonly string[];
  /** The option that `--sweeps` sets, where it has one. */
  readonly sweepsOption?: string;
  /** True if it ends with a proof: its rows are no independent trials, and one is enough. */
  readonly exact: boolean;
  /**
   * Makes it.
   *
   * @throws {TypeError} or {RangeError} if an option has a value it cannot take
   */
  make(options: Readonly<Record<string, unknown>>): Sampler;
}

const SWEEPS = ["numSweeps", "numSteps", "numIterations", "numRoundTrips"];

function register<O extends object>(
  factory: (options?: O) => Sampler,
  optionNames: readonly (keyof O & string)[],
  { exact = false } = {},
): RegisteredSampler {
  return {
    name: factory.name,
    typed: kebab(factory.name),
    optionNames,
    sweepsOption: SWEEPS.find((name) => optionNames.some((known) => known === name)),
    exact,
    // what was typed has no type; the factory checks every value
    make: (options) => factory(optionNames.length === 0 ? undefined : options as O),
  };
}

/** Every sampler of the library. */
export const SAMPLERS: readonly RegisteredSampler[] = [
  register(simulatedAnnealing, ["numSweeps", "betaRange", "betaSchedule", "reheatTo", "acceptance", "descend"]),
  register(parallelTempering, [
    ...[
      "numReplicas",
      "numSweeps",
      "betaRange",
      "betaLadder",
      "numWarmupSweeps",
      "clusterMoves",
      "quenchInterval",
    ] as const,
    "returns",
  ]),
  register(populationAnnealing, [
    ...["populationSize", "sweepsPerTemperature", "beta", "betas", "cullingFraction", "quench", "returns"] as const,
  ]),
  register(simulatedQuantumAnnealing, [
    ...["numSlices", "numSweeps", "beta", "gammaRange", "gammaSchedule", "globalInterval", "quenchInterval"] as const,
    "returns",
  ]),
  register(simulatedBifurcation, ["variant", "numSteps", "dt", "a0", "c0", "gamma", "energyEvery"]),
  register(coherentIsingMachine, ["numSteps", "dt", "pump", "coupling", "noise", "measurementNoise", "energyEvery"]),
  register(chaoticAmplitudeControl, [
    ...[
      "numSteps",
      "dt",
      "pump",
      "coupling",
      "target",
      "sensitivity",
      "rateGrowth",
      "patience",
      "energyEvery",
    ] as const,
  ]),
  register(chaoticFeedbackControl, ["numSteps", "dt", "pump", "coupling", "target", "rate", "energyEvery"]),
  register(separatedFeedbackControl, [
    "numSteps",
    "dt",
    "pump",
    "coupling",
    "steepness",
    "lean",
    "rate",
    "energyEvery",
  ]),
  register(physicalCim, [
    ...["preset", "numRoundTrips", "roundTripUs", "bits", "dt", "pump", "coupling", "noise"] as const,
    ...["measurementNoise", "saturation"] as const,
  ]),
  register(simCim, ["numSteps", "pump", "coupling", "noise", "energyEvery"]),
  register(noisyMeanFieldAnnealing, ["numSteps", "beta", "share", "noise", "energyEvery"]),
  register(tabuSearch, ["numRounds", "stallMoves", "tenure"]),
  register(portfolio, ["samplers", "shares"]),
  register(largeNeighbourhoodSearch, [
    "sampler",
    "size",
    "choice",
    "numRounds",
    "stallRounds",
    "pieceReads",
    "warmStart",
  ]),
  register(greedyDescent, []),
  register(randomSampler, []),
  register(exactEnumeration, [], { exact: true }),
  register(treeDecomposition, ["beta", "maxWidth", "maxBytes"], { exact: true }),
  register(mixedInteger, ["startRounds"], { exact: true }),
];

/** `simulatedAnnealing` as it is typed: `simulated-annealing`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
}

/**
 * Finds a sampler by either of its names.
 *
 * @throws {UsageError} if there is none; the message has the nearest name
 */
export function samplerNamed(name: string): RegisteredSampler {
  const found = SAMPLERS.find((sampler) => sampler.name === name || sampler.typed === name);
  if (found !== undefined) return found;
  const typed = SAMPLERS.map((sampler) => sampler.typed);
  const meant = hint(kebab(name), typed);
  throw new UsageError(`There is no sampler "${name}"${meant}${meant && " All:" || "; there are"} ${typed.join(", ")}`);
}

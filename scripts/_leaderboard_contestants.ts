import type { Contestant } from "./_leaderboard_types.ts";

/** Our samplers; one whose factory this version does not have is left out, and the page says so. */
export const OURS: readonly Contestant[] = [
  { name: "simulatedAnnealing", program: "qama", sampler: "simulatedAnnealing", lengthOption: "numSweeps" },
  {
    name: "parallelTempering",
    program: "qama",
    sampler: "parallelTempering",
    lengthOption: "numSweeps",
    restartLength: 30_000,
  },
  { name: "tabuSearch", program: "qama", sampler: "tabuSearch" },
  {
    name: "simulatedBifurcation discrete",
    program: "qama",
    sampler: "simulatedBifurcation",
    options: { variant: "discrete" },
    lengthOption: "numSteps",
  },
  {
    name: "chaoticAmplitudeControl",
    program: "qama",
    sampler: "chaoticAmplitudeControl",
    lengthOption: "numSteps",
  },
  { name: "portfolio", program: "qama", sampler: "portfolio" },
];

/** The peers' samplers. */
export const PEERS: readonly Contestant[] = [
  { name: "dwave-samplers SA", program: "dwave-samplers", sampler: "annealing", lengthOption: "numSweeps" },
  { name: "dwave-samplers tabu", program: "dwave-samplers", sampler: "tabu" },
  { name: "OpenJij SA", program: "openjij", sampler: "annealing", lengthOption: "numSweeps" },
  { name: "OpenJij SQA", program: "openjij", sampler: "quantum-annealing", lengthOption: "numSweeps" },
  {
    name: "simulated-bifurcation ballistic",
    program: "simulated-bifurcation",
    sampler: "ballistic",
    lengthOption: "numSteps",
  },
  {
    name: "simulated-bifurcation discrete",
    program: "simulated-bifurcation",
    sampler: "discrete",
    lengthOption: "numSteps",
  },
];

/** All, by name. */
export const CONTESTANTS: ReadonlyMap<string, Contestant> = new Map(
  [...OURS, ...PEERS].map((contestant) => [contestant.name, contestant]),
);

/** The peer that the targets name. */
export const REFERENCE = "dwave-samplers SA";

/** The sampler of ours that the targets of speed are about. */
export const HEADLINE = "simulatedAnnealing";

import {
  chaoticAmplitudeControl,
  coherentIsingMachine,
  type Sampler,
  type SampleSet,
  simulatedAnnealing,
  simulatedBifurcation,
  simulatedQuantumAnnealing,
  tabuSearch,
} from "../samplers/mod.ts";

/** What a read takes, by counts that do not depend on the machine: means over the reads of a call. */
export interface ReadCounts {
  /** Looks at single spins. */
  readonly spinUpdates: number;
  /** Products of the couplings with a vector; null where fields are kept up to date flip by flip. */
  readonly matrixVectorProducts: number | null;
}

/** A sampler of the experiment. */
export interface SampledSolver {
  /** Tells the kinds apart. */
  readonly kind: "sampler";
  /** The name in tables. */
  readonly name: string;
  /** What a run length counts. */
  readonly unit: string;
  /** Run lengths, ascending. */
  readonly lengths: readonly number[];
  /** Makes the sampler for a run length. */
  readonly make: (runLength: number) => Sampler;
  /** Counts what its reads took. */
  readonly count: (set: SampleSet, runLength: number) => ReadCounts;
}

/** The random-scan heat bath at fixed beta, which bounds are proved for. */
export interface ChainSolver {
  /** Tells the kinds apart. */
  readonly kind: "chain";
  /** The name in tables. */
  readonly name: string;
  /** Inverse temperature times the field that a random state has, a pure number. */
  readonly scaledBeta: number;
  /** Run lengths in sweeps, ascending; counted in updates. */
  readonly sweeps: readonly number[];
}

/** A solver of the experiment. */
export type TtsSolver = SampledSolver | ChainSolver;

/** The run lengths of a solver on n spins, in its unit: those of a chain are whole updates, one at least. */
export function runLengthsOf(solver: TtsSolver, n: number): readonly number[] {
  return solver.kind === "sampler"
    ? solver.lengths
    : solver.sweeps.map((sweeps) => Math.max(1, Math.round(sweeps * n)));
}

const powers = (first: number, last: number, factor = 2) => {
  const lengths: number[] = [];
  for (let length = first; length <= last; length *= factor) lengths.push(length);
  return lengths;
};

const SLICES = 16;
const GLOBAL_INTERVAL = 10;
/** Looks that samplers of oscillators make beside those before a step: after the last one, and for the fields of the descent. */
const LAST_PRODUCTS = 2;

function perRead(set: SampleSet, finding: string): number {
  return Number(set.story.findings[finding]) / set.story.completedReads;
}

function oscillators(set: SampleSet, steps: number, lookEvery: number | null): ReadCounts {
  const looks = lookEvery === null ? 0 : Math.ceil(steps / lookEvery);
  return {
    spinUpdates: steps * set.story.variables + perRead(set, "descentLooks"),
    matrixVectorProducts: steps + looks + LAST_PRODUCTS,
  };
}

const chain = (name: string, scaledBeta: number): ChainSolver => ({
  ...{ kind: "chain", name, scaledBeta, sweeps: [0.25, ...powers(1, 1024, 4)] },
});

/** The solvers of `deno task tts-gap`, in the order of its tables. */
export const TTS_SOLVERS: readonly TtsSolver[] = [
  chain("glauber-hot", 0.5),
  chain("glauber-mid", 1),
  chain("glauber-cold", 2),
  {
    ...{ kind: "sampler", name: "annealing", unit: "sweeps", lengths: powers(1, 256) },
    // no descent, so that reads are what was counted
    make: (numSweeps) => simulatedAnnealing({ numSweeps, descend: false }),
    count: ({ story }, sweeps) => ({ spinUpdates: sweeps * story.variables, matrixVectorProducts: null }),
  },
  {
    ...{ kind: "sampler", name: "quantum-annealing", unit: "sweeps", lengths: powers(1, 64) },
    make: (numSweeps) =>
      simulatedQuantumAnnealing({ numSweeps, numSlices: SLICES, globalInterval: GLOBAL_INTERVAL, quenchInterval: 0 }),
    // the last descent looks at one slice a few times, which is not counted
    count: ({ story }, sweeps) => ({
      spinUpdates: SLICES * story.variables * (sweeps + Math.floor(sweeps / GLOBAL_INTERVAL)),
      matrixVectorProducts: null,
    }),
  },
  {
    ...{ kind: "sampler", name: "tabu", unit: "moves without improvement", lengths: powers(1, 128) },
    make: (stallMoves) => tabuSearch({ numRounds: 1, stallMoves }),
    count: (set) => ({ spinUpdates: perRead(set, "moves") * set.story.variables, matrixVectorProducts: null }),
  },
  {
    ...{ kind: "sampler", name: "dsb", unit: "steps", lengths: powers(1, 256) },
    make: (numSteps) => simulatedBifurcation({ variant: "discrete", numSteps }),
    count: (set, steps) => oscillators(set, steps, null),
  },
  {
    ...{ kind: "sampler", name: "cac", unit: "steps", lengths: powers(1, 512) },
    make: (numSteps) => chaoticAmplitudeControl({ numSteps }),
    count: (set, steps) => oscillators(set, steps, 2),
  },
  {
    ...{ kind: "sampler", name: "cim", unit: "steps", lengths: powers(1, 512) },
    make: (numSteps) => coherentIsingMachine({ numSteps }),
    count: (set, steps) => oscillators(set, steps, 10),
  },
];

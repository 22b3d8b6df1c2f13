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
  /** Run lengths; see {@link plannedLengths}. */
  readonly lengths: readonly number[];
  /** Longer ones, ascending, each tried where the longest before it is the best. */
  readonly longer: readonly number[];
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
  /** Run lengths in sweeps, counted in whole updates; see {@link plannedLengths}. */
  readonly lengths: readonly number[];
  /** Longer ones, as above. */
  readonly longer: readonly number[];
}

/** A solver of the experiment. */
export type TtsSolver = SampledSolver | ChainSolver;

/** A run length, and the number of the stream of seeds that its reads have. */
export interface PlannedLength {
  /** The length of a run, in the solver's unit. */
  readonly runLength: number;
  /** Its place in the plan: never that among the lengths in order, so that reads stay the same where lengths are added to the plan. */
  readonly stream: number;
}

/** The run lengths of a solver on n spins, in its unit, ascending: all that are tried in any case, and the longer ones. */
export function plannedLengths(
  solver: TtsSolver,
  n: number,
): { readonly always: readonly PlannedLength[]; readonly longer: readonly PlannedLength[] } {
  const whole = (length: number) => solver.kind === "sampler" ? length : Math.max(1, Math.round(length * n));
  const streams = new Map<number, number>();
  for (const [k, length] of [...solver.lengths, ...solver.longer].entries()) {
    if (!streams.has(whole(length))) streams.set(whole(length), k);
  }
  const all = [...streams].map(([runLength, stream]) => ({ runLength, stream })).sort((a, b) =>
    a.runLength - b.runLength
  );
  const extra = ({ stream }: PlannedLength) => stream >= solver.lengths.length;
  return { always: all.filter((one) => !extra(one)), longer: all.filter(extra) };
}

const powers = (first: number, last: number, factor = 2) => {
  const lengths: number[] = [];
  for (let length = first; length <= last; length *= factor) lengths.push(length);
  return lengths;
};

const SLICES = 16;
const GLOBAL_INTERVAL = 10;
/** Sweeps that drawing the start is worth: a state is a decision about each spin, or restarts at once would cost nothing. */
export const START = 1;
/** Looks that samplers of oscillators make beside those before a step: after the last one, and for the fields of the descent. */
const LAST_PRODUCTS = 2;

function perRead(set: SampleSet, finding: string): number {
  return Number(set.story.findings[finding]) / set.story.completedReads;
}

function oscillators(set: SampleSet, steps: number, lookEvery: number | null): ReadCounts {
  const looks = lookEvery === null ? 0 : Math.ceil(steps / lookEvery);
  return {
    spinUpdates: (START + steps) * set.story.variables + perRead(set, "descentLooks"),
    matrixVectorProducts: steps + looks + LAST_PRODUCTS,
  };
}

// the lengths between come last: the place of a length is the stream of its reads
const chain = (name: string, scaledBeta: number): ChainSolver => ({
  ...{ kind: "chain", name, scaledBeta, lengths: [0.25, ...powers(1, 1024, 4), 0, 0.5, 2, 8, 32] },
  longer: powers(4096, 65536, 4),
});
const steps = (last: number) => ({ lengths: [...powers(1, last), 3, 6, 12], longer: powers(2 * last, 16 * last) });

/** The solvers of `deno task tts-gap`, in the order of its tables. */
export const TTS_SOLVERS: readonly TtsSolver[] = [
  chain("glauber-hot", 0.5),
  chain("glauber-mid", 1),
  chain("glauber-cold", 2),
  {
    ...{ kind: "sampler", name: "annealing", unit: "sweeps", ...steps(256) },
    // no descent, so that reads are what was counted
    make: (numSweeps) => simulatedAnnealing({ numSweeps, descend: false }),
    count: ({ story }, sweeps) => ({ spinUpdates: (START + sweeps) * story.variables, matrixVectorProducts: null }),
  },
  {
    ...{ kind: "sampler", name: "quantum-annealing", unit: "sweeps", ...steps(64) },
    make: (numSweeps) =>
      simulatedQuantumAnnealing({ numSweeps, numSlices: SLICES, globalInterval: GLOBAL_INTERVAL, quenchInterval: 0 }),
    // the slices share their start
    count: (set, sweeps) => ({
      spinUpdates: set.story.variables * (START + SLICES * (sweeps + Math.floor(sweeps / GLOBAL_INTERVAL))) +
        perRead(set, "descentLooks"),
      matrixVectorProducts: null,
    }),
  },
  {
    ...{ kind: "sampler", name: "tabu", unit: "moves without improvement", ...steps(128) },
    make: (stallMoves) => tabuSearch({ numRounds: 1, stallMoves }),
    count: (set) => ({
      spinUpdates: (START + perRead(set, "moves")) * set.story.variables,
      matrixVectorProducts: null,
    }),
  },
  {
    ...{ kind: "sampler", name: "dsb", unit: "steps", ...steps(256) },
    make: (numSteps) => simulatedBifurcation({ variant: "discrete", numSteps }),
    count: (set, steps) => oscillators(set, steps, null),
  },
  {
    ...{ kind: "sampler", name: "cac", unit: "steps", ...steps(512) },
    make: (numSteps) => chaoticAmplitudeControl({ numSteps }),
    count: (set, steps) => oscillators(set, steps, 2),
  },
  {
    ...{ kind: "sampler", name: "cim", unit: "steps", ...steps(512) },
    make: (numSteps) => coherentIsingMachine({ numSteps }),
    count: (set, steps) => oscillators(set, steps, 10),
  },
];

import { assert, assertEquals, AssertionError, assertRejects } from "@std/assert";
import { isingModel, type Model, sparseCouplings } from "../model/mod.ts";
import {
  type Progress,
  randomSampler,
  type SampleOptions,
  type Sampler,
  type SampleSet,
  simulatedAnnealing,
} from "../samplers/mod.ts";
import { samplerConformance } from "./mod.ts";

const annealer = simulatedAnnealing({ numSweeps: 30 });

type Sample = (model: Model, options: SampleOptions) => Promise<SampleSet>;

// a sampler that is right but for one thing
function broken(sample: Sample, base: Sampler = annealer): Sampler {
  return { ...base, sample: (model, options = {}) => sample(model, options) };
}

const changed = (change: (set: SampleSet, model: Model, options: SampleOptions) => SampleSet) =>
  broken(async (model, options) => change(await annealer.sample(model, options), model, options));

const without = (...keys: (keyof SampleOptions)[]) =>
  broken((model, options) =>
    annealer.sample(model, Object.fromEntries(Object.entries(options).filter(([key]) => !keys.some((k) => k === key))))
  );

/** Each fault, and words of the laws of which at least one must notice. */
const FAULTS: [fault: string, sampler: Sampler, law: string][] = [
  [
    "energies without the offset",
    changed((set, model) => {
      return { ...set, energies: set.energies.map((energy) => energy - model.offset) };
    }),
    "float64 energies",
  ],
  [
    "energies off by rounding",
    changed((set) => {
      return { ...set, energies: set.energies.map((energy) => energy * (1 + 2 ** -50)) };
    }),
    "float64 energies",
  ],
  [
    "spins for a QUBO",
    changed((set) => {
      return { ...set, states: set.states.map((value) => value === 0 ? -1 : value) };
    }),
    "valid states",
  ],
  [
    "a read too few",
    changed((set, _, { numReads = 1 }) => {
      const rows = Math.max(1, numReads - 1);
      const n = set.story.variables;
      return {
        ...set,
        states: set.states.slice(0, rows * n),
        energies: set.energies.slice(0, rows),
        counts: set.counts.slice(0, rows),
      };
    }),
    "valid states",
  ],
  ["counts of 0", changed((set) => ({ ...set, counts: set.counts.map(() => 0) })), "valid states"],
  [
    "an ending that is always completed",
    changed((set) => {
      return { ...set, ending: "completed", story: { ...set.story, ending: "completed" } };
    }),
    "time limit",
  ],
  ["a story of another ending", changed((set) => ({ ...set, ending: "interrupted" })), "valid states"],
  [
    "a fingerprint of another model",
    changed((set) => {
      return { ...set, story: { ...set.story, fingerprint: "0".repeat(64) } };
    }),
    "valid states",
  ],
  ["a story with NaN", changed((set) => ({ ...set, story: { ...set.story, findings: { x: NaN } } })), "survives JSON"],
  ["a seed ignored", without("seed"), "same seed"],
  ["a seed not told", changed((set) => ({ ...set, story: { ...set.story, seed: 0 } })), "seed it drew"],
  [
    "one seed for all calls without",
    broken((model, options) => annealer.sample(model, { seed: 1, ...options })),
    "seed it drew",
  ],
  [
    "reads that depend on their number",
    broken((model, options) =>
      annealer.sample(model, { ...options, seed: (options.seed ?? 1) + (options.numReads ?? 1) })
    ),
    "read 3",
  ],
  [
    "an abort ignored",
    broken((model, { numReads = 1, ...rest }) => {
      return annealer.sample(model, { ...rest, numReads: Math.min(numReads, 50), signal: undefined });
    }),
    "aborted before",
  ],
  [
    "a time limit ignored",
    broken((model, { numReads = 1, ...rest }) => {
      return annealer.sample(model, { ...rest, numReads: Math.min(numReads, 50), timeLimitMs: undefined });
    }),
    "time limit",
  ],
  [
    "a target ignored",
    broken((model, { numReads = 1, ...rest }) => {
      return annealer.sample(model, { ...rest, numReads: Math.min(numReads, 50), target: undefined });
    }),
    "target",
  ],
  [
    "bad numReads accepted",
    broken((model, options) => {
      return annealer.sample(model, { ...options, numReads: Math.max(1, Math.floor(options.numReads || 1)) });
    }),
    "out of range",
  ],
  ["unknown options accepted", without("numRead" as keyof SampleOptions), "does not know"],
  ["initial states ignored", without("initialStates"), "initial states"],
  ["progress ignored", without("onProgress"), "progress"],
  [
    "reads that depend on the number of workers",
    broken((model, { numWorkers = 1, ...rest }) =>
      annealer.sample(model, { ...rest, seed: (rest.seed ?? 1) + numWorkers })
    ),
    "three workers",
  ],
  [
    "lowest states that are not told",
    broken((model, options) => {
      const onProgress = ({ lowestState: _, ...rest }: Progress) => options.onProgress?.(rest);
      return annealer.sample(model, { ...options, onProgress });
    }),
    "improvements that fall",
  ],
  [
    "a call that goes on when nobody listens",
    broken((model, { signal: _, numReads = 1, ...rest }) => {
      return annealer.sample(model, { ...rest, numReads: Math.min(numReads, 5000) });
    }),
    "loop over its improvements",
  ],
  ["no optimum", {
    ...randomSampler(),
    sample: (model, options) => randomSampler().sample(model, { ...options, numReads: 1 }),
  }, "optimum"],
  [
    "a model changed",
    broken(async (model, options) => {
      const set = await annealer.sample(model, options);
      model.linear.fill(0);
      return set;
    }),
    "leaves the model",
  ],
  [
    "the event loop blocked",
    broken(async (model, options) => {
      if (options.signal === undefined) return await annealer.sample(model, options);
      const { signal, numReads = 1, ...rest } = options;
      return await annealer.sample(model, {
        ...rest,
        numReads: Math.min(numReads, 5),
        ...(signal.aborted && { signal }),
      });
    }),
    "timers",
  ],
  [
    "an origin that leads nowhere",
    { ...annealer, origin: { module: import.meta.url, name: "none", options: {} } },
    "origin",
  ],
  [
    "one variable refused",
    broken((model, options) => {
      return model.n === 1 ? Promise.reject(new RangeError("too small")) : annealer.sample(model, options);
    }),
    "one variable",
  ],
];

Deno.test("samplerConformance() notices every fault that it says it looks for", async () => {
  for (const [fault, sampler, words] of FAULTS) {
    const laws = samplerConformance(() => sampler, { maxReads: 2000 }).filter(({ name }) => name.includes(words));
    assert(laws.length > 0, `no law is about ${words}`);
    const outcomes = await Promise.allSettled(laws.map((law) => law.run()));
    assert(outcomes.some(({ status }) => status === "rejected"), `${fault} passed: ${laws.map(({ name }) => name)}`);
  }
});

Deno.test("samplerConformance() notices a read that cannot be stopped inside", async () => {
  const longRead = () =>
    broken(async (model, options) => {
      const set = await annealer.sample(model, { ...options, timeLimitMs: undefined, signal: undefined });
      return { ...set, ending: "timed-out", story: { ...set.story, ending: "timed-out" } };
    });
  const laws = samplerConformance(() => annealer, { longRead }).filter(({ name }) => name.includes("inside"));
  assertEquals(laws.length, 3);
  for (const law of laws) await assertRejects(() => law.run(), AssertionError);
});

Deno.test("samplerConformance() fails with an AssertionError that shows both sides", async () => {
  const sampler = changed((set) => ({ ...set, energies: set.energies.map((energy) => energy + 1) }));
  const [law] = samplerConformance(() => sampler);
  const error = await law.run().then(() => undefined, (reason) => reason);
  assert(error instanceof AssertionError);
  assert(/actual:.*expected:/s.test(error.message), error.message);
});

Deno.test("samplerConformance() leaves out what its options say cannot be asked", () => {
  const names = (options: Parameters<typeof samplerConformance>[1]) =>
    samplerConformance(() => annealer, options).map(({ name }) => name);
  const all = names({});
  assertEquals(all.length - names({ findsOptimum: false }).length, 1);
  assertEquals(all.length - names({ reproducible: false }).length, 4);
  assertEquals(all.length - names({ stoppable: false }).length, 6);
  assertEquals(names({ longRead: () => annealer }).length - all.length, 3);
  assertEquals(new Set(all).size, all.length);
});

Deno.test("samplerConformance() passes a sampler that is right, run on one sampler again and again", async () => {
  for (const law of samplerConformance(() => annealer)) await law.run();
  const model = isingModel({ couplings: sparseCouplings(1, []) });
  assertEquals((await annealer.sample(model)).ending, "completed");
});

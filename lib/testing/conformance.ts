import { assertEquals, AssertionError, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { energies, fingerprint, type Model } from "../model/mod.ts";
import {
  type Ending,
  improvements,
  type Progress,
  type SampleOptions,
  type Sampler,
  type SampleSet,
  type Story,
} from "../samplers/mod.ts";
import { exampleModels } from "./_example_models.ts";
import { bruteForceMinimum } from "./model_twins.ts";

const SMALL = 6;
const LONG = 26;

/** One law of a conformance suite. */
export interface Law {
  /** What must hold, for the name of a test. */
  readonly name: string;
  /** Checks it; rejects with an AssertionError where it does not hold. */
  run(): Promise<void>;
}

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

function examples(n = SMALL): { name: string; model: Model }[] {
  return [...exampleModels(n, 101, "integer"), ...exampleModels(n, 102, "normal")];
}

function longModel(): Model {
  return exampleModels(LONG, 103, "normal")[0].model;
}

/** Fails unless the set is one that a sampler may return for the model. */
function checkSet(model: Model, set: SampleSet): void {
  const rows = set.energies.length;
  assertEquals(set.states.length, rows * model.n, "states must be [R, n]");
  assertEquals(set.counts.length, rows, "counts must be [R]");
  if (set.counts.includes(0)) throw new AssertionError("a row must have been drawn once or more");
  const low = model.vartype === "ising" ? -1 : 0;
  const wrong = set.states.find((value) => value !== 1 && value !== low);
  assertEquals(wrong, undefined, `states must be ${low} and 1`);
  const expected = model.n === 0 ? new Float64Array(rows).fill(model.offset) : energies(model, set.states);
  assertEquals(set.energies, expected, "energies must be those of the model, to the last bit");
  assertEquals(set.story.fingerprint, fingerprint(model));
  assertEquals([set.story.vartype, set.story.variables], [model.vartype, model.n]);
  assertEquals(set.story.ending, set.ending);
}

function resultLaws(makeSampler: () => Sampler, { distinctRows = false }: SamplerConformanceOptions): Law[] {
  const expectedRows = (model: Model, numReads: number) => distinctRows ? Math.min(numReads, 2 ** model.n) : numReads;
  const sampleAll = async (models: { name: string; model: Model }[]) => {
    for (const { name, model } of models) {
      const set = await makeSampler().sample(model, { numReads: 5, seed: 1 });
      checkSet(model, set);
      assertEquals(set.counts.reduce((sum, count) => sum + count, 0), expectedRows(model, 5), `reads of ${name}`);
      assertEquals(set.ending, "completed", name);
    }
  };
  return [
    {
      name: "gives valid states and their float64 energies for every form and vartype",
      run: () => sampleAll(examples()),
    },
    { name: "takes a model without variables: its energy is the offset", run: () => sampleAll(examples(0)) },
    { name: "takes a model of one variable", run: () => sampleAll(examples(1)) },
    {
      name: "draws one read if numReads is not given",
      async run() {
        const [{ model }] = examples();
        const set = await makeSampler().sample(model, { seed: 1 });
        checkSet(model, set);
        assertEquals(set.counts.reduce((sum, count) => sum + count, 0), 1);
      },
    },
    {
      name: "leaves the model as it is",
      async run() {
        for (const { name, model } of examples()) {
          const before = structuredClone(model);
          await makeSampler().sample(model, { seed: 1 });
          assertEquals(model, before, name);
        }
      },
    },
    {
      name: "tells a story that survives JSON",
      async run() {
        const sampler = makeSampler();
        const { story } = await sampler.sample(examples()[0].model, { seed: 7, numReads: 3 });
        assertEquals(JSON.parse(JSON.stringify(story)), story);
        assertEquals([story.sampler, story.seed, story.options.numReads], [sampler.name, 7, 3]);
        assertMatch(story.version, /^\d+\.\d+\.\d+/);
        assertMatch(story.clocks.startedAt, /^\d{4}-\d\d-\d\dT/);
        if (!(story.clocks.sampleMs >= 0 && story.clocks.setupMs >= 0)) {
          throw new AssertionError("clocks must run forwards");
        }
      },
    },
    {
      name: "reports progress up to the end",
      async run() {
        const seen: number[] = [];
        const { energies } = await makeSampler().sample(examples()[0].model, {
          seed: 1,
          numReads: 3,
          onProgress: ({ lowestEnergy }) => seen.push(lowestEnergy),
        });
        assertEquals(seen.at(-1), Math.min(...energies), "the last report must have the lowest energy");
        assertEquals(seen, seen.toSorted((a, b) => b - a), "the lowest energy never rises");
      },
    },
    {
      name: "hands out improvements that fall, the last of them the lowest, and returns the set",
      async run() {
        for (const { name, model } of examples(12)) {
          const found = improvements(makeSampler(), model, { numReads: 6, seed: 9 });
          const seen: number[] = [];
          let step = await found.next();
          for (; !step.done; step = await found.next()) {
            assertEquals(energies(model, step.value.state)[0], step.value.energy, name);
            seen.push(step.value.energy);
          }
          assertEquals(seen, [...new Set(seen)].sort((a, b) => b - a), `${name}: energies must fall`);
          assertEquals(seen.at(-1), Math.min(...step.value.energies), name);
        }
      },
    },
    {
      name: "names a module and an export that make it again, if it has an origin",
      async run() {
        const { origin, name } = makeSampler();
        if (origin === undefined) return;
        const module: Record<string, unknown> = await import(origin.module);
        const factory = module[origin.name];
        if (typeof factory !== "function") throw new AssertionError(`${origin.module} exports no ${origin.name}()`);
        assertEquals(factory(structuredClone(origin.options)).name, name);
      },
    },
  ];
}

function seedLaws(makeSampler: () => Sampler): Law[] {
  const timeless = (story: Story) => ({ ...story, clocks: undefined });
  const withoutClocks = ({ provenance, ...set }: SampleSet) => ({
    ...set,
    story: timeless(set.story),
    ...(provenance && { rows: provenance.rows, stories: provenance.stories.map(timeless) }),
  });
  return [
    {
      name: "gives the same set for the same seed",
      async run() {
        for (const { name, model } of examples(12)) {
          const a = await makeSampler().sample(model, { numReads: 4, seed: 9 });
          const b = await makeSampler().sample(model, { numReads: 4, seed: 9 });
          assertEquals(withoutClocks(a), withoutClocks(b), name);
        }
      },
    },
    {
      name: "gives the same read 3 for 4 and for 40 reads",
      async run() {
        for (const { name, model } of examples(12)) {
          const few = await makeSampler().sample(model, { numReads: 4, seed: 9 });
          const many = await makeSampler().sample(model, { numReads: 40, seed: 9 });
          assertEquals(many.states.slice(0, 4 * 12), few.states, name);
        }
      },
    },
    {
      name: "gives the same set for one and for three workers",
      async run() {
        for (const { name, model } of examples(12).slice(0, 3)) {
          const one = await makeSampler().sample(model, { numReads: 11, seed: 9 });
          const three = await makeSampler().sample(model, { numReads: 11, seed: 9, numWorkers: 3 });
          assertEquals([three.states, three.energies, three.ending], [one.states, one.energies, one.ending], name);
        }
      },
    },
    {
      name: "reports the seed it drew, and gives the same set for it",
      async run() {
        const { model } = examples(12)[0];
        const first = await makeSampler().sample(model, { numReads: 3 });
        assertEquals(
          Number.isSafeInteger(first.story.seed) && first.story.seed >= 0,
          true,
          "a seed is an integer from 0",
        );
        const again = await makeSampler().sample(model, { numReads: 3, seed: first.story.seed });
        assertEquals(again.states, first.states);
        const other = await makeSampler().sample(model, { numReads: 3 });
        assertNotEquals(other.story.seed, first.story.seed, "seeds that are not given must differ from call to call");
      },
    },
  ];
}

function stopLaws(
  makeSampler: () => Sampler,
  { maxReads = 100_000, distinctRows = false, longRead }: SamplerConformanceOptions,
): Law[] {
  return [
    ...(longRead === undefined ? [] : insideLaws(longRead)),
    {
      name: "stops when the loop over its improvements is left",
      async run() {
        let last: Progress | undefined;
        const onProgress = (progress: Progress) => last = progress;
        const options = { numReads: maxReads, seed: 1, onProgress };
        for await (const _ of improvements(makeSampler(), longModel(), options)) break;
        const reads = last?.reads ?? 0;
        assertEquals(reads < maxReads, true, `${reads} of ${maxReads} reads were made after the loop was left`);
      },
    },
    {
      name: "returns a valid set when aborted before it starts",
      async run() {
        const model = longModel();
        const set = await makeSampler().sample(model, { numReads: maxReads, seed: 1, signal: AbortSignal.abort() });
        checkSet(model, set);
        assertEquals(set.ending, "interrupted");
      },
    },
    {
      name: "returns what it has when aborted while it runs",
      async run() {
        const model = longModel();
        const controller = new AbortController();
        const onProgress = () => controller.abort();
        const set = await makeSampler().sample(model, {
          numReads: maxReads,
          seed: 1,
          signal: controller.signal,
          onProgress,
        });
        checkSet(model, set);
        assertEquals(set.ending, "interrupted");
      },
    },
    {
      name: "lets timers run, so that an abort from outside arrives",
      async run() {
        const model = longModel();
        const controller = new AbortController();
        const timer = setTimeout(() => controller.abort(), 0);
        const set = await makeSampler().sample(model, { numReads: maxReads, seed: 1, signal: controller.signal });
        clearTimeout(timer);
        checkSet(model, set);
        assertEquals(set.ending, "interrupted");
      },
    },
    {
      name: "stops at its time limit with what it has",
      async run() {
        const model = longModel();
        const set = await makeSampler().sample(model, { numReads: maxReads, seed: 1, timeLimitMs: 1 });
        checkSet(model, set);
        assertEquals(set.ending, "timed-out");
      },
    },
    {
      name: "stops at the first read that reaches the target",
      async run() {
        for (const { name, model } of examples()) {
          const all = await makeSampler().sample(model, { numReads: 8, seed: 3 });
          const target = Math.min(...all.energies);
          const set = await makeSampler().sample(model, { numReads: maxReads, seed: 3, target });
          checkSet(model, set);
          assertEquals(set.ending, "target-reached", name);
          const reached = set.energies.findIndex((energy) => energy <= target);
          assertEquals(reached >= 0, true, `${name}: no row has the target`);
          if (!distinctRows) {
            assertEquals(reached, set.energies.length - 1, `${name}: the read of the target is the last`);
          }
        }
      },
    },
  ];
}

// a bound that only a sampler which does not look at the clock can miss: reads take minutes
const SOON_MS = 2000;

function insideLaws(longRead: () => Sampler): Law[] {
  const soon = async (what: string, call: () => Promise<SampleSet>, ending: Ending) => {
    const model = longModel();
    const start = performance.now();
    const set = await call();
    const elapsedMs = performance.now() - start;
    checkSet(model, set);
    assertEquals([set.ending, set.story.completedReads], [ending, 0], what);
    assertEquals(elapsedMs < SOON_MS, true, `${what}: the call went on for ${elapsedMs} ms`);
  };
  return [
    {
      name: "stops at its time limit inside a read",
      run: () => soon("time limit", () => longRead().sample(longModel(), { seed: 1, timeLimitMs: 50 }), "timed-out"),
    },
    {
      name: "stops inside a read when aborted",
      async run() {
        const controller = new AbortController();
        const timer = setTimeout(() => controller.abort(), 50);
        const call = () => longRead().sample(longModel(), { seed: 1, signal: controller.signal });
        await soon("abort", call, "interrupted");
        clearTimeout(timer);
      },
    },
    {
      name: "stops its workers inside their reads",
      run() {
        const options = { seed: 1, numReads: 2, numWorkers: 2, timeLimitMs: 400 };
        return soon("time limit of two workers", () => longRead().sample(longModel(), options), "timed-out");
      },
    },
  ];
}

function optionLaws(makeSampler: () => Sampler): Law[] {
  const model = examples()[0].model;
  const bad: [string, SampleOptions, typeof TypeError | typeof RangeError][] = [
    ["numReads of 0", { numReads: 0 }, RangeError],
    ["a broken numReads", { numReads: 1.5 }, RangeError],
    ["numReads of NaN", { numReads: NaN }, RangeError],
    ["a negative seed", { seed: -1 }, RangeError],
    ["a broken seed", { seed: 0.5 }, RangeError],
    ["a time limit of 0", { timeLimitMs: 0 }, RangeError],
    ["a time limit of NaN", { timeLimitMs: NaN }, RangeError],
    ["a target of NaN", { target: NaN }, RangeError],
    ["numWorkers of 0", { numWorkers: 0 }, RangeError],
    ["a broken numWorkers", { numWorkers: 1.5 }, RangeError],
    ["initial states that do not fill a row", { initialStates: new Int8Array(SMALL - 1).fill(1) }, TypeError],
    [
      "initial states for another number of reads",
      { numReads: 3, initialStates: new Int8Array(2 * SMALL).fill(1) },
      TypeError,
    ],
  ];
  return [
    {
      name: "refuses options out of range, with an error that says so",
      async run() {
        for (const [what, wrong, ErrorClass] of bad) {
          const error = await assertRejects(() => makeSampler().sample(model, wrong), ErrorClass, "Cannot", what);
          const named = Object.keys(wrong).some((key) => error.message.includes(key));
          assertEquals(named, true, `${what}: the message must name the option, it is ${error.message}`);
        }
      },
    },
    {
      name: "refuses an option that it does not know",
      async run() {
        const misspelt: SampleOptions & { numRead: number } = { numRead: 5 };
        await assertRejects(() => makeSampler().sample(model, misspelt), TypeError, "numRead");
      },
    },
    {
      name: "starts from initial states of the model's vartype only, or refuses them all",
      async run() {
        for (const { model } of examples()) {
          const wrong = new Int8Array(SMALL).fill(model.vartype === "ising" ? 0 : -1);
          await assertRejects(() => makeSampler().sample(model, { initialStates: wrong }), Error, "initialStates");
          try {
            const initialStates = new Int8Array(2 * SMALL).fill(1);
            const set = await makeSampler().sample(model, { initialStates, seed: 1 });
            checkSet(model, set);
            assertEquals(set.energies.length, 2, "two initial states are two reads");
            assertEquals(initialStates, new Int8Array(2 * SMALL).fill(1), "initial states must be left as they are");
          } catch (error) {
            if (!(error instanceof TypeError)) throw error;
            assertMatch(error.message, /initialStates/);
          }
        }
      },
    },
  ];
}

function qualityLaws(makeSampler: () => Sampler, { qualityReads = 50 }: SamplerConformanceOptions): Law[] {
  return [{
    name: "finds the optimum of small models in every form and vartype",
    async run() {
      for (const { name, model } of [...examples(), ...examples(10)]) {
        const set = await makeSampler().sample(model, { numReads: qualityReads, seed: 5 });
        const { energy } = bruteForceMinimum(model);
        const found = Math.min(...set.energies);
        const missed = !(Math.abs(found - energy) <= 1e-9 * Math.max(1, Math.abs(energy)));
        if (missed) {
          throw new AssertionError(`${name}, ${model.n} variables: lowest is ${found}, the optimum ${energy}`);
        }
      }
    },
  }];
}

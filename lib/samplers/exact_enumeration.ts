import { fingerprint, type Model, version } from "../model/mod.ts";
import { LowestSearch } from "./_lowest_search.ts";
import { resolveOptions } from "./_options.ts";
import { reportedOptions } from "./_run_reads.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Sampler, SampleSet, Story } from "./types.ts";

const MAX_VARIABLES = 30;
const STATES_PER_SLICE = 1 << 16;
const PROGRESS_MS = 100;

/**
 * Makes a sampler that looks at every state of a model of up to 30 variables and returns the `numReads` lowest, in order.
 *
 * Row 0 of a completed set is a ground state. The story's findings tell `statesVisited`, `groundDegeneracy` (how many states
 * share the lowest energy) and `proven` (true if every state was seen). Energies closer than 1e-12 of the sum of all
 * coefficients count as equal; states of equal energy come in the order of the enumeration. With fewer than `numReads`
 * states all of them are returned. Seed and `numWorkers` make no difference. No options.
 *
 * Bad at: more than 30 variables, where it refuses; `treeDecomposition()` and `mixedInteger()` prove larger sparse models.
 *
 * @returns a sampler; it rejects with a RangeError above 30 variables
 *
 * Cost O(2^n) time, O(numReads + n^2) memory.
 * Source: F. Gray, Pulse code communication, US patent 2632058 (1953), for the order of states.
 *
 * @example A frustrated triangle has six ground states
 * ```ts
 * import { exactEnumeration } from "qama/samplers";
 * import { denseCouplings, isingModel } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: denseCouplings([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) });
 * const { energies, story } = await exactEnumeration().sample(model);
 * assertEquals([energies[0], story.findings.groundDegeneracy], [-1, 6]);
 * ```
 */
export function exactEnumeration(): Sampler {
  return {
    name: "exactEnumeration",
    origin: { module: import.meta.url, name: "exactEnumeration", options: undefined },
    sample: enumerate,
  };
}

async function enumerate(model: Model, sampleOptions: Parameters<Sampler["sample"]>[1] = {}): Promise<SampleSet> {
  const options = resolveOptions("exactEnumeration", model, sampleOptions, false);
  const n = model.n;
  if (n > MAX_VARIABLES) {
    throw new RangeError(
      `Cannot enumerate the model: it has ${n} variables, at most ${MAX_VARIABLES} can be; use simulatedAnnealing()`,
    );
  }
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options);
  const total = 2 ** n;
  const search = new LowestSearch(model, Math.min(options.numReads, total));
  const identity = fingerprint(model);
  const setupMs = watch.elapsedMs;
  let ending = watch.stopped;
  let lowestEnergy = Infinity;
  let reportedAt = 0;
  const report = () => {
    const [reads, elapsedMs] = [ending === "completed" ? search.rows : 0, watch.elapsedMs];
    reportedAt = elapsedMs;
    options.onProgress?.({
      sampler: "exactEnumeration",
      reads,
      numReads: options.numReads,
      lowestEnergy,
      ...(search.visited > 0 && { lowestState: search.lowestState() }),
      elapsedMs,
      share: search.visited / total,
    });
  };

  while (ending === undefined) {
    search.advance(Math.min(total, search.visited + STATES_PER_SLICE));
    const lowest = search.lowest();
    if (lowest < lowestEnergy) {
      lowestEnergy = lowest;
      report();
    }
    if (lowestEnergy <= options.target) ending = "target-reached";
    else if (search.visited === total) ending = "completed";
    else if (watch.due) {
      await watch.pause();
      if (watch.elapsedMs - reportedAt >= PROGRESS_MS) report();
      ending = watch.stopped;
    }
  }
  // stopped before the first slice: the first state is still something
  if (search.visited === 0) search.advance(1);
  const rows = search.result();
  lowestEnergy = rows.energies[0];
  report();
  const story: Story = {
    sampler: "exactEnumeration",
    version,
    seed: options.seed,
    options: reportedOptions(options),
    fingerprint: identity,
    vartype: model.vartype,
    variables: n,
    kernel: "gray code",
    completedReads: search.findings.proven ? search.rows : 0,
    clocks: { startedAt, setupMs, sampleMs: watch.elapsedMs - setupMs },
    ending,
    findings: search.findings,
  };
  return { ...rows, ending, story };
}

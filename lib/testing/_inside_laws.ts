import { assertEquals } from "@std/assert";
import type { Ending, Sampler, SampleSet } from "../samplers/mod.ts";
import { checkSet, longModel } from "./_conformance_models.ts";
import type { Law } from "./law.ts";

// a bound that only a sampler which does not look at the clock can miss: reads take minutes
const SOON_MS = 2000;

/** The same inside one long read. */
export function insideLaws(longRead: () => Sampler): Law[] {
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

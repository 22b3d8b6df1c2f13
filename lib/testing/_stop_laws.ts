import { assertEquals } from "@std/assert";
import { improvements, type Progress, type Sampler } from "../samplers/mod.ts";
import { checkSet, examples, longModel } from "./_conformance_models.ts";
import type { Law } from "./law.ts";
import type { SamplerConformanceOptions } from "./conformance.ts";
import { insideLaws } from "./_inside_laws.ts";

/** Abort, time limit and target end a call with a valid set. */
export function stopLaws(
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

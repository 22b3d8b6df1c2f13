import { assertEquals, assertNotEquals } from "@std/assert";
import type { Sampler, SampleSet, Story } from "../samplers/mod.ts";
import { examples } from "./_conformance_models.ts";
import type { Law } from "./law.ts";

/** One seed, one result. */
export function seedLaws(makeSampler: () => Sampler): Law[] {
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

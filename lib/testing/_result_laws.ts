import { assertEquals, AssertionError, assertMatch } from "@std/assert";
import { energies, type Model } from "../model/mod.ts";
import { improvements, type Sampler } from "../samplers/mod.ts";
import { checkSet, examples } from "./_conformance_models.ts";
import type { Law } from "./law.ts";
import type { SamplerConformanceOptions } from "./conformance.ts";

/** What every returned set must be, whatever was asked. */
export function resultLaws(makeSampler: () => Sampler, { distinctRows = false }: SamplerConformanceOptions): Law[] {
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

import { assertEquals, AssertionError } from "@std/assert";
import { energies, fingerprint, type Model } from "../model/mod.ts";
import type { SampleSet } from "../samplers/mod.ts";
import { exampleModels } from "./_example_models.ts";

/** Variables of the small models. */
export const SMALL = 6;
/** Variables of a model that no sampler exhausts. */
export const LONG = 26;

/** Small models in every form and vartype, of integer and of real coefficients. */
export function examples(n = SMALL): { name: string; model: Model }[] {
  return [...exampleModels(n, 101, "integer"), ...exampleModels(n, 102, "normal")];
}

/** A model on which a search goes on. */
export function longModel(): Model {
  return exampleModels(LONG, 103, "normal")[0].model;
}

/** Fails unless the set is one that a sampler may return for the model. */
export function checkSet(model: Model, set: SampleSet): void {
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

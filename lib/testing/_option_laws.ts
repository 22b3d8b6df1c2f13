import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { SampleOptions, Sampler } from "../samplers/mod.ts";
import { checkSet, examples, SMALL } from "./_conformance_models.ts";
import type { Law } from "./law.ts";

/** Options are checked, and initial states are left as they are. */
export function optionLaws(makeSampler: () => Sampler): Law[] {
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

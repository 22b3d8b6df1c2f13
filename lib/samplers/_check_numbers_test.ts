import { assertRejects, assertThrows } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import {
  parallelTempering,
  populationAnnealing,
  portfolio,
  simulatedAnnealing,
  simulatedQuantumAnnealing,
  tabuSearch,
} from "./mod.ts";

// what a notebook or a command line can say though the types do not allow it
function typed<O>(json: string): O {
  return JSON.parse(json);
}

Deno.test("options that must be lists say so where they are none", () => {
  assertThrows(
    () => simulatedAnnealing(typed('{"betaRange":5}')),
    TypeError,
    "betaRange must be a list of numbers, got 5",
  );
  assertThrows(() => simulatedAnnealing(typed('{"betaSchedule":5}')), TypeError, "betaSchedule must be a list");
  assertThrows(() => simulatedAnnealing(typed('{"betaSchedule":null}')), TypeError, "got null");
  assertThrows(() => parallelTempering(typed('{"betaRange":5}')), TypeError, "betaRange must be a list");
  assertThrows(() => parallelTempering(typed('{"betaLadder":5}')), TypeError, "must be a list of numbers, got 5");
  assertThrows(() => populationAnnealing(typed('{"betas":5}')), TypeError, "must be a list of numbers, got 5");
  assertThrows(() => simulatedQuantumAnnealing(typed('{"gammaRange":5}')), TypeError, "gammaRange must be a list");
  assertThrows(() => tabuSearch(typed('{"tenure":5}')), TypeError, "tenure must be a list");
  assertThrows(() => portfolio(typed('{"samplers":"all"}')), TypeError, "samplers must be a list, got all");
});

Deno.test("a flag and a time limit are no text", async () => {
  assertThrows(() => simulatedAnnealing(typed('{"descend":"no"}')), TypeError, "descend must be true or false, got no");
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
  const call = () => simulatedAnnealing().sample(model, typed('{"timeLimitMs":"10"}'));
  await assertRejects(call, RangeError, "timeLimitMs must be a positive number");
});

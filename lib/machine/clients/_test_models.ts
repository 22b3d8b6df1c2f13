import { assertEquals } from "@std/assert";
import { isingModel, type Model, quboModel, sparseCouplings } from "../../model/mod.ts";
import { Rng } from "../../random/mod.ts";
import { allStates, assertClose, modelEnergyTwin } from "../../testing/mod.ts";
import { exampleModels } from "../../testing/_example_models.ts";
import { reEnergise } from "../re_energise.ts";
import type { EncodedJob, Json, MachineProtocol } from "../types.ts";

/** Models of both kinds and all forms, with fields and an offset. */
export function anyModels(n: number): Model[] {
  return [...exampleModels(n, 3, "integer"), ...exampleModels(n, 4, "normal")].map(({ model }) => model);
}

/** The same on a grid of `side` columns, couplings between neighbours only, coefficients -3 to 3. */
export function gridModels(side: number, rows: number, width = side): Model[] {
  const rng = new Rng(7);
  const pairs: [number, number, number][] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < side; x++) {
      for (const [dx, dy] of [[1, 0], [0, 1], [1, 1], [-1, 1]]) {
        if (x + dx < 0 || x + dx >= side || y + dy >= rows) continue;
        pairs.push([x + width * y, x + dx + width * (y + dy), rng.integer(7) - 3]);
      }
    }
  }
  const n = side + width * (rows - 1);
  const parts = {
    couplings: sparseCouplings(n, pairs),
    linear: Array.from({ length: n }, (_, i) => i % width < side ? rng.integer(7) - 3 : 0),
    offset: 2.5,
  };
  return [isingModel(parts), quboModel({ ...parts, linear: parts.linear.map((value) => 2 * value) })];
}

/**
 * The law of every protocol: what is sent has the model's energies in all states, and an answer of all states comes back as it
 * went.
 *
 * @param energyOf the machine's energy of a payload: spins up or down by variable, its own convention
 * @param answerOf an answer as the machine gives it
 */
export function checkAllStates(
  protocol: MachineProtocol,
  model: Model,
  energyOf: (payload: Json, up: readonly boolean[]) => number,
  answerOf: (states: readonly (readonly boolean[])[], energies: readonly number[], job: EncodedJob) => Json,
): void {
  const states = [...allStates(model.n, model.vartype)];
  const job = protocol.encode(model, { numReads: 1, seed: 5, tag: "t" });
  // a journal keeps it
  assertEquals(JSON.parse(JSON.stringify(job)), job);
  const ups = states.map((state) => [...state].map((value) => value === 1));
  const energies = ups.map((up) => energyOf(job.payload, up));
  const ours = states.map((state) => modelEnergyTwin(model, state));
  assertClose(energies.map((value) => job.scale * value + job.offset), ours, { rtol: 1e-12, atol: 1e-12 });
  const rows = model.n === 0 ? [] : ups;
  const decoded = protocol.decode(answerOf(rows, energies, job), job);
  assertEquals(decoded.states, Int8Array.from(states.flatMap((state) => [...state])));
  assertEquals([...decoded.reported ?? []], energies);
  assertEquals(reEnergise(model, decoded.states, decoded.reported, job).check.diagnosis, "exact");
}

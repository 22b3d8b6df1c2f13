import {
  checkOptionNames,
  energy,
  type Instance,
  type Model,
  quboFromIsing,
  roofDuality,
  spinsFromBits,
} from "../model/mod.ts";
import { cardinalitySearch } from "./_cardinality_search.ts";
import { drive } from "./_drive.ts";
import { exactEnumeration } from "./exact_enumeration.ts";
import { mixedInteger } from "./mixed_integer.ts";
import { Stopwatch } from "./_stopwatch.ts";
import { tabuSearch } from "./tabu_search.ts";

const CANNOT = "Cannot prove a ground state";
const MAX_ENUMERATED = 22;
const DEFAULT_LIMIT_MS = 60_000;
const START_ROUNDS = 20;
const MAX_BRANCHES = 20_000;

/** Options of {@link proveInstance}. */
export interface ProveInstanceOptions {
  /** Wall time that the searches may take where nothing else proves; branch and bound has half of it. @default {60000} */
  readonly timeLimitMs?: number;
  /** Stops the search. */
  readonly signal?: AbortSignal;
}

/**
 * Proves the ground energy of an instance, by the first of four ways that does.
 *
 * Up to 22 variables `exactEnumeration` looks at every state and counts the lowest. Above, `roofDuality`: where the roof dual fixes
 * every variable, and its bound is the energy of the state it fixes up to the bound's own error, no state is lower. Else
 * `branchAndBound`: 20000 branches, each with a bound for every number of bits that may still be set, which proves heads with a
 * cardinality term in a few hundred. Else `mixedInteger` until the time is over. A ground energy that the instance brings is checked against what is proved.
 *
 * @param instance any instance
 * @returns the instance with `groundEnergy`, `groundState` and `proof`, and `groundStates` where they were counted; null where none of
 *   the ways proves it in time
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if the instance brings a ground energy that is not the lowest, or `timeLimitMs` is not positive
 *
 * Cost O(2^n) up to 22 variables, about 0.5 s; else a maximum flow; else up to the time limit.
 *
 * @example A frustrated triangle
 * ```ts
 * import { proveInstance } from "qama/samplers";
 * import { maxCutInstance } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const proved = await proveInstance(maxCutInstance({ n: 4, seed: 1, graph: "cubic" }));
 * assertEquals([proved?.groundEnergy, proved?.groundStates, proved?.proof], [-4, 6, "exactEnumeration"]);
 * ```
 */
export async function proveInstance(instance: Instance, options: ProveInstanceOptions = {}): Promise<Instance | null> {
  checkOptionNames(CANNOT, options, ["timeLimitMs", "signal"]);
  const proved = await prove(instance, options);
  const brought = instance.groundEnergy;
  const found = proved?.groundEnergy;
  if (brought !== undefined && found !== undefined && Math.abs(brought - found) > 1e-9 * Math.max(1, Math.abs(found))) {
    throw new RangeError(
      `${CANNOT}: ${instance.name} brings ${brought}, the lowest energy is ${found}; take its ground energy out or correct it`,
    );
  }
  return proved;
}

async function prove(instance: Instance, options: ProveInstanceOptions): Promise<Instance | null> {
  const { model } = instance;
  const { timeLimitMs = DEFAULT_LIMIT_MS, signal } = options;
  if (typeof timeLimitMs !== "number" || !(timeLimitMs > 0)) {
    throw new RangeError(`${CANNOT}: timeLimitMs must be a positive number, got ${timeLimitMs}`);
  }
  if (model.n <= MAX_ENUMERATED) {
    const { energies, states, story } = await exactEnumeration().sample(model, { signal });
    if (story.findings.proven !== true) return null;
    const groundStates = Number(story.findings.groundDegeneracy);
    return { ...instance, groundEnergy: energies[0], groundState: states, groundStates, proof: "exactEnumeration" };
  }
  const { values, lowerBound, energyError } = roofDuality(model);
  if (values.size === model.n) {
    const groundState = Int8Array.from({ length: model.n }, (_, i) => values.get(i) ?? 0);
    const groundEnergy = energy(model, groundState);
    const rounding = energyError + 1e-12 * Math.abs(groundEnergy);
    if (groundEnergy <= lowerBound + 2 * rounding) {
      return { ...instance, groundEnergy, groundState, proof: "roofDuality" };
    }
  }
  const watch = new Stopwatch({ timeLimitMs, signal });
  const groundState = await searched(model, { timeLimitMs: timeLimitMs / 2, signal });
  if (groundState !== null) {
    return { ...instance, groundEnergy: energy(model, groundState), groundState, proof: "branchAndBound" };
  }
  const rest = Math.max(1, timeLimitMs - watch.elapsedMs);
  const { energies, states, story } = await mixedInteger().sample(model, { timeLimitMs: rest, signal, seed: 1 });
  if (story.findings.proven !== true) return null;
  return { ...instance, groundEnergy: energies[0], groundState: states, proof: "mixedInteger" };
}

async function searched(
  model: Model,
  { timeLimitMs, signal }: { timeLimitMs: number; signal: AbortSignal | undefined },
): Promise<Int8Array | null> {
  const watch = new Stopwatch({ timeLimitMs, signal });
  const qubo = model.vartype === "qubo" ? model : quboFromIsing(model);
  const { states } = await tabuSearch({ numRounds: START_ROUNDS }).sample(qubo, { timeLimitMs, signal, seed: 1 });
  const driven = await drive(watch, cardinalitySearch(qubo, states.subarray(0, model.n), MAX_BRANCHES));
  if (driven.ending !== undefined || driven.result === null) return null;
  return model.vartype === "qubo" ? driven.result : spinsFromBits(driven.result);
}

import { CIRCUIT_NAMES, type CircuitName } from "../training/mod.ts";
import { checkLists } from "./_check_lists.ts";
import type { Plan } from "./plan.ts";

/** The question that the runs of the experiment with circuits answer. */
export const CIRCUIT_QUESTION: string =
  "How well do learned evolutions of eight qubits tell pictures apart, and what do their couplings contribute beside classical models?";

/** Data sets of the experiment: all ten classes, then pairs of classes, `<data>-<a>-<b>`. */
export const CIRCUIT_DATA: readonly string[] = [
  ...["mnist", "fashion-mnist"],
  ...["mnist-3-6", "mnist-0-1", "mnist-3-5", "mnist-4-9"],
  ...["fashion-mnist-0-1", "fashion-mnist-0-6"],
];

/** What `--profile` takes. */
export type CircuitProfileName = "smoke" | "quick" | "standard";

/** The size of the experiment. */
export interface CircuitProfile {
  /** What `--profile` takes. */
  readonly name: CircuitProfileName;
  /** Data sets, by name. */
  readonly data: readonly string[];
  /** First training pictures taken; null: all. */
  readonly train: number | null;
  /** First test pictures taken; null: all. */
  readonly test: number | null;
  /** Passes over the training pictures. */
  readonly epochs: number;
  /** One run each. */
  readonly seeds: readonly number[];
}

/** Sizes: `smoke` shows that it works, `quick` the order of the rows, `standard` takes all pictures. */
export const CIRCUIT_PROFILES: Readonly<Record<CircuitProfileName, CircuitProfile>> = {
  smoke: { name: "smoke", data: ["mnist-3-6"], train: 1_024, test: 512, epochs: 3, seeds: [1] },
  quick: { name: "quick", data: CIRCUIT_DATA.slice(0, 3), train: 8_192, test: 2_048, epochs: 5, seeds: [1] },
  standard: { name: "standard", data: CIRCUIT_DATA, train: null, test: null, epochs: 10, seeds: [1, 2, 3] },
};

/**
 * Pictures a step, and Adam's step size, one for all rows: of 0.01 and 0.03 the one with the lower training loss after three epochs of the
 * first 4,096 pictures of MNIST, for the circuit on amplitudes (1.42, 1.19) and for the linear model (0.46, 0.32) alike.
 */
const TRAINING = { batchSize: 128, learningRate: 3e-2 };

/** What part of the experiment is planned. */
export interface CircuitPlanOptions {
  /** Size of the runs. */
  readonly profile: CircuitProfile;
  /** Data sets. @default {those of the profile} */
  readonly data?: readonly string[];
  /** Rows. @default {CIRCUIT_NAMES} */
  readonly operators?: readonly CircuitName[];
  /** Seeds of weights and shuffles. @default {those of the profile} */
  readonly seeds?: readonly number[];
}

/**
 * Plans the trainings of the experiment with circuits: all rows of all data sets for the first seed, then for the next.
 *
 * @param options what part of it
 * @returns the plan
 * @throws {RangeError} if a list is empty or names something twice, or a seed is not an integer of 0 or more
 *
 * Cost O(cells).
 * Source: none needed.
 *
 * @example A row with and without couplings
 * ```ts
 * import { CIRCUIT_PROFILES, circuitPlan } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const operators = ["evolutionAngles", "evolutionAnglesApart"] as const;
 * assertEquals(circuitPlan({ profile: CIRCUIT_PROFILES.smoke, operators }).cells.length, 2);
 * ```
 */
export function circuitPlan(options: CircuitPlanOptions): Plan {
  const { profile } = options;
  const { data = profile.data, operators = CIRCUIT_NAMES, seeds = profile.seeds } = options;
  checkLists("Cannot plan the circuits", { data, operators, seeds });
  const { epochs } = profile;
  const cells = seeds.flatMap((seed) =>
    data.flatMap((data) => operators.map((operator) => ({ data, operator, seed, epochs, ...TRAINING })))
  );
  return { experiment: "circuits", question: CIRCUIT_QUESTION, profile: profile.name, cells };
}

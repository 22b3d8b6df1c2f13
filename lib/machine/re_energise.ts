import { bitsFromSpins, type Couplings, energies, type Model, spinsFromBits } from "../model/mod.ts";
import { energyHypotheses, type Hypothesis } from "./_energy_hypotheses.ts";
import { coarseness, type EnergyCase, matches, roundingOf, SUM_NOISE } from "./_energy_rounding.ts";

/** What makes reported energies differ from ours. */
export type EnergyCause = "rounding" | "sign" | "factor-2" | "missing-offset" | "bit-order" | "spin-binary";

/** What was found out about reported energies; causes that came together are joined: `sign+missing-offset`. */
export type EnergyDiagnosis =
  | "exact"
  | EnergyCause
  | `${EnergyCause}+${string}`
  | "unexplained"
  | "cannot-tell"
  | "not-reported";

/** How the energies that a machine reported stand to ours. */
export interface EnergyCheck {
  /** What was found out. */
  readonly diagnosis: EnergyDiagnosis;
  /** R. */
  readonly states: number;
  /** How many of them the diagnosis explains; of the nearest explanation where none explains all. */
  readonly explained: number;
  /** Largest difference between our energy and what the reported one stands for, in units of our energy. */
  readonly largestDifference: number;
  /** What has to be added to the energies that the reported ones stand for, where a constant is missing. */
  readonly constant?: number;
  /** One sentence for people. */
  readonly message: string;
}

/** Energies of an answer, and what became of those reported. */
export interface ReEnergised {
  /** E of each state in the model, `[R]`, float64. */
  readonly energies: Float64Array;
  /** How the reported ones stand to them. */
  readonly check: EnergyCheck;
}

/** How reported energies are to be read. */
export interface ReEnergiseOptions {
  /** Our energy is `scale * reported + offset`. @default {1} */
  readonly scale?: number;
  /** See `scale`. @default {0} */
  readonly offset?: number;
  /** Gives the model as it was sent, where coefficients were rounded before; asked only if energies differ. @default {the model} */
  readonly sent?: () => Model;
}

/**
 * Computes the energies of a machine's states in float64, and tells why the energies that it reports are others.
 *
 * Each thing that is known to go wrong is tried on all states: rounding (float32, decimals, digits, coefficients of k bits, our own
 * before sending), minus the energy, pairs or everything counted twice or half, a missing constant, variables or bits in
 * reverse order, spins taken for bits. The simplest that explains **all** states is the diagnosis; two at once come after
 * one. If nothing explains all, `unexplained` says how many states the nearest did.
 *
 * It does not guess: if the states have all the same energy, or two equally simple explanations fit, the diagnosis is
 * `cannot-tell` and the message names what it could be. Reported energies never enter the result.
 *
 * @param model the caller's model
 * @param states `[R, n]` in its values
 * @param reported `[R]`, in the machine's convention; undefined if it reports none
 * @throws {TypeError} if there is not one energy a state, or the states do not fit the model
 * @throws {RangeError} if an entry of a state is no value of a variable, or the scale is 0 or not finite
 *
 * Cost that of the energies where they agree, 20 times that for what is explained, up to 200 times for what is not.
 *
 * @example A machine with the other sign
 * ```ts
 * import { reEnergise } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
 * const { energies, check } = reEnergise(model, new Int8Array([-1, 1, 1, 1, 1, -1]), [1.5, -1.5, 0.5]);
 * assertEquals([...energies], [-1.5, 1.5, -0.5]);
 * assertEquals(check.diagnosis, "sign");
 * ```
 */
export function reEnergise(
  model: Model,
  states: Int8Array,
  reported: ArrayLike<number> | undefined,
  options: ReEnergiseOptions = {},
): ReEnergised {
  const { scale = 1, offset = 0 } = options;
  if (scale === 0 || !Number.isFinite(scale) || !Number.isFinite(offset)) {
    throw new RangeError(`Cannot compare energies: the scale is ${scale} and the offset ${offset}, expected numbers`);
  }
  const ours = energies(model, states);
  const R = ours.length;
  if (reported === undefined) {
    return { energies: ours, check: verdict("not-reported", R, 0, NaN, "the machine reports no energies") };
  }
  if (reported.length !== R) {
    throw new TypeError(`Cannot compare energies: ${reported.length} were reported of ${R} states`);
  }
  const theirs = Float64Array.from(reported);
  const differences = ours.map((value, r) => Math.abs(scale * theirs[r] + offset - value));
  const largest = differences.reduce((a, b) => Math.max(a, Number.isNaN(b) ? Infinity : b), 0);
  const size = sizeOf(model, offset);
  const within = differences.reduce((count, value) => count + (value <= SUM_NOISE * size ? 1 : 0), 0);
  if (within === R) return { energies: ours, check: verdict("exact", R, R, largest, "the reported energies are ours") };
  const sent = options.sent?.() ?? model;
  const inSent = sent.vartype === model.vartype
    ? states
    : sent.vartype === "ising"
    ? spinsFromBits(states)
    : bitsFromSpins(states);
  const rounded = sent !== model;
  const found = diagnose({ sent, states: inSent, theirs, scale, offset, size: sizeOf(sent, offset), rounded });
  return { energies: ours, check: { ...found, largestDifference: largest } };
}

/**
 * Gives what a story says of a check, as findings.
 *
 * @returns `energyCheck` (the diagnosis), `energiesExplained`, `energyDifference` (the largest) and, unless the energies agree,
 *   `energyNote` for people; fresh
 *
 * Cost O(1).
 *
 * @example Energies that agree
 * ```ts
 * import { energyFindings, reEnergise } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [1] });
 * const { check } = reEnergise(model, Int8Array.of(-1), [-1]);
 * assertEquals(energyFindings(check), { energyCheck: "exact", energiesExplained: 1, energyDifference: 0 });
 * ```
 */
export function energyFindings(check: EnergyCheck): Readonly<Record<string, number | string>> {
  return {
    energyCheck: check.diagnosis,
    energiesExplained: check.explained,
    ...(Number.isFinite(check.largestDifference) && { energyDifference: check.largestDifference }),
    ...(check.diagnosis !== "exact" && check.diagnosis !== "not-reported" && { energyNote: check.message }),
  };
}

function diagnose(one: EnergyCase): EnergyCheck {
  const { sent, states, theirs, scale, offset, size, rounded } = one;
  const R = theirs.length;
  const noise = SUM_NOISE * size / Math.abs(scale);
  const right = energies(sent, states).map((value) => (value - offset) / scale);
  if (rounded && matches(right, theirs, noise) === R) {
    return verdict(
      "rounding",
      R,
      R,
      0,
      "the reported energies are those of the model as it was rounded before it was sent",
    );
  }
  const tried = energyHypotheses(sent, states, scale, offset).map((hypothesis) => tryOut(hypothesis, theirs, noise));
  const whole = simplest(tried.filter(({ count }) => count === R));
  const rounding = whole[0]?.causes.length === 1 ? undefined : roundingOf(one, right);
  if (rounding !== undefined) {
    return verdict("rounding", R, R, 0, `the reported energies are rounded: ${rounding}`);
  }
  const names = [...new Set(whole.map(nameOf))];
  const wrong = "the reported energies are not ours";
  if (right.every((value) => Math.abs(value - right[0]) <= noise)) {
    const could = names.length === 0 ? "nothing that we know of explains it" : `it could be ${names.join(" or ")}`;
    return verdict(
      "cannot-tell",
      R,
      0,
      0,
      `${wrong}, and all states have one energy: ${could}; states of other energies would tell`,
    );
  }
  if (names.length > 1) {
    const could = names.join(" or ");
    return verdict("cannot-tell", R, R, 0, `${wrong}, and it could be ${could}; states of other energies would tell`);
  }
  if (whole.length > 0) {
    const { words, constant } = whole[0];
    const ours = constant === undefined ? undefined : -scale * constant;
    const said = ours === undefined ? words : `${words}: ${ours}`;
    return verdict(names[0] as EnergyDiagnosis, R, R, 0, `the machine reports ${said}`, ours);
  }
  const coarse = simplest(
    tried.filter(({ constant, predicted }) =>
      constant === undefined && coarseness(predicted, theirs, noise, size / Math.abs(scale)) !== undefined
    ),
  );
  if (coarse.length > 0) {
    const name = `${nameOf(coarse[0])}+rounding` as EnergyDiagnosis;
    return verdict(name, R, R, 0, `the machine reports ${coarse[0].words}, and rounds it`);
  }
  const nearest = tried.reduce((a, b) => b.count > a.count ? b : a, {
    ...tried[0],
    words: "the energies as they are",
    count: matches(right, theirs, noise),
  });
  return verdict(
    "unexplained",
    R,
    nearest.count,
    0,
    `${wrong}, and nothing that we know of explains all of them; nearest is ${nearest.words}, for ${nearest.count} of ${R}`,
  );
}

interface Trial extends Hypothesis {
  /** States that it explains. */
  readonly count: number;
  /** What is missing, in the machine's units. */
  readonly constant?: number;
}

function tryOut(hypothesis: Hypothesis, theirs: Float64Array, noise: number): Trial {
  if (!hypothesis.causes.includes("missing-offset")) {
    return { ...hypothesis, count: matches(hypothesis.predicted, theirs, noise) };
  }
  const constant = median(theirs.map((value, r) => value - hypothesis.predicted[r]));
  const shifted = hypothesis.predicted.map((value) => value + constant);
  return { ...hypothesis, count: matches(shifted, theirs, 2 * noise), constant };
}

function median(values: Float64Array): number {
  return values.toSorted()[Math.floor(values.length / 2)];
}

function simplest<T extends Hypothesis>(trials: readonly T[]): readonly T[] {
  const fewest = trials.reduce((least, { causes }) => Math.min(least, causes.length), Infinity);
  return trials.filter(({ causes }) => causes.length === fewest);
}

function nameOf({ causes }: Hypothesis): string {
  return causes.join("+");
}

/** Sum of everything that an energy is made of, or more: what its rounding error is a share of. */
function sizeOf({ couplings, linear, offset: constant }: Model, offset: number): number {
  return pairSize(couplings) + absolute(linear) + Math.abs(constant) + Math.abs(offset);
}

function pairSize(couplings: Couplings): number {
  if (couplings.form !== "factored") return absolute(couplings.values) / 2;
  const { n, width, left, right } = couplings;
  let size = 0;
  for (let a = 0; a < width; a++) {
    let [sumLeft, sumRight] = [0, 0];
    for (let i = 0; i < n; i++) {
      sumLeft += Math.abs(left[i * width + a]);
      sumRight += Math.abs(right[i * width + a]);
    }
    size += sumLeft * sumRight;
  }
  return size;
}

function absolute(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}

function verdict(
  diagnosis: EnergyDiagnosis,
  states: number,
  explained: number,
  largestDifference: number,
  message: string,
  constant?: number,
): EnergyCheck {
  return { diagnosis, states, explained, largestDifference, ...(constant !== undefined && { constant }), message };
}

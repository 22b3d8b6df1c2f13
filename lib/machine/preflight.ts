import { checkOptionNames, energy, fingerprint, type Model, type QuantisedModel, quantiseModel } from "../model/mod.ts";
import { couplingSizes, dynamicRange, survival } from "./_coefficient_sizes.ts";
import { type LowestStates, lowestStates } from "./_ideal_solver.ts";
import { type AdviceProblem, ADVISERS, linearPart, lossOf, moreBits } from "./_preflight_advice.ts";
import type { Advice, PreflightOptions, PreflightReport, SurvivalPoint } from "./preflight_types.ts";

const CANNOT = "Cannot fly a preflight";
const CURVE: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16];
const KNOWN = ["bits", "curve", "variables", "jobs", "numReads", "numSweeps", "seed", "signal", "onProgress"];
const MOST_BITS = 53;
const MOST_READS = 100_000;
const SAFE = 0.1;
const LOSSY = 5;

/**
 * Says what rounding to k bits does to a model, before quota is spent: what survives, what is lost, what helps.
 *
 * The model is rounded as it would be for the machine (`quantiseModel`), both are solved, and the optima of the rounded one are
 * looked at with the energy of the given one: an ideal machine of so many bits would answer with them, so that `loss` is due to
 * rounding alone. Up to 20 variables everything is exact, all optima included; above, optima are proved by roof duality where it can
 * (`proved`), and are else the lowest seen by the annealer and among the known states.
 *
 * @param model any model; round what is sent: a QUBO for a machine that takes QUBOs
 * @param options see {@link PreflightOptions}
 * @returns the report; survives JSON but for infinite bits
 * @throws {TypeError} if an option is unknown, or the model has no variable
 * @throws {RangeError} if an option is out of range
 *
 * Cost about 35 solves of the model: 1 s at 50 variables, a minute at 512 dense ones.
 *
 * @example A coupling that two bits do not hold
 * ```ts
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { preflight } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -1]]), linear: [4, 0] });
 * const { couplings, loss, verdict } = await preflight(model, { bits: 2 });
 * assertEquals([couplings.after, loss, verdict], [0, 20, "ruined"]); // -5 or -3, a random state has 0
 * ```
 */
export async function preflight(model: Model, options: PreflightOptions): Promise<PreflightReport> {
  const settings = checked(model, options);
  const { bits, curve, jobs, variables, numReads, numSweeps, seed, signal, onProgress } = settings;
  const solver = { numReads, numSweeps, seed, ...(signal && { signal }) };
  const widths = [...new Set([...curve, bits])].sort((a, b) => a - b);
  const total = widths.length + ADVISERS.length + 2;
  let done = 0;
  const tell = (what: string) => onProgress?.({ done: done++, total, what });

  tell("the model as it is");
  let optimum = await lowestStates(model, solver);
  const rounded = new Map<number, QuantisedModel & { readonly found: LowestStates }>();
  for (const width of widths) {
    tell(`${width} bits`);
    const whole = quantiseModel(model, { bits: width });
    const found = await lowestStates(whole.model, { ...solver, seed: seed + width }, optimum.states);
    rounded.set(width, { ...whole, found });
    optimum = lower(model, optimum, found.states);
  }
  const meanEnergy = meanOf(model);
  const spread = meanEnergy - optimum.energy;
  const loss = (value: number) => spread > 0 ? 100 * Math.max(0, value - optimum.energy) / spread : 0;
  const problem: AdviceProblem = { model, bits, jobs, variables, solver, best: optimum.states[0], loss };
  const sizes = couplingSizes(model);
  const points = widths.map((width): SurvivalPoint => {
    const { model: whole, step, found } = rounded.get(width)!;
    return { bits: width, couplings: survival(sizes, step).share, ...judge(model, whole, found, optimum, loss) };
  });
  tell("the linear coefficients alone");
  const lossWithoutCouplings = await lossOf(problem, linearPart(model));
  const { step, energyError, found } = rounded.get(bits)!;
  const truncated = {
    couplings: survival(sizes, step, Math.trunc),
    loss: await lossOf(problem, quantiseModel(model, { bits, rounding: "truncate" }).model),
  };
  const advice: Advice[] = [];
  for (const [name, adviser] of ADVISERS) {
    tell(name);
    const given = await adviser(problem);
    if (given !== null) advice.push(given);
  }
  const at = points.find((point) => point.bits === bits)!;
  const more = moreBits(points, bits, model.n);
  return {
    fingerprint: fingerprint(model),
    variables: model.n,
    vartype: model.vartype,
    bits,
    step,
    couplings: survival(sizes, step),
    linear: survival(model.linear.map(Math.abs), step),
    truncated,
    range: dynamicRange(model, sizes),
    energyError,
    optimum: { energy: optimum.energy, proved: optimum.proved },
    meanEnergy,
    rounded: { proved: found.proved, states: found.states.length },
    optimumSurvives: at.optimumSurvives,
    agreement: at.agreement,
    loss: at.loss,
    lossWithoutCouplings,
    verdict: at.loss <= SAFE ? "safe" : at.loss <= LOSSY ? "lossy" : "ruined",
    curve: points,
    advice: more === null ? advice : [...advice, more],
  };
}

/** A rounded model may lead to a state that the annealer had not seen. */
function lower(model: Model, optimum: LowestStates, states: readonly Int8Array[]): LowestStates {
  if (optimum.proved) return optimum;
  for (const state of states) {
    const value = energy(model, state);
    if (value < optimum.energy) return lower(model, { energy: value, states: [state], proved: false }, states);
  }
  return optimum;
}

function judge(
  model: Model,
  whole: Model,
  found: LowestStates,
  optimum: LowestStates,
  loss: (value: number) => number,
): Pick<SurvivalPoint, "optimumSurvives" | "agreement" | "loss"> {
  const tolerance = 1e-9 * Math.max(1, Math.abs(found.energy));
  const optimumSurvives = optimum.states.some((state) => energy(whole, state) <= found.energy + tolerance);
  let [agreement, lost] = [0, 0];
  for (const state of found.states) {
    agreement += Math.max(...optimum.states.map((best) => shareEqual(state, best)));
    lost += loss(energy(model, state));
  }
  const count = found.states.length;
  return { optimumSurvives, agreement: agreement / count, loss: lost / count };
}

function shareEqual(a: Int8Array, b: Int8Array): number {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return same / a.length;
}

/** Mean energy over all states: spins are 0 on the average, bits a half. */
function meanOf(model: Model): number {
  if (model.vartype === "ising") return model.offset;
  const { n } = model;
  const [none, all] = [new Int8Array(n), new Int8Array(n).fill(1)];
  const linear = model.linear.reduce((sum, value) => sum + value, 0);
  const pairs = energy(model, all) - linear - energy(model, none);
  return model.offset + linear / 2 + pairs / 4;
}

function checked(model: Model, options: PreflightOptions) {
  checkOptionNames(CANNOT, options, KNOWN);
  if (model?.vartype !== "ising" && model?.vartype !== "qubo") {
    throw new TypeError(`${CANNOT}: expected a model made by isingModel() or quboModel()`);
  }
  if (model.n === 0) throw new TypeError(`${CANNOT}: the model has no variable`);
  const { curve = CURVE, variables = 2048, jobs = 8, numReads = 20, numSweeps = 500, seed = 0 } = options;
  for (const bits of [options.bits, ...curve]) checkInteger("bits", bits, 2, MOST_BITS);
  checkInteger("variables", variables, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("jobs", jobs, 1, MOST_READS);
  checkInteger("numReads", numReads, 1, MOST_READS);
  checkInteger("numSweeps", numSweeps, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("seed", seed, 0, 2 ** 32);
  return { ...options, curve, variables, jobs, numReads, numSweeps, seed };
}

function checkInteger(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new RangeError(`${CANNOT}: ${name} must be an integer from ${from} to ${to}, got ${value}`);
}

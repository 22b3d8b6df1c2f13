import {
  bitsFromSpins,
  type Couplings,
  energies,
  energy,
  fixVariables,
  isingFromQubo,
  isingModel,
  type Model,
  quantisationSteps,
  quantiseModel,
  quboFromIsing,
  quboModel,
  roofDuality,
  sparseCouplings,
  spinsFromBits,
  splitCoefficients,
  splitSpins,
  toSparse,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { couplingSizes } from "./_coefficient_sizes.ts";
import { type IdealSolverOptions, lowestStates } from "./_ideal_solver.ts";
import type { Advice, SurvivalPoint } from "./preflight_types.ts";

const HALVINGS = 8;
const DROPPED_WEIGHT = 0.1;
const PIECES = 4;
const SAFE = 0.1;
// solving a larger one takes longer than the rest of the preflight
const MOST_SOLVED = 4096;

/** What the advice is given about. */
export interface AdviceProblem {
  readonly model: Model;
  readonly bits: number;
  readonly jobs: number;
  readonly variables: number;
  readonly solver: IdealSolverOptions;
  /** The lowest state of the model that is known. */
  readonly best: Int8Array;
  /** `100 (E - E*) / (E_mean - E*)`. */
  loss(energy: number): number;
}

/** What could be done about rounding; each is called when its turn has come. */
export type Adviser = (problem: AdviceProblem) => Promise<Advice | null>;

/** All of them, in the order in which they are tried. */
export const ADVISERS: readonly (readonly [name: string, Adviser])[] = [
  ["the other form", otherForm],
  ["fixing", fix],
  ["clipping", clip],
  ["dropping", drop],
  ["stochastic rounding", stochastic],
  ["splitting", split],
  ["decomposition", decompose],
];

/** Mean loss over the optima of a rounded model, whose states `back` turns into those of the given one. */
export async function lossOf(
  { model, best, solver, loss }: AdviceProblem,
  rounded: Model,
  options: { known?: Int8Array; back?: (state: Int8Array) => Int8Array } = {},
): Promise<number> {
  const { known, back = (state) => state } = options;
  const { states } = await lowestStates(rounded, solver, known ? [known] : options.back ? [] : [best]);
  return states.reduce((sum, state) => sum + loss(energy(model, back(state))), 0) / states.length;
}

async function otherForm(problem: AdviceProblem): Promise<Advice> {
  const { model, bits } = problem;
  const other = model.vartype === "qubo" ? isingFromQubo(model) : quboFromIsing(model);
  const back = (state: Int8Array) => state.map((value) => model.vartype === "qubo" ? (value + 1) / 2 : 2 * value - 1);
  const loss = await lossOf(problem, quantiseModel(other, { bits }).model, { back });
  const form = other.vartype === "qubo" ? "a QUBO" : "an Ising model";
  return { action: "other-form", how: `round it as ${form}`, loss, jobs: 1, variables: model.n };
}

async function fix(problem: AdviceProblem): Promise<Advice> {
  const { model, bits } = problem;
  const { values } = roofDuality(model);
  const { model: rest, lift } = fixVariables(model, values);
  const how = values.size === 0
    ? "roof duality fixes no variable"
    : `roof duality fixes ${values.size} of ${model.n} variables; send the ${rest.n} others`;
  const loss = await lossOf(problem, quantiseModel(rest, { bits }).model, { back: (state) => lift(state) });
  return { action: "fix", how, loss, jobs: rest.n === 0 ? 0 : 1, variables: rest.n };
}

async function clip(problem: AdviceProblem): Promise<Advice> {
  const { model, bits } = problem;
  const full = quantisationSteps(model)(bits);
  let found = { step: full, loss: Infinity };
  for (let k = 1; k <= HALVINGS; k++) {
    const step = full / 2 ** k;
    const loss = await lossOf(problem, quantiseModel(model, { bits, step }).model);
    if (loss < found.loss) found = { step, loss };
  }
  const largest = found.step * (2 ** (bits - 1) - 1);
  const how = `clip to +-${largest.toPrecision(3)}, 1/${Math.round(full / found.step)} of the range`;
  return { action: "clip", how, loss: found.loss, jobs: 1, variables: model.n };
}

async function drop(problem: AdviceProblem): Promise<Advice> {
  const { model, bits } = problem;
  const sizes = couplingSizes(model);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let [dropped, weight] = [0, 0];
  while (dropped < sizes.length && weight + sizes[dropped] <= DROPPED_WEIGHT * all) weight += sizes[dropped++];
  const least = sizes[dropped] ?? 0;
  const kept: [number, number, number][] = [];
  const { rowPtr, columns, values } = toSparse(model).couplings;
  for (let i = 0; i < model.n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      if (columns[k] > i && Math.abs(values[k]) >= least) kept.push([i, columns[k], values[k]]);
    }
  }
  const rest = withCouplings(model, sparseCouplings(model.n, kept));
  const loss = await lossOf(problem, quantiseModel(rest, { bits }).model);
  const how = `drop the ${dropped} smallest of ${sizes.length} couplings, ${
    (100 * DROPPED_WEIGHT).toFixed(0)
  } % of the weight`;
  return { action: "drop", how, loss, jobs: 1, variables: model.n };
}

function withCouplings({ vartype, linear, offset }: Model, couplings: Couplings): Model {
  const parts = { couplings, linear, offset };
  return vartype === "ising" ? isingModel(parts) : quboModel(parts);
}

/** The model without its couplings. */
export function linearPart(model: Model): Model {
  return withCouplings(model, sparseCouplings(model.n, []));
}

async function stochastic({ model, bits, jobs, solver, best, loss }: AdviceProblem): Promise<Advice> {
  let least = Infinity;
  for (let job = 0; job < jobs; job++) {
    const rounded = quantiseModel(model, { bits, rounding: "stochastic", seed: solver.seed + job }).model;
    const { states } = await lowestStates(rounded, { ...solver, seed: solver.seed + job }, [best]);
    for (const state of states) least = Math.min(least, energy(model, state));
  }
  const how = `round stochastically, ${jobs} times; keep the lowest`;
  return { action: "stochastic", how, loss: loss(least), jobs, variables: model.n };
}

async function split(problem: AdviceProblem): Promise<Advice> {
  const { model, bits, variables } = problem;
  const ising = model.vartype === "ising" ? model : isingFromQubo(model);
  const full = quantisationSteps(ising)(bits);
  const range = 2 ** (bits - 1) - 1;
  let [told, most] = ["", 0];
  // the finest step that the machine has room for
  for (let k = 10; k >= 1; k--) {
    const step = full / 2 ** k;
    const needed = splitSpins(ising, { largest: step * range });
    if (needed > variables) {
      [told, most] = [
        `splitting at 1/${2 ** k} of the range takes ${needed} variables, the machine has ${variables}`,
        needed,
      ];
      continue;
    }
    const { model: wide, centres, join } = splitCoefficients(ising, { largest: step * range });
    const how = `split what is above 1/${2 ** k} of the range over ${centres.length} further spins`;
    if (wide.n > MOST_SOLVED) return { action: "split", how, loss: null, jobs: 1, variables: wide.n };
    const back = (state: Int8Array) => {
      const spins = join(state);
      return model.vartype === "ising" ? spins : bitsFromSpins(spins);
    };
    const known = widened(problem.best, centres, model.vartype === "qubo");
    const loss = await lossOf(problem, quantiseModel(wide, { bits, step }).model, { known, back });
    return { action: "split", how, loss, jobs: 1, variables: wide.n };
  }
  return { action: "split", how: told, loss: null, jobs: 1, variables: most };
}

function widened(best: Int8Array, centres: Uint32Array, isQubo: boolean): Int8Array {
  const spins = isQubo ? spinsFromBits(best) : best;
  const wide = new Int8Array(spins.length + centres.length);
  wide.set(spins);
  centres.forEach((centre, k) => wide[spins.length + k] = spins[centre]);
  return wide;
}

async function decompose(problem: AdviceProblem): Promise<Advice | null> {
  const { model, bits, jobs, solver, loss } = problem;
  const size = Math.ceil(model.n / PIECES);
  if (size < 2) return null;
  const rng = new Rng(solver.seed, 1);
  const order = Uint32Array.from({ length: model.n }, (_, i) => i);
  let state = (await lowestStates(quantiseModel(model, { bits }).model, solver)).states[0];
  let lowest = energy(model, state);
  for (let job = 1; job < jobs; job++) {
    rng.shuffle(order);
    const rest = new Map([...order.subarray(size)].map((i) => [i, state[i]]));
    const { model: piece, lift } = fixVariables(model, rest);
    const { states } = await lowestStates(quantiseModel(piece, { bits }).model, { ...solver, seed: solver.seed + job });
    for (const found of states) {
      const whole = lift(found);
      const value = energies(model, whole)[0];
      if (value < lowest) [state, lowest] = [whole, value];
    }
  }
  const how = `the whole once, then ${
    jobs - 1
  } times ${size} random variables with the others held, each scaled on its own`;
  return { action: "decompose", how, loss: loss(lowest), jobs, variables: model.n };
}

/** The fewest bits of the curve at which next to nothing is lost. */
export function moreBits(curve: readonly SurvivalPoint[], bits: number, n: number): Advice | null {
  const enough = curve.find((point) => point.bits > bits && point.loss <= SAFE);
  if (enough === undefined) return null;
  return { action: "more-bits", how: `a machine of ${enough.bits} bits`, loss: enough.loss, jobs: 1, variables: n };
}

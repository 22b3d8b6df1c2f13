import { checkOptionNames } from "../model/mod.ts";
import type { Rng } from "../random/mod.ts";
import type { PackedSolver } from "./annealed_selection.ts";
import { checkSolveOptions } from "./_check_options.ts";
import { checkProblem } from "./check_problem.ts";
import { energiesOf } from "./energies.ts";
import type { AttentionProblem, AttentionSolver, Selection, SolveOptions } from "./types.ts";

/** How many tokens a control chooses of each head. */
export interface DensityOptions {
  /** Share of each head's tokens that is chosen, 0 .. 1; `round(density N)` tokens, in every head. */
  readonly density: number;
}

/** How many tokens a control chooses of each head, as a number. */
export interface CountOptions {
  /** Tokens of each head; all of them where there are fewer. */
  readonly count: number;
}

/** Makes a solver of a rule that fills `chosen`, `[B, H, N]`, zeros before; problem and options are checked first. */
export function control(
  name: string,
  choose: (problem: AttentionProblem, chosen: Uint8Array, options: SolveOptions) => void,
): AttentionSolver {
  return {
    name,
    solve(problem: AttentionProblem, options: SolveOptions): Selection {
      checkProblem(problem);
      checkSolveOptions(options);
      const chosen = new Uint8Array(problem.batch * problem.heads * problem.tokens);
      choose(problem, chosen, options);
      return { chosen, energies: energiesOf(problem, chosen), solver: name };
    },
  };
}

/** What a rule without couplings looks at. */
export type UncoupledProblem = Pick<AttentionProblem, "batch" | "heads" | "tokens" | "fields">;

/** Makes a {@link control} that reads no couplings: heads in an arena stay where they are, and no energy is computed that nobody asks for. */
export function uncoupled(
  name: string,
  choose: (problem: UncoupledProblem, chosen: Uint8Array, options: SolveOptions) => void,
): PackedSolver {
  return {
    ...control(name, choose),
    open(_kernels, shape, _weights, whole) {
      return (batch, seed, firstStream, part) => {
        const { heads } = shape, { tokens, fields, chosen } = part ?? { ...whole, tokens: shape.tokens };
        const places = batch * heads * tokens, to = chosen.subarray(0, places).fill(0);
        choose({ batch, heads, tokens, fields: fields.subarray(0, places) }, to, { seed, firstStream });
      };
    },
  };
}

/** Makes a solver that chooses the same in every problem and every call: a mask `[H, N]`, made once for as long as the sizes stay. */
export function sameForAll(name: string, maskOf: (heads: number, tokens: number) => Uint8Array): PackedSolver {
  let mask: Uint8Array = new Uint8Array(0);
  let [maskHeads, maskTokens] = [0, 0];
  return uncoupled(name, ({ batch, heads, tokens }, chosen) => {
    if (heads !== maskHeads || tokens !== maskTokens) {
      mask = maskOf(heads, tokens);
      [maskHeads, maskTokens] = [heads, tokens];
    }
    for (let b = 0; b < batch; b++) chosen.set(mask, b * mask.length);
  });
}

/** Checks a density or a count, and the names beside it; tells the tokens to choose of N. */
export function shareOf(
  cannot: string,
  options: DensityOptions | CountOptions,
  others: readonly string[] = [],
): (tokens: number) => number {
  checkOptionNames(cannot, options, ["count" in options ? "count" : "density", ...others]);
  if ("count" in options) {
    const { count } = options;
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw new RangeError(`${cannot}: count must be an integer of 0 or more, got ${count}`);
    }
    return (tokens) => Math.min(count, tokens);
  }
  const { density } = options;
  if (!(density >= 0 && density <= 1)) {
    throw new RangeError(`${cannot}: density must be from 0 to 1, got ${density}`);
  }
  return (tokens) => Math.round(density * tokens);
}

/** Chooses the first `count` places of a shuffled head. */
export function drawTokens(rng: Rng, count: number, chosen: Uint8Array, head: number, tokens: number): void {
  const order = rng.shuffle(Int32Array.from({ length: tokens }, (_, i) => i));
  for (let i = 0; i < count; i++) chosen[head + order[i]] = 1;
}

import { attentionEnergies, type AttentionSolver, jaccard } from "../attention/mod.ts";
import { Rng } from "../random/mod.ts";
import { decimals, OverlapSums } from "./_selection_measures.ts";
import type { ItemSelection } from "./study_evaluation.ts";

/** What a trained model's own selections look like. */
export interface StudyMeasures {
  /** Share of (head, token) pairs chosen. */
  readonly density: number;
  /** Share of (item, head) pairs with no token: head collapse. */
  readonly empty: number;
  /** Heads that choose the same tokens for every item; null where items have different numbers of tokens. */
  readonly constantHeads: number | null;
  /** Mean Jaccard index of two heads' selections for an item; null where there is one head, or nothing is chosen. */
  readonly overlap: number | null;
  /** Mean Jaccard index of a selection and the mean mask; null where all are empty. */
  readonly likenessToMask: number | null;
  /** Mean Jaccard index of a selection and that of the next item of the same number of tokens. */
  readonly likenessToOther: number | null;
}

/** Selections to put in place of a model's own, one an item. */
export interface Swaps {
  /** Those of the next item of the same number of tokens, the first after the last; an item alone keeps its own. */
  readonly other: readonly ItemSelection[];
  /** Of each head as many tokens as it chooses on the mean, those it chooses most often. */
  readonly mask: readonly ItemSelection[];
  /** As many tokens in each head as it chose, at random. */
  readonly random: readonly ItemSelection[];
}

const RANDOM_STREAM = 2 ** 41;

/** Makes the swaps of all items; those at random draw item i from a stream of the seed of its own. */
export function swapsOf(own: readonly ItemSelection[], seed: number): Swaps {
  return {
    other: others(own),
    mask: masks(own),
    random: own.map((item, i) => redrawn(item, headsOf(own), new Rng(seed, RANDOM_STREAM + i))),
  };
}

/** A solver that gives each item, in their order, what is written down for it. */
export function replayed(name: string, selections: readonly ItemSelection[]): AttentionSolver {
  let next = 0;
  return {
    name,
    solve(problem) {
      const size = problem.heads * problem.tokens;
      const chosen = new Uint8Array(problem.batch * size);
      for (let b = 0; b < problem.batch; b++) chosen.set(selections[next++].chosen, b * size);
      return { chosen, energies: attentionEnergies(problem, chosen), solver: name };
    },
  };
}

/** Mean Jaccard index, head by head, of as many items as the first has; null where both are always empty. */
export function likeness(a: readonly ItemSelection[], b: readonly ItemSelection[]): number | null {
  let sum = 0, count = 0;
  a.forEach(({ tokens, chosen }, item) => {
    const other = b[item].chosen;
    for (let head = 0; head < chosen.length; head += tokens) {
      const index = jaccard(chosen.subarray(head, head + tokens), other.subarray(head, head + tokens));
      if (Number.isNaN(index)) continue;
      sum += index;
      count++;
    }
  });
  return count === 0 ? null : decimals(sum / count, 4);
}

/** Measures a model's own selections. */
export function measureOwn(own: readonly ItemSelection[], { mask, other }: Swaps): StudyMeasures {
  const heads = headsOf(own);
  const overlaps = new OverlapSums(heads);
  const constant = new Array<boolean>(heads).fill(true);
  let empty = 0;
  for (const { tokens, chosen } of own) {
    overlaps.add(chosen, tokens);
    for (let t = 0; t < heads; t++) {
      let ones = 0;
      for (let at = t * tokens; at < (t + 1) * tokens; at++) {
        ones += chosen[at];
        if (chosen[at] !== own[0].chosen[at]) constant[t] = false;
      }
      if (ones === 0) empty++;
    }
  }
  const pairs = overlaps.means.flatMap((row, t) => row.filter((_, u) => u !== t)).filter((value) => value !== null);
  const oneLength = own.every(({ tokens }) => tokens === own[0].tokens);
  return {
    density: overlaps.density,
    empty: decimals(empty / (own.length * heads), 4),
    constantHeads: oneLength ? constant.filter(Boolean).length : null,
    overlap: pairs.length === 0 ? null : decimals(pairs.reduce((sum, value) => sum + value, 0) / pairs.length, 4),
    likenessToMask: likeness(own, mask),
    likenessToOther: likeness(own, other),
  };
}

function headsOf([{ tokens, chosen }]: readonly ItemSelection[]): number {
  return chosen.length / tokens;
}

function others(own: readonly ItemSelection[]): ItemSelection[] {
  const swapped = own.slice();
  for (const group of Map.groupBy(own.keys(), (i) => own[i].tokens).values()) {
    group.forEach((item, place) => swapped[item] = own[group[(place + 1) % group.length]]);
  }
  return swapped;
}

function masks(own: readonly ItemSelection[]): ItemSelection[] {
  const heads = headsOf(own);
  const most = own.reduce((top, { tokens }) => Math.max(top, tokens), 0);
  const [ones, seen, counts] = [new Float64Array(heads * most), new Float64Array(most), new Float64Array(heads)];
  for (const { tokens, chosen } of own) {
    for (let i = 0; i < tokens; i++) seen[i]++;
    chosen.forEach((x, at) => {
      ones[Math.floor(at / tokens) * most + at % tokens] += x;
      counts[Math.floor(at / tokens)] += x;
    });
  }
  const byLength = new Map<number, ItemSelection>();
  return own.map(({ tokens }) => {
    const made = byLength.get(tokens);
    if (made) return made;
    const chosen = new Uint8Array(heads * tokens);
    for (let t = 0; t < heads; t++) {
      const share = (i: number) => ones[t * most + i] / seen[i];
      const order = Array.from({ length: tokens }, (_, i) => i).sort((a, b) => share(b) - share(a) || a - b);
      for (const i of order.slice(0, Math.round(counts[t] / own.length))) chosen[t * tokens + i] = 1;
    }
    byLength.set(tokens, { tokens, chosen });
    return { tokens, chosen };
  });
}

function redrawn({ tokens, chosen }: ItemSelection, heads: number, rng: Rng): ItemSelection {
  const drawn = new Uint8Array(chosen.length);
  for (let t = 0; t < heads; t++) {
    const count = chosen.subarray(t * tokens, (t + 1) * tokens).reduce((sum, x) => sum + x, 0);
    const order = rng.shuffle(Int32Array.from({ length: tokens }, (_, i) => i));
    for (let i = 0; i < count; i++) drawn[t * tokens + order[i]] = 1;
  }
  return { tokens, chosen: drawn };
}

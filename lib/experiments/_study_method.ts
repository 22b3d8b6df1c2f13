import { meanInterval } from "../analysis/mod.ts";
import { nameOf, shortTitle } from "./_study_words.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyDataAnalysis } from "./study_analysis.ts";

/** How the study was made, in sentences. */
export const STUDY_METHOD: readonly string[] = [
  "One layer of attention, in the models of the paper's tables: eight heads of width 8 over the patches of a picture, one head of width 64 over the " +
  "words of a sentence, whose vectors are trained too. Every row is trained for five epochs on the whole training set with Adam at 10⁻³, and its accuracy is " +
  "that on the test set after the last epoch, whatever came before. A seed gives all rows the same shuffles and, where they have the same arrays, all but QAMA v2 the same start.",
  "Rows with *selected softmax* share readout and parameters and differ in who chooses the keys. *QAMA*: the item's QUBO with a term that asks for k keys a head, annealed with 20 sweeps; it chooses more or fewer than k. " +
  "*The largest fields*: the tokens with the largest fields of the item's QUBO, couplings and penalties left out, nothing solved. *Fixed random selection*: one mask a head, drawn once. *Fixed partition*: tokens dealt out to the heads " +
  "once. *As k = 4*, *as k = 6*, *as k = 10*: a number of keys set before the runs, of a picture by what the QUBO with this k chose on 4,096 of them, of a text k. *With a neighbour*: each of eight blocks of queries has a QUBO of its own, annealed with five sweeps, and each query reads one neighbouring token besides, another one in each head. Of swapped selections, *the mean mask* is the most frequent tokens " +
  "of each head over the test items, and *greedy descent* starts from no key and takes the flip that lowers the energy most until none does. The margin of what matters is 1 point, on SST-2 two.",
  "Differences are taken seed by seed and item by item. Their variance counts seeds and test items, Student's t has as many degrees of freedom as there are seeds less one, Holm corrects within a " +
  "question and data set (in Q6 and Q7 over their data sets), and *equivalent* is said where both one-sided tests against the margin, corrected in the same way, are below 0.05. A model and its swapped self are compared as if " +
  "all seeds lost the same items: the cautious bound, by which a loss with every seed may still be undecided.",
];

/** What the study cannot say, told by its rows; without sets what holds in any case. */
export function studyLimits(sets: readonly StudyDataAnalysis[]): string[] {
  const lines = [
    "**Small models, short training.** One layer and five epochs: nothing is trained to its end (the models of fifty epochs are one seed, described and not tested), and " +
    "nothing here speaks of deep or of pretrained models.",
    "**Few tokens.** With 49 or 64 tokens, or a sentence, reading fewer keys saves next to no time: the study asks what it does to accuracy. Long sequences have [a study of their own](../long/README.md).",
    '**Not against physical machines.** The QUBOs are annealed by our own sampler; what a machine adds in noise and lost bits is under "Other sweeps, noise, few bits".',
  ];
  const halves = sets.flatMap(({ questions, title, margin }) => {
    const known = (questions.get("Q1") ?? []).flatMap(({ interval }) =>
      interval === null ? [] : [(interval[1] - interval[0]) / 2]
    );
    return known.length === 0 ? [] : [{ half: meanInterval(known).mean, title: shortTitle({ title }), margin }];
  });
  // of five seeds the 90 % interval is 0.77 of the 95 % interval
  const wide = halves.flatMap(({ half, title, margin }) => 0.77 * half > margin ? [title] : []);
  if (halves.length > 0) {
    lines.push(
      `**Five seeds.** Half of the 95 % interval of a difference between two ways to choose is ${
        halves.map(({ half, title }) => `${half.toFixed(2)} on ${title}`).join(", ")
      } points on the average: smaller effects could not be seen, and undecided is what they would look like.${
        wide.length === 0 ? "" : ` On ${wide.join(", ")} it is so wide that equivalence is all but out of reach.`
      }`,
    );
  }
  const copies = sets.filter((set) => shortTitle(set) !== set.title).map(({ title }) => title);
  if (copies.length > 0) {
    lines.push(
      `**Copies of data sets.** ${
        copies.join(", ")
      }: what stands in brackets is how this copy differs from the published one.`,
    );
  }
  const apart = sets.flatMap(densitiesApart);
  if (apart.length > 0) {
    const told = apart.map(({ title, first, second, shares: [a, b] }) =>
      `${title}, ${operatorTitles[first]} ${(100 * a).toFixed(1)}, ${nameOf(second)} ${(100 * b).toFixed(1)}`
    );
    lines.push(
      `**Densities are alike, not equal.** A QUBO chooses as many keys as it likes. More than a quarter apart are, keys chosen in %: ${
        told.join("; ")
      }.${
        apart.every(({ shares: [a, b] }) => a > b) ? " In all of them the QUBO reads more keys than its control." : ""
      }`,
    );
  }
  const deaf = sets.flatMap(deafToK), more = sets.flatMap(parametersApart);
  if (deaf.length > 0) {
    lines.push(
      `**k is a wish.** It has next to no effect where the other terms of the QUBO outweigh it: ${deaf.join("; ")}.`,
    );
  }
  if (more.length > 0) {
    lines.push(
      `**Parameters are alike, not equal.** More than 2 % more than softmax attention has: ${more.join("; ")}.`,
    );
  }
  return lines;
}

/** That the keys which the QUBO chooses hardly follow k: less than a tenth more for 10 than for 4. */
function deafToK({ title, rows }: StudyDataAnalysis): string[] {
  const shares = (["qamaSelected4", "qamaSelected6", "qamaSelected"] as const).map((name) =>
    rows.find(({ operator }) => operator === name)?.density ?? null
  ).filter((share) => share !== null);
  if (shares.length < 3 || shares[2] > 1.1 * shares[0]) return [];
  return [
    `${shortTitle({ title })}, k = 4, 6, 10 choose ${
      shares.map((share) => (100 * share).toFixed(1)).join(", ")
    } % of the keys`,
  ];
}

/** Rows that choose and have more than 2 % more parameters than softmax attention. */
function parametersApart({ title, rows }: StudyDataAnalysis): string[] {
  const softmax = rows.find(({ operator }) => operator === "mha")?.parameters ?? null;
  if (softmax === null) return [];
  const apart = rows.flatMap(({ density, parameters }) => {
    const share = 100 * ((parameters ?? 0) / softmax - 1);
    return density !== null && share > 2 ? [share] : [];
  });
  if (apart.length === 0) return [];
  const most = Math.max(...apart).toFixed(2);
  return [
    `${shortTitle({ title })}, ${
      apart.length === 1 ? "one row that chooses keys" : `${apart.length} rows that choose keys`
    }, at most ${most} %`,
  ];
}

/** Comparisons of Q1 whose rows choose numbers of keys that differ by more than a quarter, with their data set and those shares. */
export function densitiesApart({ title, questions }: StudyDataAnalysis) {
  return (questions.get("Q1") ?? []).flatMap(({ first, second, densities: [a, b] }) =>
    a === null || b === null || Math.max(a, b) <= 1.25 * Math.min(a, b)
      ? []
      : [{ title: shortTitle({ title }), first, second, shares: [a, b] as const }]
  );
}

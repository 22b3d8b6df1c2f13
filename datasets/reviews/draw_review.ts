import { Rng } from "../../lib/random/mod.ts";
import { AGREEMENTS, BLAME, CLAIMS, DENIALS, DOUBTS, PLACES, PRAISE, SUBJECTS } from "./_words.ts";

const DENIED = 0.25;
const OPENED = 0.2;
const DOUBTED = 0.5;
const PLACED = 0.3;

/** A made-up sentence. */
export interface DrawnReview {
  /** Lower case, tokens separated by spaces. */
  readonly text: string;
  /** 1 praise, 0 blame. */
  readonly label: number;
}

/**
 * Makes up one sentence of a film review, by a grammar whose meaning is known.
 *
 * ```
 * review  = opinion | opinion and opinion | opinion , but opinion | although opinion , opinion
 * opinion = [ everyone says that | nobody says that ] the plot [ in the first half ] (is | isn't) (dull | witty)
 * ```
 *
 * A denial turns an opinion round, and so does a doubt before it (`nobody says that the plot isn't dull` blames). Two
 * opinions joined by `and` agree; of two that disagree the one after `but`, or the one that has no `although`, decides. So
 * the same words make praise and blame: what decides is which denial belongs to which word.
 *
 * @param seed seed of all sentences
 * @param stream number of the sentence
 * @returns the sentence and its class
 * @throws {RangeError} if the seed or the stream is no integer of 0 or more
 *
 * Cost about 2 us.
 *
 * @example The same sentence each time
 * ```ts
 * import { drawReview } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * assertEquals(drawReview(1, 7), drawReview(1, 7));
 * ```
 */
export function drawReview(seed: number, stream: number): DrawnReview {
  const rng = new Rng(seed, stream);
  const label = rng.integer(2);
  const praises = label === 1;
  switch (rng.integer(5)) {
    case 0:
      return { text: `${opinion(rng, praises)} .`, label };
    case 1:
    case 2:
      return { text: `${opinion(rng, praises)} and ${opinion(rng, praises)} .`, label };
    case 3:
      return { text: `${opinion(rng, !praises)} , but ${opinion(rng, praises)} .`, label };
    default:
      return { text: `although ${opinion(rng, !praises)} , ${opinion(rng, praises)} .`, label };
  }
}

/** An opinion that praises or blames, however many turns it takes. */
function opinion(rng: Rng, praises: boolean): string {
  const words: string[] = [];
  let says = praises;
  if (rng.uniform() < OPENED) {
    const doubted = rng.uniform() < DOUBTED;
    words.push(oneOf(rng, doubted ? DOUBTS : AGREEMENTS));
    says = says !== doubted;
  }
  words.push(oneOf(rng, SUBJECTS));
  if (rng.uniform() < PLACED) words.push(oneOf(rng, PLACES));
  const denied = rng.uniform() < DENIED;
  words.push(oneOf(rng, denied ? DENIALS : CLAIMS));
  words.push(oneOf(rng, says !== denied ? PRAISE : BLAME));
  return words.join(" ");
}

function oneOf(rng: Rng, words: readonly string[]): string {
  return words[rng.integer(words.length)];
}

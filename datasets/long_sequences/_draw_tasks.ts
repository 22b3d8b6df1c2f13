import type { Rng } from "../../lib/random/mod.ts";

/** A task of long sequences: its tokens, its classes, and how one sequence is drawn. */
export interface LongTask {
  /** What tables call it. */
  readonly name: string;
  /** The token of each number. */
  readonly vocabulary: readonly string[];
  /** The classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** Fewest tokens that a sequence can have. */
  readonly fewest: number;
  /** Writes a sequence of class `label` over all of `into`. */
  readonly draw: (rng: Rng, label: number, into: Int32Array) => void;
}

const KEYS = 4, VALUES = 4, FILLERS = 16;
const range = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
/** Tokens to each time that what matters is written: its share of a sequence does not fall with N. */
const ROOM = 64;
const FILLER = range(FILLERS, (i) => `filler ${i}`);

const RETRIEVAL = {
  vocabulary: [
    ...FILLER,
    ...range(KEYS * VALUES, (i) => `key ${Math.floor(i / VALUES)} value ${i % VALUES}`),
    ...range(KEYS, (i) => `question ${i}`),
  ],
  classes: range(VALUES, (i) => `value ${i}`),
  fewest: 4 * KEYS,
};

function drawRetrieval(rng: Rng, label: number, into: Int32Array, room: number): void {
  const values = rng.shuffle(range(KEYS, (i) => i % VALUES)), key = values.indexOf(label);
  const marked = again(into, values.map((value, i) => FILLERS + i * VALUES + value), room);
  const question = FILLERS + KEYS * VALUES + key;
  scatter(rng, rng.shuffle(marked), () => rng.integer(2) === 0 ? question : rng.integer(FILLERS), into);
}

/**
 * Four marked tokens, each a key with a value, every value once, and a question for one key: which value has it? The question
 * stands at about half of the places that are not marked, so that a mean over the tokens does not thin out its answer.
 */
const retrieval: LongTask = {
  name: "retrieval of marked tokens",
  ...RETRIEVAL,
  draw: (rng, label, into) => drawRetrieval(rng, label, into, ROOM),
};

/** The same with each marked token written once, however long the sequence: who reads few keys has to choose those. */
const retrievalOnce: LongTask = {
  name: "retrieval of tokens marked once",
  ...RETRIEVAL,
  draw: (rng, label, into) => drawRetrieval(rng, label, into, Infinity),
};

const KINDS = 2, PAIRS = 2;

/** Two pairs of brackets of two kinds among filler: nested well, or with one closing bracket of the other kind. */
const brackets: LongTask = {
  name: "bracket matching",
  vocabulary: [...FILLER, ...range(KINDS, (i) => "(["[i]), ...range(KINDS, (i) => ")]"[i])],
  classes: ["does not match", "matches"],
  fewest: 2 * PAIRS,
  draw(rng, label, into) {
    const word = nested(rng);
    if (label === 0) {
      const [changed] = rng.shuffle(word.flatMap((token, i) => token >= FILLERS + KINDS ? [i] : []));
      // the other kind
      word[changed] = 2 * (FILLERS + KINDS) + 1 - word[changed];
    }
    scatter(rng, again(into, word), () => rng.integer(FILLERS), into);
  },
};

/** A word of brackets that match. */
function nested(rng: Rng): number[] {
  const word: number[] = [], open: number[] = [];
  let left = PAIRS;
  while (left > 0 || open.length > 0) {
    if (left > 0 && (open.length === 0 || rng.integer(2) === 0)) {
      open.push(rng.integer(KINDS));
      word.push(FILLERS + open[open.length - 1]);
      left--;
    } else word.push(FILLERS + KINDS + open.pop()!);
  }
  return word;
}

const BITS = 2;

/** Two marked bits among bits that do not count: is the number of marked ones odd? */
const parity: LongTask = {
  name: "parity of marked bits",
  vocabulary: ["0", "1", "marked 0", "marked 1"],
  classes: ["even", "odd"],
  fewest: BITS,
  draw(rng, label, into) {
    const bits = range(BITS, () => rng.integer(2));
    bits[0] = (bits.slice(1).reduce((sum, bit) => sum + bit, 0) + label) % 2;
    scatter(rng, rng.shuffle(again(into, bits.map((bit) => 2 + bit))), () => rng.integer(2), into);
  },
};

/** Tokens as often as a sequence has room for them, once at least. */
function again({ length }: Int32Array, tokens: readonly number[], room = ROOM): number[] {
  return range(Math.max(1, Math.floor(length / room)), () => tokens).flat();
}

/** Writes `tokens` in their order at places drawn at random, and what `filler` draws at every other place. */
function scatter(rng: Rng, tokens: readonly number[], filler: () => number, into: Int32Array): void {
  let left = tokens.length;
  for (let i = 0; i < into.length; i++) {
    // every set of places is as likely as any other
    const here = rng.integer(into.length - i) < left;
    into[i] = here ? tokens[tokens.length - left--] : filler();
  }
}

/** The tasks that our own code makes up. */
export const LONG_DRAWN: Readonly<Record<"retrieval" | "retrievalOnce" | "brackets" | "parity", LongTask>> = {
  retrieval,
  retrievalOnce,
  brackets,
  parity,
};

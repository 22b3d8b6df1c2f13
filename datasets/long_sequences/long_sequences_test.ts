import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { TextData, TextSplit } from "../../lib/training/text_data.ts";
import type { TextCorpus } from "../text/mod.ts";
import { encodeBytes, loadLongSequences, LONG_DATASETS, markedSentences } from "./mod.ts";

const SIZES = { tokens: 200, trainCount: 240, testCount: 60 };

/** The words of every sequence of a split. */
function* wordsOf({ vocabulary }: TextData, { tokens, starts, count, labels }: TextSplit) {
  for (let s = 0; s < count; s++) {
    yield {
      label: labels[s],
      words: Array.from(tokens.subarray(starts[s], starts[s + 1]), (token) => vocabulary[token]),
    };
  }
}

/** How often what matters is written, but for `retrievalOnce`. */
const TIMES = 3;

/** Reads retrieval whose marked tokens are written so often. */
function readRetrieval(words: readonly string[], times: number): number {
  const question = words.filter((word) => word.startsWith("question"));
  const marked = words.filter((word) => word.startsWith("key"));
  assertEquals([new Set(question).size, marked.length], [1, 4 * times]);
  // half of the other places, within five standard deviations
  assert(
    Math.abs(question.length - (words.length - 4 * times) / 2) < 2.5 * Math.sqrt(words.length),
    `${question.length}`,
  );
  // every key and every value as often
  assertEquals(new Set(marked).size, 4);
  assertEquals(new Set(marked.map((word) => word.split(" ")[1])).size, 4);
  for (let v = 0; v < 4; v++) assertEquals(marked.filter((word) => word.endsWith(`value ${v}`)).length, times);
  const key = question[0].split(" ")[1];
  return Number(marked.find((word) => word.startsWith(`key ${key} `))?.split(" ")[3]);
}

/** Reads a sequence of 200 tokens as its task is told: its class. */
const READ: Record<string, (words: readonly string[]) => number> = {
  retrieval: (words) => readRetrieval(words, TIMES),
  retrievalOnce: (words) => readRetrieval(words, 1),
  brackets(words) {
    const open: string[] = [], pairs = ["()", "[]"], brackets = words.filter((word) => word.length === 1);
    assertEquals(brackets.length, 4 * TIMES);
    for (const [i, word] of brackets.entries()) {
      // the same word again
      assertEquals(word, brackets[i % 4]);
      if ("([".includes(word)) open.push(word);
      else if (!pairs.includes(`${open.pop()}${word}`)) return 0;
    }
    return open.length === 0 ? 1 : 0;
  },
  parity(words) {
    const marked = words.filter((word) => word.startsWith("marked"));
    const ones = marked.filter((word) => word.endsWith("1")).length;
    assertEquals([marked.length, ones % TIMES], [2 * TIMES, 0]);
    return ones / TIMES % 2;
  },
};

for (const name of Object.keys(READ)) {
  Deno.test(`loadLongSequences("${name}") labels its sequences as a reader of the task does`, async () => {
    const data = await loadLongSequences(name, SIZES);
    assert(data.synthetic && data.name.includes("made up by this project"));
    for (const split of [data.train, data.test]) {
      for (const { label, words } of wordsOf(data, split)) assertEquals(READ[name](words), label);
    }
  });

  Deno.test(`loadLongSequences("${name}") has the counts asked for, in typed arrays, and balanced classes`, async () => {
    const { train, test, classes, vocabulary } = await loadLongSequences(name, SIZES);
    for (const [split, count] of [[train, 240], [test, 60]] as const) {
      assertEquals([split.count, split.labels.length, split.tokens.length], [count, count, 200 * count]);
      assert(split.tokens instanceof Int32Array && split.labels instanceof Uint8Array);
      assertEquals([...split.starts], Array.from({ length: count + 1 }, (_, s) => 200 * s));
      classes.forEach((_, c) =>
        assertEquals(split.labels.filter((label) => label === c).length, count / classes.length)
      );
      assert(split.tokens.every((token) => token >= 0 && token < vocabulary.length));
    }
  });

  Deno.test(`loadLongSequences("${name}") makes a smaller set the beginning of a larger one, and seeds differ`, async () => {
    const [few, more, other] = await Promise.all([
      loadLongSequences(name, { tokens: 64, trainCount: 4, testCount: 3 }),
      loadLongSequences(name, { tokens: 64, trainCount: 9, testCount: 5 }),
      loadLongSequences(name, { tokens: 64, trainCount: 4, testCount: 3, seed: 51 }),
    ]);
    assertEquals(few.train.tokens, more.train.tokens.slice(0, 4 * 64));
    assertEquals(few.test.tokens, more.test.tokens.slice(0, 3 * 64));
    assertNotEquals(few.train.tokens, other.train.tokens);
    assertNotEquals(few.checksums, more.checksums);
  });

  Deno.test(`loadLongSequences("${name}") puts what matters anywhere`, async () => {
    const data = await loadLongSequences(name, { tokens: 200, trainCount: 400, testCount: 1 });
    const matters = (word: string) => !/^(filler \d+|question \d+|0|1)$/.test(word);
    let [early, all] = [0, 0];
    for (const { words } of wordsOf(data, data.train)) {
      words.forEach((word, i) => {
        if (!matters(word)) return;
        all++;
        if (i < 100) early++;
      });
    }
    // hypergeometric, below binomial: all / 2 +- 4 sqrt(all) / 2
    assert(Math.abs(early - all / 2) < 2 * Math.sqrt(all), `${early} of ${all}`);
  });
}

/** Share that the best rule of one count gets right in training: how often each class has each number of a token. */
function bestOfOneCount(data: TextData): number {
  let best = 0;
  for (let token = 0; token < data.vocabulary.length; token++) {
    const seen = new Map<number, number[]>();
    for (const { words, label } of wordsOf(data, data.train)) {
      const count = words.filter((word) => word === data.vocabulary[token]).length;
      const classes = seen.get(count) ?? data.classes.map(() => 0);
      classes[label]++;
      seen.set(count, classes);
    }
    // numbers that hardly occur tell of nothing but chance
    const common = [...seen.values()].filter((classes) => classes.reduce((a, b) => a + b) > 200);
    for (const classes of common) best = Math.max(best, Math.max(...classes) / classes.reduce((a, b) => a + b));
  }
  return best;
}

Deno.test("loadLongSequences() of retrieval and brackets cannot be told by how often a token occurs", async () => {
  for (const [name, chance] of [["retrieval", 0.25], ["retrievalOnce", 0.25], ["brackets", 0.5]] as const) {
    const share = bestOfOneCount(await loadLongSequences(name, { tokens: 64, trainCount: 2000, testCount: 1 }));
    // the largest of some 500 shares of 200 and more: chance + 5 sqrt(p (1 - p) / 200)
    assert(share < chance + 5 * Math.sqrt(chance * (1 - chance) / 200), `${name}: ${share}`);
  }
});

Deno.test("loadLongSequences() of brackets has seven kinds of sequences by the counts of their brackets, each of one class", async () => {
  for (const tokens of [64, 1024]) {
    const data = await loadLongSequences("brackets", { tokens, trainCount: 1, testCount: 500 });
    const classes = new Map<string, Set<number>>();
    // how many tests are right of whoever recognises matching brackets of one kind alone, and says "does not match" else
    const right = { round: 0, square: 0 };
    for (const { words, label } of wordsOf(data, data.test)) {
      const counts = "([)]".split("").map((bracket) => words.filter((word) => word === bracket).length);
      const kind = counts.join();
      classes.set(kind, (classes.get(kind) ?? new Set()).add(label));
      const alone = { round: counts[1] === 0 && counts[3] === 0, square: counts[0] === 0 && counts[2] === 0 };
      for (const name of ["round", "square"] as const) right[name] += Number(Number(alone[name]) === label);
    }
    assertEquals([classes.size, [...classes.values()].every(({ size }) => size === 1)], [7, true]);
    assertEquals([right.round / 500, right.square / 500], [0.598, 0.636]);
  }
});

const corpus: TextCorpus = {
  ...{ name: "two", synthetic: true, classes: ["bad", "good"], checksums: { file: "0" } },
  train: { texts: ["déjà vu", "", "a long sentence of 31 characters"], labels: Uint8Array.of(1, 0, 1) },
  test: { texts: ["no"], labels: Uint8Array.of(0) },
};

Deno.test("encodeBytes() gives bytes of UTF-8, cuts ends and says so", () => {
  const { train, test, name, encoding, vocabulary, synthetic } = encodeBytes(corpus, { tokens: 10 });
  assertEquals([...train.starts, ...test.starts], [0, 9, 10, 20, 0, 2]);
  assertEquals(new TextDecoder().decode(Uint8Array.from(train.tokens)), "déjà vu a long sen");
  assertEquals([name, synthetic, vocabulary.length], ["two (bytes, at most 10)", true, 256]);
  assertEquals(encoding?.train, { truncatedTexts: 1, emptyTexts: 1, unknownTokens: 0 });
  assertEquals([...train.labels], [1, 0, 1]);
  assertThrows(() => encodeBytes(corpus, { tokens: 0 }), RangeError, "tokens must be an integer of 1 or more, got 0");
});

Deno.test("markedSentences() puts each sentence whole between its marks, others around it, and keeps its class", () => {
  for (const tokens of [40, 64, 200]) {
    const data = markedSentences(corpus, { tokens });
    assert(data.synthetic && data.name.includes("arranged by this project"));
    assertEquals([...data.train.labels], [...corpus.train.labels]);
    [...wordsOf(data, data.train)].forEach(({ words }, s) => {
      assertEquals([words.length, words.filter((word) => word === "begin").length], [tokens, 1]);
      const own = data.train.tokens.subarray(
        s * tokens + words.indexOf("begin") + 1,
        s * tokens + words.indexOf("end"),
      );
      assertEquals(new TextDecoder().decode(Uint8Array.from(own)), corpus.train.texts[s]);
    });
  }
  assertNotEquals(
    markedSentences(corpus, { tokens: 90 }).train,
    markedSentences(corpus, { tokens: 90, seed: 51 }).train,
  );
  // a sentence as long as its place
  assertEquals(markedSentences(corpus, { tokens: 12 }).train.tokens.length, 36);
});

Deno.test("loadLongSequences() refuses what it cannot load", async () => {
  await assertRejects(() => loadLongSequences("retrieva"), RangeError, "did you mean retrieval?");
  await assertRejects(
    () => loadLongSequences("brackets", { tokens: 3 }),
    RangeError,
    "needs 4 tokens or more, got 3",
  );
  await assertRejects(() => loadLongSequences("parity", { tokens: 0 }), RangeError, "tokens must be an integer from 1");
  await assertRejects(() => loadLongSequences("parity", { testCount: 0 }), RangeError, "testCount must be an integer");
  const misspelt: Record<string, number> = { length: 5 };
  await assertRejects(() => loadLongSequences("parity", misspelt), TypeError, "no option length");
});

const dataDir = Deno.env.get("QAMA_DATA_DIR") || fileURLToPath(new URL("../../../shared/data", import.meta.url));

for (const name of LONG_DATASETS.filter((name) => name.endsWith("Bytes"))) {
  Deno.test(`loadLongSequences("${name}") has whole bytes of published texts`, async () => {
    const data = await loadLongSequences(name, { dataDir, tokens: 1024, trainCount: 200, testCount: 100 }).catch(
      (error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        console.log(`skipped: ${name} is not in ${dataDir}`);
        return null;
      },
    );
    if (data === null) return;
    assertEquals([data.train.count, data.test.count, data.classes.length], [200, 100, 2]);
    const lengths = Array.from({ length: 200 }, (_, s) => data.train.starts[s + 1] - data.train.starts[s]);
    assert(lengths.every((length) => name === "sst2Bytes" ? length === 1024 : length <= 1024));
    const positive = data.train.labels.filter((label) => label === 1).length;
    // IMDB's classes take turns; of SST-2's first sentences about 56 % are positive, 112 +- 4 sqrt(200 / 4)
    assert(name === "imdbBytes" ? positive === 100 : Math.abs(positive - 112) < 29, `${positive}`);
  });
}

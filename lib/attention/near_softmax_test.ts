import { assertEquals, assertThrows } from "@std/assert";
import { nearSoftmaxTwin } from "../testing/_near_softmax_twin.ts";
import { assertClose, givenSelection } from "../testing/mod.ts";
import { Rng } from "../random/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { compareWithTwin, type Open, twinInputs, valuesOf } from "./_test_peers.ts";
import { neighbours } from "./_near_softmax.ts";
import { type BlockShape, qamaBlock, qamaNear, qamaSelected } from "./mod.ts";

const SHAPES: BlockShape[] = [[3, 2, 5, 3], [1, 3, 9, 5], [2, 9, 4, 2], [2, 1, 1, 4]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));

Deno.test("neighbours() are left, right, above, below on a square, and before and after in a sequence", () => {
  // 0 1 2 / 3 4 5 / 6 7 8
  const nine = (head: number) => [...neighbours(9, head, "square")];
  assertEquals(nine(0), [-1, 0, 1, -1, 3, 4, -1, 6, 7]);
  assertEquals(nine(3), [3, 4, 5, 6, 7, 8, -1, -1, -1]);
  assertEquals(nine(7), [4, 5, -1, 7, 8, -1, -1, -1, -1]);
  assertEquals(nine(8), nine(0));
  assertEquals([...neighbours(4, 0, "sequence")], [-1, 0, 1, 2]);
  assertEquals([...neighbours(4, 3, "sequence")], [2, 3, -1, -1]);
  // five tokens are no square
  assertEquals(neighbours(5, 1, "square"), neighbours(5, 1, "sequence"));
});

Deno.test("qamaBlock() with nearSoftmax reads the chosen keys and a neighbour, gradients included", () => {
  for (const [grid, queryBlocks] of [["square", 1], ["sequence", 1], ["square", 3]] as const) {
    for (const shape of SHAPES) {
      const { samples, heads, tokens } = shape, rng = new Rng(5, tokens);
      // the first head of the first sample chooses nothing, so that some queries read themselves
      const x = Array.from(
        { length: samples * heads * queryBlocks * tokens },
        (_, i) => i >= tokens && rng.uniform() < 0.4 ? 1 : 0,
      );
      const options = {
        ...qamaSelected({ solver: givenSelection(x) }),
        readout: "nearSoftmax",
        grid,
        queryBlocks,
      } as const;
      const open: Open = (kernels, shape) => qamaBlock(kernels, shape, options);
      compareWithTwin(open, shape, (X, values) => {
        const { e, p, r } = values;
        const near = (t: number, i: number) => neighbours(tokens, t, grid)[i];
        return nearSoftmaxTwin({ ...twinInputs(shape, X, values), e, p, r }, x, near, queryBlocks);
      });
    }
  }
});

for (
  const [what, changes] of [
    ["a scale of its logits", { logitScale: true }],
    ["columns that choose alone", { selector: 0.3 }],
    ["both", { logitScale: true, selector: 0.6 }],
  ] as const
) {
  Deno.test(`qamaBlock() with nearSoftmax and ${what} reads as its twin does, gradients included`, () => {
    for (const shape of SHAPES) {
      const { samples, heads, tokens, width } = shape, rng = new Rng(6, tokens), queryBlocks = 3;
      const x = Array.from({ length: samples * heads * queryBlocks * tokens }, () => rng.uniform() < 0.4 ? 1 : 0);
      const options = {
        ...qamaSelected({ solver: givenSelection(x) }),
        ...{ readout: "nearSoftmax", grid: "square", queryBlocks, ...changes } as const,
      };
      const columns = "selector" in changes ? Math.max(1, Math.round(changes.selector * width)) : 0;
      compareWithTwin((kernels, shape) => qamaBlock(kernels, shape, options), shape, (X, values) => {
        const { e, p, r, a } = values, inputs = { ...twinInputs(shape, X, values), e, p, r, a, selector: columns };
        return nearSoftmaxTwin(inputs, x, (t, i) => neighbours(tokens, t, "square")[i], queryBlocks);
      });
    }
  });
}

Deno.test("qamaBlock() with a selector solves for the columns that choose, and a logit scale leaves what is solved as it is", () => {
  const [kernels] = bothKernels(), shape = { samples: 2, heads: 2, tokens: 5, width: 4 }, d = 4;
  const X = normals(2 * 5 * 8, 3);
  const problemOf = (options: Parameters<typeof qamaNear>[0]) => {
    const open: Open = (kernels, shape) => qamaBlock(kernels, shape, qamaNear({ queryBlocks: 2, ...options }));
    const bound = bindBlock(kernels, open, shape, valuesOf(open, shape));
    runBlock(bound, X, X);
    return bound.block.problem!(2);
  };
  const whole = problemOf({}), own = problemOf({ selector: 0.25 });
  assertEquals(problemOf({ logitScale: true }), whole);
  // the last column alone, twice as large, since the solver divides by the root of four columns
  assertEquals(own.queries, whole.queries.map((q, at) => at % d === d - 1 ? 2 * q : 0));
  assertEquals(own.keys, whole.keys);
  const score = ({ queries, keys }: typeof own, i: number, j: number) => {
    let sum = 0;
    for (let a = 0; a < d; a++) sum += queries[i * d + a] * keys[j * d + a];
    return sum / Math.sqrt(d);
  };
  for (let at = 0; at < whole.fields.length; at++) {
    const head = Math.floor(at / 5), first = head % 2 === 0 ? [0, 1, 2] : [3, 4];
    const mean = (problem: typeof own) =>
      first.reduce((sum, i) => sum + score(problem, 5 * head + i, at) / first.length, 0);
    assertClose(own.fields[at] - mean(own), whole.fields[at] - mean(whole), { rtol: 0, atol: 1e-5 });
  }
});

Deno.test("qamaNear() starts e and r where keyBias and nearBias say, and from 0.1 and 3 without", () => {
  const [kernels] = bothKernels();
  const starts = (options: Parameters<typeof qamaNear>[0]) => {
    const { parameters } = qamaBlock(kernels, SHAPES[0], qamaNear(options));
    return Object.fromEntries(parameters.map(({ name, initial }) => [name, initial]));
  };
  const [own, { e, r }] = [starts({}), starts({ keyBias: 0, nearBias: -1 })];
  assertEquals([own.e, own.r], [{ normal: 0.1 }, { constant: 3 }]);
  assertEquals([e, r], [{ normal: 0 }, { constant: -1 }]);
});

Deno.test("qamaBlock() refuses a selector, a logit scale and starts of biases where they cannot be", () => {
  const [kernels] = bothKernels(),
    open = (changes: object, shape = SHAPES[0]) => () => qamaBlock(kernels, shape, { ...qamaNear(), ...changes });
  assertThrows(open({ selector: 1 }), RangeError, "selector must lie between 0 and 1, got 1");
  assertThrows(open({ selector: 0.5, queryBlocks: 1 }), RangeError, "selector needs queryBlocks of 2 or more");
  assertThrows(open({ selector: 0.5 }, { ...SHAPES[0], width: 1 }), RangeError, "heads of width 2 or more, got 1");
  assertThrows(open({ logitScale: 1 }), TypeError, "logitScale must be true or false, got 1");
  assertThrows(
    open({ logitScale: true, readout: "selectedSoftmax", queryBlocks: 1 }),
    RangeError,
    "for the readout nearSoftmax",
  );
  assertThrows(
    open({ keyBias: -1 }),
    RangeError,
    "keyBias must be a number of 0 or more, and 0 but for perHead, got -1",
  );
  assertThrows(open({ keyBias: 1, direction: "shared" }), RangeError, "0 but for perHead, got 1");
  assertThrows(open({ nearBias: NaN }), RangeError, "nearBias must be a number, and 0 but for nearSoftmax, got NaN");
  assertThrows(open({ nearBias: 1, readout: "energy", queryBlocks: 1 }), RangeError, "0 but for nearSoftmax, got 1");
  assertThrows(open({ schedule: {} }), TypeError, "schedule must be a function");
  const through = { name: "any", throughEnergy: true, throughSelection: () => {} };
  assertThrows(open({ logitScale: true, estimator: through }), RangeError, "any");
});

Deno.test("qamaNear() with a schedule asks for more tokens at a smaller weight at first, and for its own from then on", () => {
  const near = qamaNear({ schedule: { share: 0.55, lambda: 0.25, until: 0.5 } }),
    sizes = { tokens: 20, heads: 1, width: 1 };
  const at = (progress: number) => Object.values(near.schedule!(sizes, progress).cardinality!);
  // 0.55, 0.35 and 0.15 of 20 tokens; a quarter to four are four doublings
  assertEquals([at(0), at(0.25), at(0.5), at(1)], [[11, 0.25], [7, 1], [3, 4], [3, 4]]);
  assertEquals(near.schedule!(sizes, 1), near.weights(sizes));
  const refuses = (schedule: object, message: string) =>
    assertThrows(
      () => qamaNear({ schedule: { share: 0.5, lambda: 1, until: 0.5, ...schedule } }),
      RangeError,
      message,
    );
  refuses({ share: 0 }, "schedule.share must be above 0 and at most 1, got 0");
  refuses({ until: 2 }, "schedule.until must be above 0 and at most 1, got 2");
  refuses({ lambda: 0 }, "schedule.lambda must be above 0");
});

Deno.test("qamaBlock() with a schedule solves with the weights of the progress that it was told, and without being told with those of the end", () => {
  const shape = { samples: 2, heads: 2, tokens: 20, width: 3 };
  for (const kernels of bothKernels()) {
    const schedule = { share: 0.5, lambda: 0.25, until: 0.5 };
    const open = (options: object): Open => (kernels, shape) =>
      qamaBlock(kernels, shape, qamaNear({ queryBlocks: 2, ...options }));
    const values = valuesOf(open({}), shape), X = normals(2 * 20 * 6, 3);
    const scheduled = bindBlock(kernels, open({ schedule }), shape, values);
    const fixed = bindBlock(kernels, open({}), shape, values);
    const start = bindBlock(kernels, open({ share: 0.5, lambda: 0.25 }), shape, values);
    const chosen = (bound: typeof fixed) => {
      runBlock(bound, X, X);
      return bound.block.chosen!.slice();
    };
    assertEquals(chosen(scheduled), chosen(fixed));
    scheduled.block.setProgress!(0);
    assertEquals(chosen(scheduled), chosen(start));
    assertEquals(scheduled.block.problem!(1).weights, start.block.problem!(1).weights);
    scheduled.block.setProgress!(0.5);
    assertEquals(chosen(scheduled), chosen(fixed));
  }
});

Deno.test("qamaBlock() with nearSoftmax has a bias a head, from 3, and refuses another grid", () => {
  const [kernels] = bothKernels(), shape = SHAPES[0];
  const options = { ...qamaSelected(), readout: "nearSoftmax" } as const;
  assertEquals(qamaBlock(kernels, shape, options).parameters.at(-1), {
    ...{ name: "r", shape: [2], initial: { constant: 3 } },
  });
  assertThrows(
    () => qamaBlock(kernels, shape, { ...options, grid: "hexagons" as "square" }),
    RangeError,
    "grid must be sequence or square, got hexagons",
  );
});

Deno.test("qamaNear() gives every block of queries a problem of its own, with the mean score of the block in its fields", () => {
  const [kernels] = bothKernels(), shape = { samples: 2, heads: 2, tokens: 5, width: 3 }, G = 2;
  const bound = bindBlock(kernels, (kernels, shape) => qamaBlock(kernels, shape, qamaNear({ queryBlocks: G })), shape, {
    ...valuesOf((kernels, shape) => qamaBlock(kernels, shape, qamaNear({ queryBlocks: G })), shape),
  });
  const X = normals(2 * 5 * 6, 3);
  runBlock(bound, X, X);
  const { queries, keys, fields, heads } = bound.block.problem!(2);
  assertEquals([heads, bound.block.selections, bound.block.chosen?.length], [4, 2, 2 * 4 * 5]);
  const score = (head: number, i: number, j: number) => {
    let sum = 0;
    for (let a = 0; a < 3; a++) sum += queries[(head * 5 + i) * 3 + a] * keys[(head * 5 + j) * 3 + a];
    return sum / Math.sqrt(3);
  };
  // tokens 0, 1, 2 are block 0, tokens 3, 4 block 1: the same fields h, another mean of scores
  for (let head = 0; head < 8; head += 2) {
    for (let j = 0; j < 5; j++) {
      const means = [[0, 1, 2], [3, 4]].map((block) =>
        block.reduce((sum, i) => sum + score(head, i, j) / block.length, 0)
      );
      const h = [0, 1].map((g) => fields[(head + g) * 5 + j] - means[g]);
      assertClose(h[0], h[1], { rtol: 0, atol: 1e-5 });
    }
  }
  assertThrows(
    () => qamaBlock(kernels, shape, qamaNear({ queryBlocks: 0 })),
    RangeError,
    "queryBlocks must be an integer",
  );
  assertThrows(
    () => qamaBlock(kernels, shape, { ...qamaSelected(), queryBlocks: 2 }),
    RangeError,
    "1 but for nearSoftmax",
  );
  assertThrows(() => qamaNear({ share: 0 }), RangeError, "share must be above 0 and at most 1, got 0");
});

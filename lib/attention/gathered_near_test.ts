import { assert } from "@std/assert";
import type { Floats, Kernels, RowLayout } from "../kernels/mod.ts";
import { GATHERED_TOKENS, roundUp4, wasmKernels } from "../kernels/mod.ts";
import { assertClose, assertTensorClose, givenSelection } from "../testing/mod.ts";
import { nearSoftmaxTwin } from "../testing/_near_softmax_twin.ts";
import { Rng } from "../random/mod.ts";
import { bindBlock, bothKernels, normals, place, runBlock } from "./_test_blocks.ts";
import { type Open, twinInputs, valuesOf } from "./_test_peers.ts";
import { GatheredNear } from "./_gathered_near.ts";
import { NearSoftmax, Neighbours, neighbours } from "./_near_softmax.ts";
import { type BlockShape, qamaBlock, qamaNear, qamaSelected } from "./mod.ts";

interface Case {
  readonly shape: BlockShape;
  readonly blocks: number;
  readonly share: number;
  readonly scaled: boolean;
  readonly through: boolean;
}

/** All that a readout writes, forward and backward, from arrays that are not empty. */
function run(kernels: Kernels, Readout: typeof GatheredNear | typeof NearSoftmax, of: Case) {
  const { shape, blocks, share, scaled, through } = of, { samples, heads: H, tokens: N, width: d } = shape, D = H * d;
  const layout: RowLayout & { fields: number } = { stride: 3 * D + H + 1, keys: D, values: 2 * D, fields: 3 * D };
  const rng = new Rng(8, N), sets = samples * H * blocks;
  const chosen = kernels.uint8(sets * N);
  // the first block of the first head of the first sample chooses nothing
  for (let i = 0; i < chosen.length; i++) chosen[i] = i >= N && rng.uniform() < share ? 1 : 0;
  const array = (length: number, stream: number): Floats => place(kernels, normals(length, stream));
  const reads = {
    ...{ rows: array(samples * N * layout.stride, 1), chosen, r: array(H, 3), byBlock: scaled },
    fields: array(scaled ? sets * N : samples * H * N, 2),
    ...{ p: array(samples * H * N * roundUp4(N), 4), scale: scaled ? normals(H, 5).map(Math.exp) : undefined },
  };
  const y = array(samples * N * D, 6), dy = array(samples * N * D, 7), drows = array(reads.rows.length, 8);
  const to = { drows, dpositional: array(H * N, 9), dr: normals(H, 10), da: normals(H, 11) };
  const dfields = scaled ? normals(sets * N, 12) : undefined;
  // made for more than it reads, but where it reads all, and used before
  const room = { samples: samples + 1, tokens: share < 1 ? N + 9 : N, heads: H, width: d },
    longer = { ...room, samples: 1 };
  const readout = new Readout(kernels, room, new Neighbours(H, "square"), blocks);
  const all = { samples, tokens: N, first: 0, row: 0, padded: 0 };
  const every = kernels.uint8(H * blocks * longer.tokens).fill(1), many = longer.tokens * Math.max(layout.stride, D);
  const before = { ...reads, chosen: every, rows: array(many, 13), fields: array(every.length, 14) };
  readout.forward({ ...all, ...longer }, longer, layout, {
    ...before,
    p: kernels.float32(H * longer.tokens * roundUp4(longer.tokens)),
  }, array(many, 15));
  readout.forward(all, shape, layout, reads, y);
  readout.backward(all, shape, layout, reads, dy, { ...to, dfields }, through);
  // what stands between the rows' columns and their end is nobody's
  const columns = layout.fields + H, written: number[] = [];
  drows.forEach((value, i) => i % layout.stride < columns && written.push(value));
  return { ...to, y, drows: Float64Array.from(written), dfields: dfields ?? new Float64Array(0) };
}

// a tile is 64 queries: fewer, as many, one more in a block, several; a square or not; more blocks than tokens
const CASES: Case[] = ([
  ...[[3, 2, 7, 3], [2, 3, 36, 8], [1, 2, 64, 4], [1, 2, 65, 5], [1, 1, 400, 12]],
] as const).flatMap(([samples, heads, tokens, width], at) =>
  [1, 3, 8].map((blocks) => ({
    ...{ shape: { samples, heads, tokens, width }, blocks, share: [0.1, 0.4, 1][(at + blocks) % 3] },
    ...{ scaled: blocks > 1, through: blocks !== 3 },
  }))
);
CASES.push({ ...CASES[6], share: 1 });

for (const of of CASES) {
  const { samples, heads, tokens, width } = of.shape, sizes = [samples, heads, tokens, width].join(" x ");
  Deno.test(`the gathered readout with a neighbour gives what the listed one does, ${sizes}, ${of.blocks} blocks, ${of.share} of the keys`, () => {
    const listed = run(bothKernels()[1], NearSoftmax, of);
    for (const kernels of bothKernels()) {
      const gathered = run(kernels, GatheredNear, of);
      for (const name of ["y", "drows", "dpositional", "dr", "da", "dfields"] as const) {
        assertTensorClose(gathered[name], listed[name], 5e-6);
      }
    }
  });
}

Deno.test("qamaBlock() with nearSoftmax gathers from 1,024 tokens on and reads as its twin does, gradients along a line included", () => {
  const shape = { samples: 1, heads: 2, tokens: GATHERED_TOKENS + 5, width: 3 }, queryBlocks = 3, D = 6;
  const rng = new Rng(9, 1), x = Array.from({ length: 2 * queryBlocks * shape.tokens }, () => +(rng.uniform() < 0.05));
  const open: Open = (kernels, shape) =>
    qamaBlock(kernels, shape, {
      ...qamaSelected({ solver: givenSelection(x) }),
      ...{ readout: "nearSoftmax", grid: "sequence", queryBlocks, logitScale: true } as const,
    });
  const values = valuesOf(open, shape), X = normals(shape.tokens * D, 20), G = normals(shape.tokens * D, 21);
  const twin = (X: Float64Array, { e, p, r, a, ...others }: typeof values) =>
    nearSoftmaxTwin(
      { ...twinInputs(shape, X, { e, p, r, a, ...others }), e, p, r, a },
      x,
      (t, i) => neighbours(shape.tokens, t, "sequence")[i],
      queryBlocks,
    );
  const kernels = wasmKernels({ bytes: 2 ** 25 });
  const { output, dx, gradients } = runBlock(bindBlock(kernels, open, shape, values), X, G);
  assertTensorClose(output, twin(X, values), 2e-5);
  const along = (values: ArrayLike<number>, of: number) =>
    Float64Array.from(values, (value, i) => value + of * Math.sin(i));
  const loss = (step: number) => {
    const moved = Object.fromEntries(Object.entries(values).map(([name, w]) => [name, along(w, step)]));
    return twin(along(X, step), moved).reduce((sum, value, i) => sum + value * G[i], 0);
  };
  let slope = 0;
  for (const own of [dx, ...Object.values(gradients)]) own.forEach((value, i) => slope += value * Math.sin(i));
  assertClose(slope, (loss(1e-5) - loss(-1e-5)) / 2e-5, { rtol: 1e-5, atol: 0 });
});

Deno.test("qamaNear() for 1,024 tokens or more reads samples of any length as a block for that length does", () => {
  const lengths = Int32Array.of(130, 1, 3, 3, GATHERED_TOKENS + 6, GATHERED_TOKENS), D = 6, samples = lengths.length;
  const rows = lengths.reduce((sum, n) => sum + n, 0),
    shape = { samples, heads: 2, tokens: GATHERED_TOKENS + 6, width: 3 };
  const open: Open = (kernels, shape) =>
    qamaBlock(
      kernels,
      shape,
      qamaNear({ share: 0.02, queryBlocks: 5, grid: "square", logitScale: true, selector: 0.3 }),
    );
  const kernels = wasmKernels({ bytes: 2 ** 27 }), values = valuesOf(open, shape);
  const [X, G] = [normals(rows * D, 20), normals(rows * D, 21)], all = bindBlock(kernels, open, shape, values);
  const [y, dx] = [kernels.float32(rows * D), kernels.float32(rows * D)];
  all.block.forward(samples, place(kernels, X), y, 7, 100, lengths);
  all.block.backward(samples, place(kernels, G), dx);
  let row = 0;
  lengths.forEach((tokens, sample) => {
    const alone = bindBlock(kernels, open, { ...shape, samples: 1, tokens }, values);
    const part = (of: Float64Array | Floats) => of.subarray(row * D, (row + tokens) * D);
    const [own, slopes] = [kernels.float32(tokens * D), kernels.float32(tokens * D)];
    alone.block.forward(1, place(kernels, part(X)), own, 7, 100 + sample);
    alone.block.backward(1, place(kernels, part(G)), slopes);
    assertTensorClose(part(y), own, 5e-6);
    assertTensorClose(part(dx), slopes, 5e-6);
    row += tokens;
  });
});

Deno.test("qamaNear() keeps probabilities of fewer than 1,024 tokens, and none of more", () => {
  const taken = (tokens: number) => {
    const kernels = wasmKernels({ bytes: 2 ** 27 }), before = kernels.used;
    qamaBlock(kernels, { samples: 1, tokens, heads: 1, width: 4 }, qamaNear({ queryBlocks: 1 }));
    return kernels.used - before;
  };
  const kept = taken(GATHERED_TOKENS - 1) - 3 * 4 * GATHERED_TOKENS ** 2;
  assert(kept > 0 && kept < 2 ** 20, `${kept} bytes beside three numbers a pair of tokens`);
  assert(taken(GATHERED_TOKENS) < 2 ** 20, `${taken(GATHERED_TOKENS)} bytes`);
});

Deno.test("qamaNear() from 1,024 tokens on takes memory that grows with the tokens, not with their square", () => {
  const taken = (tokens: number) => {
    const kernels = wasmKernels({ bytes: 2 ** 27 }), before = kernels.used;
    qamaBlock(kernels, { samples: 1, tokens, heads: 4, width: 16 }, qamaNear({ share: 0.1 }));
    return kernels.used - before;
  };
  assert(taken(2048) < 2.05 * taken(1024), `${taken(2048)} bytes after ${taken(1024)}`);
  // queries and keys stand there once, not once a block of queries, which would be half a MiB times seven more
  assert(taken(1024) < 5 * 2 ** 20, `${taken(1024)} bytes`);
});

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
  // the first head and block of every run choose nothing
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
  const readout = new Readout(kernels, shape, new Neighbours(H, "square"), blocks);
  const all = { samples, tokens: N, first: 0, row: 0, padded: 0 };
  readout.forward(all, shape, layout, reads, y);
  readout.backward(all, shape, layout, reads, dy, { ...to, dfields }, through);
  // what stands between the rows' columns and their end is nobody's
  const columns = layout.fields + H, written: number[] = [];
  drows.forEach((value, i) => i % layout.stride < columns && written.push(value));
  return { ...to, y, drows: Float64Array.from(written), dfields: dfields ?? new Float64Array(0) };
}

// a tile is 64 queries: fewer, one more in a block, several; a square or not; more blocks than tokens
const CASES: Case[] = ([[3, 2, 7, 3], [2, 3, 36, 8], [1, 2, 65, 5], [1, 1, 400, 12]] as const).flatMap((sizes, at) => {
  const [samples, heads, tokens, width] = sizes, shape = { samples, heads, tokens, width };
  return [1, 3, 8].map((blocks) => ({
    ...{ shape, blocks, share: [0.1, 0.4, 1][(at + blocks) % 3], scaled: blocks > 1, through: blocks !== 3 },
  }));
});

for (const of of CASES) {
  const { samples, heads, tokens, width } = of.shape, sizes = [samples, heads, tokens, width].join(" x ");
  Deno.test(`the gathered readout with a neighbour gives what the listed one does, ${sizes}, ${of.blocks} blocks`, () => {
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

Deno.test("qamaNear() from 1,024 tokens on takes memory that grows with the tokens, not with their square", () => {
  const taken = (tokens: number) => {
    const kernels = wasmKernels({ bytes: 2 ** 27 }), before = kernels.used;
    qamaBlock(kernels, { samples: 1, tokens, heads: 4, width: 16 }, qamaNear({ share: 0.1 }));
    return kernels.used - before;
  };
  assert(taken(2048) < 2.05 * taken(1024), `${taken(2048)} bytes after ${taken(1024)}`);
  // softmax attention keeps 4 x 1,024^2 probabilities, 16 MiB
  assert(taken(1024) < 2 ** 24, `${taken(1024)} bytes`);
});

import { annealedSelection, selectedWeights } from "qama/attention";
import { SELECTED_BENCH_SCHEMA, type SelectedBench, type SelectedBenchRow } from "qama/experiments";
import {
  type Floats,
  gatheredScratch,
  type HeadShape,
  type Kernels,
  roundUp4,
  TiledSoftmax,
  wasmKernels,
} from "qama/kernels";
import { Rng } from "qama/random";
import { timeTogether } from "./_timing.ts";

const D = 64;
const TOKENS = [1024, 2048, 4096, 8192];
const HEADS = [1, 4];
const SHARES = [0.05, 0.1, 0.2];
const SWEEPS = 20;
/** Matrix products of a pass forward and backward: 2 and 4, and one more where the scores are computed again. */
const PRODUCTS = { kept: 6, softmax: 7, dense: 7, selected: 7 };

/** Times dense and selected softmax attention of one text, the same q, k and v, every method in turn. */
export function benchSelected(rounds: number, lengths: readonly number[] = TOKENS): SelectedBenchRow[] {
  return HEADS.flatMap((heads) => lengths.flatMap((tokens) => rowsOf(heads, tokens, rounds)));
}

function rowsOf(heads: number, tokens: number, rounds: number): SelectedBenchRow[] {
  const shape = { samples: 1, heads, tokens, width: D / heads };
  const kept = 4 * (heads * tokens * roundUp4(tokens) + tokens * roundUp4(tokens));
  const again = 4 * (heads * tokens + gatheredScratch(shape)), tiled = 4 * 128 * roundUp4(tokens);
  const bytes = { kept, softmax: tiled, dense: again, selected: again };
  const kernels = wasmKernels({ bytes: kept + again + tiled + 64 * tokens * D * 4 + 2 ** 20 });
  const shared = openShared(kernels, shape);
  const reads = [
    { method: "softmax", share: 1, run: softmaxPass(kernels, shape, shared) },
    { method: "kept", share: 1, run: keptPass(kernels, shape, shared) },
    ...[1, ...SHARES].map((share) => ({
      method: share === 1 ? "dense" as const : "selected" as const,
      share,
      run: selectedPass(kernels, shape, shared, share),
    })),
  ] as const;
  const solves = SHARES.map((share) => solvePass(kernels, shape, shared, share));
  const names = [...reads.map((_, i) => `read ${i}`), ...solves.map((_, i) => `solve ${i}`)];
  const tasks = [...reads.map(({ run }) => run), ...solves];
  const times = timeTogether(Object.fromEntries(names.map((name, i) => [name, tasks[i]])), rounds);
  return reads.map(({ method, share }, i) => {
    const { min, median } = times[`read ${i}`], keys = Math.round(share * tokens);
    const products = PRODUCTS[method];
    return {
      ...{ method, tokens, heads, share, readMs: min, speedUp: times["read 0"].median / median },
      solveMs: method === "selected" ? times[`solve ${SHARES.indexOf(share)}`].min : 0,
      gigaflop: products * 2 * tokens * keys * D / 1e9,
      megaexp: (products - 5) * tokens * keys * heads / 1e6,
      bytes: bytes[method],
    };
  });
}

type Shared = ReturnType<typeof openShared>;

/** q, k, v and fields of a text, and the gradient of its output. */
function openShared(kernels: Kernels, { heads, tokens, width }: HeadShape) {
  const layout = { stride: 3 * D + heads, keys: D, values: 2 * D, fields: 3 * D };
  const room = (length: number) => kernels.float32(length);
  const rows = normals(room(tokens * layout.stride), 1), qkv = room(tokens * 3 * D);
  for (let i = 0; i < tokens; i++) qkv.set(rows.subarray(i * layout.stride, i * layout.stride + 3 * D), i * 3 * D);
  const packed = room(heads * tokens * 2 * roundUp4(width)), fields = room(heads * tokens);
  kernels.packHeads({ samples: 1, heads, tokens, width }, layout, rows, null, packed, fields);
  const [y, drows, bias] = [room(tokens * D), room(rows.length), room(heads * tokens)];
  return { layout, rows, qkv, packed, fields, y, drows, bias, dy: normals(room(tokens * D), 2) };
}

function softmaxPass(kernels: Kernels, shape: HeadShape, { qkv, y, dy, drows }: Shared): () => void {
  const tiled = new TiledSoftmax(kernels, shape.tokens);
  return () => {
    tiled.forward(shape, qkv, y);
    tiled.backward(shape, qkv, dy, drows);
  };
}

function keptPass(kernels: Kernels, shape: HeadShape, { qkv, y, dy, drows }: Shared): () => void {
  const { heads, tokens } = shape;
  const p = kernels.float32(heads * tokens * roundUp4(tokens)), scratch = kernels.float32(tokens * roundUp4(tokens));
  return () => {
    kernels.softmaxAttention(shape, qkv, p, y);
    kernels.softmaxAttentionBackward(shape, qkv, p, dy, scratch, drows);
  };
}

function selectedPass(kernels: Kernels, shape: HeadShape, shared: Shared, share: number): () => void {
  const { layout, rows, packed, fields, bias, y, dy, drows } = shared, { heads, tokens } = shape;
  const chosen = kernels.uint8(heads * tokens), scratch = kernels.float32(gatheredScratch(shape));
  const order = new Int32Array(tokens).map((_, i) => i);
  for (let t = 0; t < heads; t++) {
    new Rng(3, t).shuffle(order);
    for (const token of order.subarray(0, Math.round(share * tokens))) chosen[t * tokens + token] = 1;
  }
  return () => {
    kernels.gatheredSoftmax(shape, layout, rows, packed, fields, chosen, bias, y, scratch);
    kernels.gatheredSoftmaxBackward(
      ...[shape, layout, rows, packed, chosen, bias, dy, drows, null, true, scratch] as const,
    );
  };
}

function solvePass(kernels: Kernels, shape: HeadShape, { packed, fields }: Shared, share: number): () => void {
  const { heads, tokens, width } = shape;
  const chosen = kernels.uint8(heads * tokens), weights = selectedWeights({ k: Math.round(share * tokens) });
  const sizes = { samples: 1, heads, tokens, width };
  const solver = annealedSelection({ form: "factored" });
  const solve = solver.open(kernels, sizes, weights, { packed, fields, chosen }, { sweeps: SWEEPS });
  return () => solve(1, 1, 0);
}

function normals(values: Floats, stream: number): Floats {
  const rng = new Rng(5, stream);
  for (let i = 0; i < values.length; i++) values[i] = rng.normal();
  return values;
}

/** The record of a bench. */
export function selectedRecord(
  rows: readonly SelectedBenchRow[],
  about: Pick<SelectedBench, "machine" | "code" | "startedAt" | "rounds">,
): SelectedBench {
  return { schema: SELECTED_BENCH_SCHEMA, ...about, width: D, sweeps: SWEEPS, rows };
}

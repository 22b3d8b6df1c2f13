import { type Kernels, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { covariance } from "../layers/covariance_estimator.ts";
import { flipSlopes } from "../layers/flip_slopes.ts";
import { straightThrough } from "../layers/straight_through.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { assertEquals } from "@std/assert";
import {
  type AttentionBlock,
  bigbirdBlock,
  type BlockShape,
  boltzmannBlock,
  fixedSelection,
  linformerBlock,
  longformerBlock,
  performerBlock,
  qamaBlock,
  qamaNear,
  qamaSelected,
  qamaV2,
  reformerBlock,
  sizeOf,
  softmaxBlock,
  uniformBlock,
} from "./mod.ts";

const N = 6, HEADS = 2, WIDTH = 3, D = HEADS * WIDTH;
const LENGTHS = Int32Array.of(4, 1, 3, 3, 6);
const ROWS = LENGTHS.reduce((sum, n) => sum + n, 0);

const blocks: Record<string, (kernels: Kernels, shape: BlockShape) => AttentionBlock> = {
  mha: softmaxBlock,
  uniform: uniformBlock,
  qamaV2: (kernels, shape) => qamaBlock(kernels, shape, qamaV2()),
  qamaSelected: (kernels, shape) => qamaBlock(kernels, shape, qamaSelected({ k: 2 })),
  qamaNear: (kernels, shape) => qamaBlock(kernels, shape, qamaNear({ share: 0.4, queryBlocks: 2 })),
  "qamaNear, a scale, a selector and a schedule": (kernels, shape) => {
    const schedule = { share: 0.9, lambda: 1, until: 0.5 };
    const changes = { logitScale: true, selector: 0.3, schedule };
    const block = qamaBlock(kernels, shape, qamaNear({ share: 0.4, queryBlocks: 2, ...changes }));
    block.setProgress?.(0.2);
    return block;
  },
  "qamaNear by its covariance": (kernels, shape) => {
    const estimator = covariance({ reads: 2, sweeps: 3 });
    return qamaBlock(kernels, shape, qamaNear({ share: 0.4, queryBlocks: 2, estimator }));
  },
  // flips: derivatives are in the thousands where little is read, and so are the roundings of float32
  "qamaSelected straight through": (kernels, shape) =>
    qamaBlock(kernels, shape, qamaSelected({ k: 2, estimator: flipSlopes(straightThrough()) })),
  longformer: (kernels, shape) => longformerBlock(kernels, shape, { window: 2, globalTokens: 1 }),
  bigbird: (kernels, shape) => bigbirdBlock(kernels, shape, { blockSize: 1, windowBlocks: 1, randomBlocks: 1 }),
  linformer: (kernels, shape) => linformerBlock(kernels, shape, { projected: 3 }),
  performer: (kernels, shape) => performerBlock(kernels, shape, { features: 5 }),
  reformer: (kernels, shape) => reformerBlock(kernels, shape, { rounds: 2, chunk: 2 }),
  boltzmann: (kernels, shape) => boltzmannBlock(kernels, shape, { reach: 2, exactTokens: 3 }),
  "qamaV2, any solver": (kernels, shape) =>
    qamaBlock(kernels, shape, qamaV2({ solver: fixedSelection({ density: 0.5, seed: 3 }) })),
};

/** Rows of the parameters that have a column a token. */
const PER_TOKEN: Record<string, number> = { p: HEADS, E: 3, F: 3 };

/** Normal weights, of which a block for fewer tokens takes the first columns of what has one a token. */
function open(kernels: Kernels, make: typeof blocks[string], samples: number, tokens: number) {
  const block = make(kernels, { samples, tokens, heads: HEADS, width: WIDTH });
  const weights = block.parameters.map(({ name, shape }, i) => {
    const values = kernels.float32(sizeOf(shape));
    const rng = new Rng(9, i);
    const all = Float32Array.from(
      { length: name in PER_TOKEN ? PER_TOKEN[name] * N : values.length },
      () => rng.normal(),
    );
    if (!(name in PER_TOKEN)) values.set(all);
    else for (let t = 0; t < PER_TOKEN[name]; t++) values.set(all.subarray(t * N, t * N + tokens), t * tokens);
    return values;
  });
  const gradients = block.parameters.map(({ shape }) => kernels.float32(sizeOf(shape)));
  block.bind(weights, gradients);
  block.refresh();
  return { block, gradients };
}

function draw(kernels: Kernels, stream: number) {
  const rng = new Rng(4, stream);
  const values = kernels.float32(ROWS * D);
  for (let i = 0; i < values.length; i++) values[i] = rng.normal();
  return values;
}

for (const kind of [typescriptKernels, wasmKernels]) {
  for (const [name, make] of Object.entries(blocks)) {
    Deno.test(`${name}, ${kind().name}: samples of several lengths in one call are what each is alone`, () => {
      const kernels = kind();
      const { block, gradients } = open(kernels, make, LENGTHS.length, N);
      const x = draw(kernels, 0), dy = draw(kernels, 1);
      const [y, dx] = [kernels.float32(ROWS * D), kernels.float32(ROWS * D)];
      block.forward(LENGTHS.length, x, y, 7, 100, LENGTHS);
      block.backward(LENGTHS.length, dy, dx);
      block.collect();
      const sums = gradients.map((gradient) => new Float64Array(gradient.length));
      let row = 0;
      LENGTHS.forEach((tokens, s) => {
        const alone = open(kernels, make, 1, tokens);
        const part = (array: Float32Array) => {
          const copy = kernels.float32(tokens * D);
          copy.set(array.subarray(row * D, (row + tokens) * D));
          return copy;
        };
        const [ySample, dxSample] = [kernels.float32(tokens * D), kernels.float32(tokens * D)];
        alone.block.forward(1, part(x), ySample, 7, 100 + s);
        alone.block.backward(1, part(dy), dxSample);
        alone.block.collect();
        assertClose(part(y), ySample, { rtol: 0, atol: 1e-6 });
        assertClose(part(dx), dxSample, { rtol: 0, atol: 1e-5 });
        if (block.chosen) {
          const heads = HEADS * (block.selections ?? 1), [from, to] = [row * heads, (row + tokens) * heads];
          assertEquals(block.chosen.slice(from, to), alone.block.chosen?.slice(0, tokens * heads));
        }
        block.parameters.forEach(({ name }, i) => {
          alone.gradients[i].forEach((g, j) => {
            sums[i][name in PER_TOKEN ? Math.floor(j / tokens) * N + j % tokens : j] += g;
          });
        });
        row += tokens;
      });
      sums.forEach((sum, i) => assertClose(gradients[i], sum, { rtol: 1e-5, atol: 1e-4 }));
    });
  }
}

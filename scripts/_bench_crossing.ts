import { annealedSelection, type AttentionBlock, type BlockShape, qamaBlock } from "qama/attention";
import { qamaSelected, qamaV2, sizeOf, softmaxBlock } from "qama/attention";
import type { CodeVersion, MachineDescription } from "qama/experiments";
import { type Floats, type Kernels, wasmKernels } from "qama/kernels";
import { Rng } from "qama/random";
import { timeTogether } from "./_timing.ts";

/** Texts of a step, and the width of the residual stream: the paper's text model. */
const BATCH = 24, D = 64;
const TOKENS = [128, 256, 512, 1024, 2048, 4096];
const HEADS = [1, 8];
/** Tokens that are run at a time: texts are alike, so that a step of long ones is timed by fewer of them. */
const TIMED_TOKENS = 8192;
const ARENA_BYTES = 2 ** 30;
const PAGE = 4096;

/** What attention costs at one length. */
export interface LengthRow {
  /** The block, and the form of the annealer's couplings. */
  readonly method: "softmax" | "qamaV2 dense" | "qamaV2 factored" | "qamaSelected";
  /** N. */
  readonly tokens: number;
  /** H; their width together is 64. */
  readonly heads: number;
  /** Forward, solve and backward of 24 texts, one after the other, one thread: the smallest of the rounds, ms. */
  readonly stepMs: number;
  /** What the block takes of its arena for one text at a time, weights and input left out. */
  readonly bytes: number;
  /** The part of it, in pages of 4 KiB, that held anything after the steps. */
  readonly touchedBytes: number;
}

/** The record in `results/bench/length.json`. */
export interface LengthRecord {
  readonly schema: 1;
  readonly machine: MachineDescription;
  readonly code: CodeVersion;
  readonly startedAt: string;
  readonly batch: number;
  readonly width: number;
  readonly sweeps: number;
  readonly rounds: number;
  readonly rows: readonly LengthRow[];
}

const METHODS: Readonly<Record<LengthRow["method"], (kernels: Kernels, shape: BlockShape) => AttentionBlock>> = {
  softmax: softmaxBlock,
  "qamaV2 dense": (kernels, shape) =>
    qamaBlock(kernels, shape, qamaV2({ solver: annealedSelection({ form: "dense" }), sweeps: 20 })),
  "qamaV2 factored": (kernels, shape) =>
    qamaBlock(kernels, shape, qamaV2({ solver: annealedSelection({ form: "factored" }), sweeps: 20 })),
  qamaSelected: (kernels, shape) => qamaBlock(kernels, shape, qamaSelected({ sweeps: 20 })),
};
const NAMES = Object.keys(METHODS) as LengthRow["method"][];

/** Times one attention block, forward, solve and backward, at 128 to 4,096 tokens, every method in turn. */
export function benchCrossing(rounds: number, lengths: readonly number[] = TOKENS): LengthRow[] {
  return HEADS.flatMap((heads) => lengths.flatMap((tokens) => rowsOf(heads, tokens, rounds)));
}

function rowsOf(heads: number, tokens: number, rounds: number): LengthRow[] {
  const texts = Math.max(2, Math.min(BATCH, Math.floor(TIMED_TOKENS / tokens)));
  const inputs = Array.from({ length: texts }, (_, s) => normals(new Float32Array(tokens * D), 2 + s));
  const steps = NAMES.map((name) => new Step(METHODS[name], { samples: 1, tokens, heads, width: D / heads }));
  const tasks = NAMES.map((name, m) => [name, () => steps[m].run(inputs)]);
  const times = timeTogether(Object.fromEntries(tasks) as Record<LengthRow["method"], () => void>, rounds);
  return NAMES.map((method, m) => {
    const stepMs = times[method].min * BATCH / texts;
    return { method, tokens, heads, stepMs, bytes: steps[m].bytes, touchedBytes: steps[m].touched() };
  });
}

/** A block with starting weights, on an arena of its own. */
class Step {
  readonly bytes: number;
  readonly #block: AttentionBlock;
  readonly #memory: ArrayBuffer;
  readonly #from: number;
  readonly #x: Floats;
  readonly #y: Floats;
  readonly #dy: Floats;

  constructor(open: (kernels: Kernels, shape: BlockShape) => AttentionBlock, shape: BlockShape) {
    const kernels = wasmKernels({ bytes: ARENA_BYTES });
    const [x, y, dy] = [0, 1, 2].map(() => kernels.float32(shape.tokens * D));
    this.#from = kernels.uint8(0).byteOffset;
    const before = kernels.used;
    this.#block = open(kernels, shape);
    this.bytes = kernels.used - before;
    const arrays = () => this.#block.parameters.map(({ shape }) => kernels.float32(sizeOf(shape)));
    const weights = arrays();
    this.#block.parameters.forEach(({ initial }, i) => draw(weights[i], initial, i));
    this.#block.bind(weights, arrays());
    [this.#x, this.#y, this.#dy, this.#memory] = [x, y, normals(dy, 1), x.buffer];
  }

  /** A step of these texts, but for Adam's part, which does not depend on their length. */
  run(inputs: readonly Float32Array[]): void {
    this.#block.refresh();
    inputs.forEach((input, s) => {
      this.#x.set(input);
      this.#y.set(input);
      this.#block.forward(1, this.#x, this.#y, 1, s);
      this.#block.backward(1, this.#dy, this.#y);
    });
    this.#block.collect();
  }

  /** Bytes of the pages of the block's part of the arena that are not all zero: no other can have been written to use. */
  touched(): number {
    const words = new Uint32Array(this.#memory, this.#from, this.bytes >> 2);
    let pages = 0;
    for (let from = 0; from < words.length; from += PAGE >> 2) {
      if (words.subarray(from, from + (PAGE >> 2)).some((word) => word !== 0)) pages++;
    }
    return pages * PAGE;
  }
}

function normals<A extends Float32Array>(values: A, stream: number): A {
  const rng = new Rng(5, stream);
  for (let i = 0; i < values.length; i++) values[i] = rng.normal();
  return values;
}

function draw(values: Floats, initial: AttentionBlock["parameters"][number]["initial"], stream: number): void {
  const rng = new Rng(1, stream);
  for (let i = 0; i < values.length; i++) {
    values[i] = "constant" in initial
      ? initial.constant
      : "uniform" in initial
      ? initial.uniform * (2 * rng.uniform() - 1)
      : initial.normal * rng.normal();
  }
}

/** The record of a bench. */
export function lengthRecord(
  rows: readonly LengthRow[],
  about: Pick<LengthRecord, "machine" | "code" | "startedAt" | "rounds">,
): LengthRecord {
  return { schema: 1, ...about, batch: BATCH, width: D, sweeps: 20, rows };
}

import { type AttentionBlock, type BlockShape, type ParameterSpec, sizeOf } from "../attention/mod.ts";
import { type Floats, type Kernels, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import type { Replay } from "./_replay.ts";

/** Samples that stay in the processor's cache together. */
const SAMPLES = 8;
/** What an arena adds to an array at most, for its lanes and its alignment. */
const PADDING = 128;

/** Opens the block that a layer is made of. */
export type OpenBlock = (kernels: Kernels, shape: BlockShape, replay: Replay) => AttentionBlock;

/** A forward pass: enough to do it again. */
export interface Run {
  readonly id: number;
  readonly samples: number;
  readonly seed: number;
  /** Whether what keeps averages takes the statistics of the part, or the kept ones. */
  readonly training: boolean;
  /** x, `[S, H, N]`; null where nothing is selected. */
  readonly chosen: Uint8Array | null;
}

/** A block, and the part of a run that it can go back through. */
interface Slot {
  readonly block: AttentionBlock;
  run: number;
  part: number;
}

/** Everything of a layer that lives in an arena. */
interface Arena {
  readonly slots: readonly Slot[];
  readonly weights: readonly Floats[];
  readonly gradients: readonly Floats[];
  readonly x: Floats;
  readonly y: Floats;
}

/**
 * Runs batches of any size through blocks for a few samples each, forward and backward.
 *
 * Part p of a run goes through slot p mod K. A slot that still holds the part goes back through it; one that went on to
 * another run, or to a later part for want of memory, first does the forward pass again, with the selection it had. The
 * gradients are the same bits either way, since parts are added in a fixed order.
 *
 * Batch norms take the statistics of a part. So a block that keeps averages has parts of eight samples whatever the memory:
 * less memory must not change its numbers.
 */
export class FusedRuns {
  /** What is trained. */
  readonly parameters: readonly ParameterSpec[];
  readonly #open: OpenBlock;
  readonly #shape: BlockShape;
  readonly #blockBytes: number;
  readonly #memoryBytes: number;
  readonly #replay: Replay = { chosen: null };
  #arena: Arena | undefined;
  #runs = 0;

  constructor(open: OpenBlock, shape: Omit<BlockShape, "samples">, memoryBytes: number) {
    this.#open = open;
    this.#memoryBytes = memoryBytes;
    for (let samples = SAMPLES;; samples = samples >> 1) {
      const { block, bytes } = measure(open, { ...shape, samples });
      const fixed = block.parameters.some(({ running }) => running);
      if (bytes > memoryBytes && samples > 1 && !fixed) continue;
      this.parameters = block.parameters;
      this.#shape = { ...shape, samples };
      this.#blockBytes = bytes;
      break;
    }
  }

  /** `y = attention(x)`, fresh; sample s solves with stream s of `seed`. */
  forward(
    x: Float32Array,
    weights: readonly Float32Array[],
    { seed, training }: Pick<Run, "seed" | "training">,
  ): { y: Float32Array; run: Run } {
    const { heads, tokens, width } = this.#shape;
    const row = tokens * heads * width;
    const samples = x.length / row;
    const arena = this.#load(samples, weights);
    const y = new Float32Array(x.length);
    const { chosen: kept, selections = 1 } = arena.slots[0].block, places = heads * selections * tokens;
    const chosen = kept === null ? null : new Uint8Array(samples * places);
    const run = { id: ++this.#runs, samples, seed, training, chosen };
    for (let part = 0; part * this.#shape.samples < samples; part++) {
      const [first, count] = this.#part(run, part);
      const { block } = this.#forwardPart(arena, run, part, x);
      y.set(arena.y.subarray(0, count * row), first * row);
      if (block.chosen) chosen?.set(block.chosen.subarray(0, count * places), first * places);
    }
    return { y, run };
  }

  /**
   * Gradients of x and of the weights of a run, fresh; `x` is asked for only if a part has to be done again.
   *
   * In the place of the gradients of kept averages: what the parts saw, times their samples.
   */
  backward(
    run: Run,
    x: () => Float32Array,
    weights: readonly Float32Array[],
    dy: Float32Array,
  ): { dx: Float32Array; gradients: Float32Array[] } {
    const { heads, tokens, width, samples } = this.#shape;
    const row = tokens * heads * width;
    const arena = this.#load(run.samples, weights);
    const dx = new Float32Array(dy.length);
    for (const gradient of arena.gradients) gradient.fill(0);
    // the last parts are the ones that slots still hold
    for (let part = Math.ceil(run.samples / samples) - 1; part >= 0; part--) {
      const [first, count] = this.#part(run, part);
      let slot = arena.slots[part % arena.slots.length];
      if (slot.run !== run.id || slot.part !== part) slot = this.#repeatPart(arena, run, part, x());
      arena.y.set(dy.subarray(first * row, (first + count) * row));
      arena.x.fill(0);
      slot.block.backward(count, arena.y, arena.x);
      slot.block.collect();
      dx.set(arena.x.subarray(0, count * row), first * row);
    }
    return { dx, gradients: arena.gradients.map((gradient) => gradient.slice()) };
  }

  #part({ samples }: Run, part: number): [first: number, count: number] {
    const first = part * this.#shape.samples;
    return [first, Math.min(this.#shape.samples, samples - first)];
  }

  #forwardPart(arena: Arena, run: Run, part: number, x: Float32Array): Slot {
    const { heads, tokens, width } = this.#shape;
    const row = tokens * heads * width;
    const [first, count] = this.#part(run, part);
    const slot = arena.slots[part % arena.slots.length];
    slot.run = 0;
    arena.x.set(x.subarray(first * row, (first + count) * row));
    arena.y.fill(0);
    slot.block.refresh();
    slot.block.setTraining?.(run.training);
    slot.block.forward(count, arena.x, arena.y, run.seed, first);
    [slot.run, slot.part] = [run.id, part];
    return slot;
  }

  #repeatPart(arena: Arena, run: Run, part: number, x: Float32Array): Slot {
    const [first, count] = this.#part(run, part);
    const places = (run.chosen?.length ?? 0) / run.samples;
    this.#replay.chosen = run.chosen?.subarray(first * places, (first + count) * places) ?? null;
    try {
      return this.#forwardPart(arena, run, part, x);
    } finally {
      this.#replay.chosen = null;
    }
  }

  /** The arena, with room for the batch as far as memory allows, and the weights in it. */
  #load(samples: number, weights: readonly Float32Array[]): Arena {
    const wanted = Math.ceil(samples / this.#shape.samples);
    const slots = Math.max(1, Math.min(wanted, Math.floor(this.#memoryBytes / this.#blockBytes)));
    if (this.#arena === undefined || this.#arena.slots.length < slots) this.#arena = this.#openArena(slots);
    const arena = this.#arena;
    weights.forEach((values, i) => arena.weights[i].set(values));
    return arena;
  }

  #openArena(count: number): Arena {
    const { heads, tokens, width, samples } = this.#shape;
    const sizes = this.parameters.map(({ shape }) => sizeOf(shape));
    const floats = samples * tokens * heads * width;
    const own = sizes.reduce((sum, size) => sum + 2 * (4 * size + PADDING), 2 * (4 * floats + PADDING));
    const kernels = wasmKernels({ bytes: count * this.#blockBytes + own });
    const weights = sizes.map((size) => kernels.float32(size));
    const gradients = sizes.map((size) => kernels.float32(size));
    const slots = Array.from({ length: count }, () => {
      const block = this.#open(kernels, this.#shape, this.#replay);
      block.bind(weights, gradients);
      return { block, run: 0, part: 0 };
    });
    return { slots, weights, gradients, x: kernels.float32(floats), y: kernels.float32(floats) };
  }
}

/** Opens a block once, to see what it trains and how much memory it takes. */
function measure(open: OpenBlock, shape: BlockShape): { block: AttentionBlock; bytes: number } {
  const plain = typescriptKernels();
  let bytes = 0;
  const counted = <T extends ArrayBufferView>(array: T): T => {
    bytes += array.byteLength + PADDING;
    return array;
  };
  const kernels: Kernels = {
    ...plain,
    float32: (length) => counted(plain.float32(length)),
    float64: (length) => counted(plain.float64(length)),
    uint32: (length) => counted(plain.uint32(length)),
    uint8: (length) => counted(plain.uint8(length)),
  };
  return { block: open(kernels, shape, { chosen: null }), bytes };
}

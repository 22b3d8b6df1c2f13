import { type Floats, type Kernels, type KeyLists, roundUp4 } from "../kernels/mod.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { FusedRows } from "./_fused_rows.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/** Which keys each query reads, whatever the tokens are. */
export interface KeyPattern {
  /** True: every head has lists of its own. */
  readonly perHead: boolean;
  /** Lists `[N]` of the keys of every query of a head, in order, none empty. */
  keys(tokens: number, head: number): readonly (readonly number[])[];
  /** The most that the lengths of a head's lists, each rounded up to four, sum up to for any number of tokens up to this. */
  places(tokens: number): number;
}

/** Softmax attention over fixed lists of keys. */
export class ListedBlock implements AttentionBlock {
  readonly name: string;
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #pattern: KeyPattern;
  readonly #fused: FusedRows;
  readonly #lists: KeyLists;
  readonly #p: Floats;
  readonly #scratch: Floats;
  /** What the lists are for, and the places of a sample's heads. */
  #listed = { tokens: 0, places: 0 };
  #runs: SampleRun[] = [];

  constructor(name: string, kernels: Kernels, shape: BlockShape, pattern: KeyPattern) {
    checkBlockShape(shape);
    const { samples, tokens, heads, width } = shape;
    const places = pattern.places(tokens), sets = pattern.perHead ? heads : 1;
    this.name = name;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#pattern = pattern;
    this.#fused = new FusedRows(kernels, shape, "Wqkv");
    this.parameters = this.#fused.parameters;
    this.#lists = {
      keys: kernels.uint32(sets * places),
      starts: kernels.uint32(sets * (tokens + 1)),
      counts: kernels.uint32(sets * tokens),
      perSample: 0,
      perHead: pattern.perHead ? 1 : 0,
    };
    this.#p = kernels.float32(samples * heads * places);
    this.#scratch = kernels.float32(7 * tokens * roundUp4(width) + 2 * roundUp4(tokens));
    this.#list(tokens);
  }

  /** Writes the lists for samples of this length; returns the places of a sample. */
  #list(tokens: number): number {
    if (this.#listed.tokens === tokens) return this.#listed.places;
    const { keys, starts, counts } = this.#lists;
    const { heads } = this.#shape, sets = this.#pattern.perHead ? heads : 1;
    let at = 0;
    for (let head = 0; head < sets; head++) {
      this.#pattern.keys(tokens, head).forEach((list, i) => {
        starts[head * (tokens + 1) + i] = at;
        counts[head * tokens + i] = list.length;
        for (let e = 0; e < roundUp4(list.length); e++) keys[at++] = list[e] ?? 0;
      });
      starts[head * (tokens + 1) + tokens] = at;
    }
    const places = at * heads / sets;
    this.#listed = { tokens, places };
    return places;
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    this.#fused.bind(weights, gradients);
  }

  refresh(): void {
    this.#fused.refresh();
  }

  forward(samples: number, x: Floats, y: Floats, _seed: number, _firstStream: number, lengths?: Int32Array): void {
    const { rows, stride, width: D } = this.#fused;
    const layout = { stride, keys: D, values: 2 * D };
    this.#runs = sampleRuns(samples, this.#shape.tokens, lengths, () => 0);
    this.#fused.forward(rowsOf(samples, this.#shape.tokens, lengths), x);
    let places = 0;
    for (const run of this.#runs) {
      const taken = run.samples * this.#list(run.tokens);
      const [from, to] = [rows.subarray(run.row * stride), y.subarray(run.row * D)];
      const p = this.#p.subarray(places, places + taken);
      const shape = { ...this.#shape, ...run };
      this.#kernels.listedAttention(shape, layout, false, this.#lists, from, p, to, this.#scratch);
      places += taken;
    }
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { rows, drows, stride, width: D } = this.#fused;
    const layout = { stride, keys: D, values: 2 * D };
    let places = 0;
    for (const run of this.#runs) {
      const taken = run.samples * this.#list(run.tokens);
      const [from, g] = [rows.subarray(run.row * stride), dy.subarray(run.row * D)];
      const p = this.#p.subarray(places, places + taken), to = drows.subarray(run.row * stride);
      const shape = { ...this.#shape, ...run };
      this.#kernels.listedAttentionBackward(shape, layout, false, this.#lists, from, p, g, this.#scratch, to);
      places += taken;
    }
    this.#fused.backward(dx);
  }

  collect(): void {
    this.#fused.collect();
  }
}

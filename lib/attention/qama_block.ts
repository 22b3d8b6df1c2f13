import type { Bytes, Floats, Kernels, RowLayout } from "../kernels/mod.ts";
import { GATHERED_TOKENS, gatheredScratch, roundUp4 } from "../kernels/mod.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { qamaParameters } from "./_qama_parameters.ts";
import { openSolver } from "./_open_solver.ts";
import { FoldedFields } from "./_folded_fields.ts";
import { GateSlopes } from "./_gate_slopes.ts";
import { GatheredNear } from "./_gathered_near.ts";
import { gatherBlocks, type NearReadout, NearSoftmax, Neighbours, spreadBlocks } from "./_near_softmax.ts";
import { PositionalField } from "./_positional_field.ts";
import { QuerySplit, selectorColumns } from "./_query_split.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import { Projection, type Segment } from "./projection.ts";
import type { PackedSolve } from "./annealed_selection.ts";
import { type AttentionBlock, type BlockShape, type ParameterSpec, sizeOf } from "./block.ts";
import { checkQamaOptions, type QamaOptions } from "./qama_options.ts";
import type { AttentionProblem, EnergyWeights } from "./types.ts";
import { take } from "./_take.ts";
import { addToRows, slopesOf, throughSelection } from "./_through_selection.ts";
import { unpackHeads } from "./_unpack_heads.ts";

/**
 * Opens attention as energy minimisation as a fused block: norm, projection, annealing, readout, and all gradients.
 *
 * Gain and shift of the layer norms are folded into one projection, which makes q, k, v where they are read, and the
 * fields `h = c v . e` as H more columns of weights `c e Wv`. The selection is found by `options.solver`; how the gradient
 * passes it says `options.estimator`.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options the operator: `qamaV2()`, `qamaSelected()`, or any other combination
 * @returns a block; parameters `gainQ, shiftQ, gainK, shiftK, gainV, shiftV` or `gain, shift` `[D]`, `Wq, Wk, Wv` or `Wqkv`,
 *   `e` `[d]` or `[H, d]`, `p` `[H, N]` where there is a positional field, `r` `[H]` where neighbours are read, and `a` `[H]` where
 *   logits have a scale
 * @throws {RangeError} if a size is not an integer of 1 or more, a choice is none that there is, or the weights do not fit
 * @throws {TypeError} if an option is unknown, or solver, weights or estimator are not of their kind
 *
 * Cost O(N D^2 + sweeps G N D) a sample for G blocks of queries, and O(n N D) more for a softmax with n chosen keys a query; memory O(G N D),
 * and for a softmax opened for fewer than 1,024 tokens H N^2 floats a sample, 3 H N^2 with a neighbour.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2; the factored form and the folding are ours.
 *
 * @example Parameters of the published operator
 * ```ts
 * import { qamaBlock, qamaV2 } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = qamaBlock(typescriptKernels(), { samples: 1, tokens: 4, heads: 2, width: 4 }, qamaV2());
 * assertEquals(block.parameters.at(-1)?.shape, [4]);
 * ```
 */
export function qamaBlock(kernels: Kernels, shape: BlockShape, options: QamaOptions): AttentionBlock {
  checkBlockShape(shape);
  checkQamaOptions(options);
  return new QamaBlock(kernels, shape, options);
}

class QamaBlock implements AttentionBlock {
  readonly name: string;
  readonly chosen: Bytes;
  readonly parameters: readonly ParameterSpec[];
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #options: QamaOptions;
  readonly #layout: RowLayout;
  readonly #projection: Projection;
  readonly #solve: PackedSolve;
  readonly #rows: Floats;
  readonly #drows: Floats;
  readonly #packed: Floats;
  readonly #fields: Floats;
  /** Fields of every block of queries, `[S, H, G, N]`; where there is one block those of the heads. */
  readonly #solved: Floats;
  readonly selections: number;
  readonly #kept: Floats;
  /** True: the probabilities of a softmax readout are computed again on the way back, not kept. */
  readonly #gathers: boolean;
  readonly #scratch: Floats;
  readonly #folded: FoldedFields;
  readonly #positions: PositionalField | null;
  /** The readout with a neighbour, and the gradient of its biases. */
  readonly #near: NearReadout | null;
  readonly #neighbours: Neighbours;
  readonly #dr: Float64Array;
  /** What the gates of a softmax readout change; null where no gradient passes the selection. */
  readonly #gates: GateSlopes | null;
  /** Queries that read otherwise than they choose; null where they do not. */
  readonly #split: QuerySplit | null;
  /** Gradient of the fields of every block, where they are biases of the readout. */
  readonly #dsolved: Float64Array | null;
  readonly #energyWeights: Map<number, EnergyWeights> = new Map();
  #runs: SampleRun[] = [];
  /** Share of training that is done, for weights that change. */
  #progress = 1;
  /** Seed and stream of the last forward pass. */
  #call = { seed: 0, firstStream: 0 };
  #weights: Readonly<Record<string, Floats>> = {};
  #gradients: Readonly<Record<string, Floats>> = {};

  constructor(kernels: Kernels, shape: BlockShape, options: QamaOptions) {
    const { samples, tokens, heads, width } = shape;
    const D = heads * width;
    const reads = options.readout !== "energy";
    this.name = options.name;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#options = options;
    const fields = reads ? 3 * D : 2 * D;
    const stride = fields + heads;
    this.#layout = { stride, keys: D, values: reads ? 2 * D : -1, fields };
    this.#projection = new Projection(kernels, samples * tokens, D, stride);
    this.#rows = kernels.float32(samples * tokens * stride);
    this.#drows = kernels.float32(samples * tokens * stride);
    this.#packed = kernels.float32(samples * heads * tokens * 2 * roundUp4(width));
    this.#fields = kernels.float32(samples * heads * tokens);
    const G = this.selections = options.queryBlocks ?? 1, blocks = samples * heads * G;
    this.#solved = G === 1 ? this.#fields : kernels.float32(blocks * tokens);
    this.chosen = kernels.uint8(blocks * tokens);
    this.#gathers = reads && tokens >= GATHERED_TOKENS;
    this.#kept = kernels.float32(samples * heads * tokens * this.#keptOf(tokens));
    this.#neighbours = new Neighbours(heads, options.grid ?? "sequence");
    const Near = this.#gathers ? GatheredNear : NearSoftmax;
    this.#near = options.readout === "nearSoftmax" ? new Near(kernels, shape, this.#neighbours, G) : null;
    this.#dr = new Float64Array(this.#near ? heads : 0);
    this.#gates = reads && options.estimator.throughSelection
      ? new GateSlopes(kernels, shape, this.#layout, G, options.estimator.slopes === "flip")
      : null;
    const columns = selectorColumns(options.selector, width);
    this.#split = options.logitScale || columns > 0 ? new QuerySplit(shape, this.#layout, columns) : null;
    this.#dsolved = columns > 0 ? new Float64Array(blocks * tokens) : null;
    const readScratch = 4 * roundUp4(width) + tokens + (reads ? tokens * (4 * width + roundUp4(tokens)) : 0);
    const scratch = this.#gathers ? gatheredScratch(shape) : readScratch;
    // the readout with a neighbour has its own
    this.#scratch = kernels.float32(this.#near ? 0 : scratch);
    this.#folded = new FoldedFields(kernels, shape, options.direction);
    this.#positions = options.positionalField ? new PositionalField(kernels, shape) : null;
    const weights = options.weights(shape);
    this.#energyWeights.set(tokens, weights);
    const arrays = { packed: this.#packed, fields: this.#solved, chosen: this.chosen, copies: G };
    this.#solve = openSolver(options.solver, kernels, { ...shape, heads: heads * G }, weights, arrays, options.sweeps);
    this.parameters = qamaParameters(options, shape);
  }

  problem(samples: number): AttentionProblem {
    const tokens = this.#runs[0]?.tokens ?? this.#shape.tokens;
    const shape = { ...this.#shape, tokens, heads: this.#shape.heads * this.selections };
    const solved = { packed: this.#packed, fields: this.#solved, copies: this.selections };
    return unpackHeads(samples, shape, solved, this.#weightsAt(tokens));
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    const named = (arrays: readonly Floats[]) =>
      Object.fromEntries(this.parameters.map(({ name }, i) => [name, arrays[i]]));
    this.#weights = named(weights);
    this.#gradients = named(gradients);
    this.#projection.bind(this.#segments());
  }

  refresh(): void {
    this.#folded.refresh(this.#weights.e, this.#valueWeight(this.#weights));
    this.#positions?.gradient.fill(0);
    this.#dr.fill(0);
    this.#split?.refresh(this.#weights.a);
    this.#projection.refresh();
  }

  setProgress(progress: number): void {
    if (!this.#options.schedule || progress === this.#progress) return;
    this.#progress = progress;
    this.#energyWeights.clear();
  }

  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void {
    const { tokens } = this.#shape;
    this.#call = { seed, firstStream };
    this.#runs = sampleRuns(samples, tokens, lengths, (n) => n * this.#keptOf(n));
    this.#projection.forward(rowsOf(samples, tokens, lengths), x, this.#rows);
    for (const run of this.#runs) {
      const shape = { ...this.#shape, ...run };
      const { rows, packed, fields, chosen, kept, out } = this.#views(run, y);
      const positional = this.#positions?.of(run.tokens, this.#weights.p) ?? null;
      this.#kernels.packHeads(shape, this.#layout, rows, positional, packed, fields);
      this.#split?.part(shape, rows, packed);
      const solved = this.#solvedOf(run);
      if (this.selections > 1) spreadBlocks(shape, this.selections, { packed, fields }, solved);
      const alone = run.tokens === tokens && this.#runs.length === 1;
      if (alone && !this.#options.schedule) this.#solve(samples, seed, firstStream);
      else {
        const part = { tokens: run.tokens, weights: this.#weightsAt(run.tokens), packed, fields: solved, chosen };
        this.#solve(run.samples, seed, firstStream + run.first, part);
      }
      if (this.#near) {
        this.#near.forward(run, shape, this.#layout, this.#nearReads(run, y), out);
      } else if (this.#options.readout === "selectedSoftmax") {
        const readout = this.#gathers ? "gatheredSoftmax" : "selectedSoftmax";
        this.#kernels[readout](shape, this.#layout, rows, packed, fields, chosen, kept, out, this.#scratch);
      } else this.#kernels.energyReadout(shape, packed, fields, chosen, this.#weights.e, kept, out, this.#scratch);
    }
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const through = this.#options.estimator.throughEnergy || this.#gates !== null;
    let count = 0;
    for (const run of this.#runs) {
      const shape = { ...this.#shape, ...run };
      const { rows, drows, packed, chosen, kept, out } = this.#views(run, dy);
      const dp = this.#positions?.slopes(run.tokens) ?? null;
      const to = [dp, through, this.#scratch] as const;
      if (this.#options.readout === "energy") {
        const solved = [packed, chosen, this.#weights.e, kept] as const;
        this.#kernels.energyReadoutBackward(shape, this.#layout, ...solved, out, drows, this.#folded.de, ...to);
      } else if (this.#near) {
        const da = this.#split?.da, dfields = this.#dsolved ?? undefined;
        const into = { drows, dpositional: dp, dr: this.#dr, da, dfields };
        this.#near.backward(run, shape, this.#layout, this.#nearReads(run, dy), out, into, through);
        this.#split?.join(shape, rows, drows);
        if (dfields && through) this.#split?.throughFields(shape, this.selections, packed, dfields, drows);
      } else {
        const solved = [rows, packed, chosen, kept] as const;
        const readout = this.#gathers ? "gatheredSoftmaxBackward" : "selectedSoftmaxBackward";
        this.#kernels[readout](shape, this.#layout, ...solved, out, drows, ...to);
      }
      this.#throughSelection(run, out, drows, dp);
      this.#positions?.gather(run.tokens);
      count = run.row + run.samples * run.tokens;
    }
    this.#projection.backward(count, this.#drows, dx);
  }

  /** Adds what the estimator gives for the way through the selection. */
  #throughSelection(run: SampleRun, dy: Floats, drows: Floats, dp: Floats | null): void {
    const { solver, sweeps, estimator } = this.#options, G = this.selections;
    if (!estimator.throughSelection) return;
    const shape = { ...this.#shape, ...run };
    const { rows, packed, fields, chosen } = this.#views(run, dy);
    const solved = { ...shape, heads: shape.heads * G };
    const arrays = { packed, fields: this.#solvedOf(run), copies: G };
    const problem = unpackHeads(run.samples, solved, arrays, this.#weightsAt(run.tokens));
    const near = this.#near && { near: this.#neighbours.of(run.tokens), r: this.#weights.r };
    const slopes = this.#gates?.of(shape, { rows, packed, fields, chosen }, dy, near) ??
      slopesOf(shape, dy, this.#weights.e);
    const { seed, firstStream } = this.#call;
    const into = throughSelection(estimator.throughSelection, {
      ...{ problem, solver, sweeps, seed, firstStream: firstStream + run.first },
      ...{ chosen: chosen.slice(0, problem.fields.length), slopes, readout: this.#gates ? "linear" : "energy" },
    });
    addToRows(shape, this.#layout, G === 1 ? into : gatherBlocks(shape, G, packed, into), drows, dp);
  }

  /** What the readout with a neighbour reads of a run: where columns choose alone, the fields of every block, which train them. */
  #nearReads(run: SampleRun, stream: Floats) {
    const { rows, fields, chosen, kept } = this.#views(run, stream), byBlock = this.#dsolved !== null;
    return {
      ...{ rows, chosen, p: kept, r: this.#weights.r, scale: this.#split?.scale, byBlock },
      fields: byBlock ? this.#solvedOf(run) : fields,
    };
  }

  /** Numbers that a token of a head keeps for the way back. */
  #keptOf(tokens: number): number {
    return this.#options.readout !== "energy" && !this.#gathers ? roundUp4(tokens) : 1;
  }

  /** The arrays of a run, from its first sample on. */
  #views({ row, padded }: SampleRun, stream: Floats) {
    const { heads, width } = this.#shape, { stride } = this.#layout;
    return {
      rows: this.#rows.subarray(row * stride),
      drows: this.#drows.subarray(row * stride),
      packed: this.#packed.subarray(row * heads * 2 * roundUp4(width)),
      fields: this.#fields.subarray(row * heads),
      chosen: this.chosen.subarray(row * heads * this.selections),
      kept: this.#kept.subarray(padded * heads),
      out: stream.subarray(row * heads * width),
    };
  }

  /** The fields that are solved of a run, from its first sample on. */
  #solvedOf({ row }: SampleRun): Floats {
    return this.#solved.subarray(row * this.#shape.heads * this.selections);
  }

  #weightsAt(tokens: number): EnergyWeights {
    let weights = this.#energyWeights.get(tokens);
    if (!weights) {
      const shape = { ...this.#shape, tokens }, { schedule } = this.#options;
      weights = schedule ? schedule(shape, this.#progress) : this.#options.weights(shape);
      this.#energyWeights.set(tokens, weights);
    }
    return weights;
  }

  collect(): void {
    const w = this.#weights, g = this.#gradients;
    this.#projection.collect();
    this.#folded.collect(w.e, this.#valueWeight(w), g.e, this.#valueWeight(g));
    if (this.#positions) take(this.#positions.gradient, g.p);
    if (this.#near) take(this.#dr, g.r);
    if (this.#split && g.a) take(this.#split.da, g.a);
  }

  #segments(): Segment[] {
    const { heads, width } = this.#shape;
    const D = heads * width;
    const w = this.#weights, g = this.#gradients;
    const norm = (letter: string) => ({
      gain: w[`gain${letter}`],
      dgain: g[`gain${letter}`],
      shift: w[`shift${letter}`],
      dshift: g[`shift${letter}`],
    });
    const fields = { out: heads, weight: this.#folded.weight, dweight: this.#folded.dweight };
    if (this.#options.norms === "shared") {
      const values = this.#layout.values < 0 ? 2 : 3;
      return [{ out: values * D, weight: w.Wqkv, dweight: g.Wqkv, ...norm("") }, { ...fields, ...norm("") }];
    }
    const letters = this.#layout.values < 0 ? ["Q", "K"] : ["Q", "K", "V"];
    const rows = letters.map((letter) => {
      const name = `W${letter.toLowerCase()}`;
      return { out: D, weight: w[name], dweight: g[name], ...norm(letter) };
    });
    return [...rows, { ...fields, ...norm("V") }];
  }

  #valueWeight(arrays: Readonly<Record<string, Floats>>): Floats {
    const D = this.#shape.heads * this.#shape.width;
    return this.#options.norms === "shared" ? arrays.Wqkv.subarray(2 * D * D) : arrays.Wv;
  }
}

/**
 * Counts the trainable values of a block.
 *
 * @param block any attention block
 * @returns the sum of the sizes of its parameters, those that are kept averages left out
 *
 * Cost O(parameters' number).
 *
 * @example Softmax attention of width 8 has a norm and three projections
 * ```ts
 * import { parameterCount, softmaxBlock } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = softmaxBlock(typescriptKernels(), { samples: 1, tokens: 4, heads: 2, width: 4 });
 * assertEquals(parameterCount(block), 8 + 8 + 3 * 8 * 8);
 * ```
 */
export function parameterCount(block: AttentionBlock): number {
  return block.parameters.reduce((sum, { shape, running }) => running ? sum : sum + sizeOf(shape), 0);
}

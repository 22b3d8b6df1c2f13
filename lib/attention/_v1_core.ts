import { type Bytes, type Floats, type Kernels, roundUp4 } from "../kernels/mod.ts";
import type { PackedSoftSolve } from "./annealed_soft_selection.ts";
import { BatchNorm, type NormArrays, type NormPart } from "./_batch_norm.ts";
import { openSoftSolver } from "./_open_soft_solver.ts";
import { type SampleRun, sampleRuns } from "./_samples.ts";
import { addHeads, joinRows, readTokens, readTokensBackward, splitRows, takeHeads } from "./_soft_readout.ts";
import type { BlockShape } from "./block.ts";
import type { SoftEnergyWeights, SoftSolver } from "./soft_types.ts";

/** The batch norms of the operator: of the couplings, the fields and the output. */
export const NORMS = ["J", "H", "Out"] as const;
/** One of them. */
export type NormName = typeof NORMS[number];

/** Revision 1 from rows [q | k | v] to heads side by side, forward and backward: what `qamaV1Block` puts behind its norm. */
export class V1Core {
  readonly q: number;
  readonly chosen: Bytes;
  readonly bits: Bytes;
  readonly softWeights: Floats;
  readonly norms: Readonly<Record<NormName, BatchNorm>>;
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #weights: SoftEnergyWeights;
  readonly #solve: PackedSoftSolve;
  readonly #a: Readonly<Record<Room, Floats>>;
  #runs: SampleRun[] = [];
  training = true;

  constructor(
    kernels: Kernels,
    shape: BlockShape,
    { q, weights, solver, sweeps }: { q: number; weights: SoftEnergyWeights; solver: SoftSolver; sweeps?: number },
  ) {
    const { samples, tokens, heads } = shape;
    const places = samples * tokens * heads;
    this.q = q;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#weights = weights;
    this.chosen = kernels.uint8(places);
    this.bits = kernels.uint8(places * q);
    this.softWeights = kernels.float32(places);
    this.#a = openRooms(kernels, shape);
    this.norms = { J: new BatchNorm(heads, { offDiagonal: true }), H: new BatchNorm(heads), Out: new BatchNorm(heads) };
    this.#solve = openSoftSolver(solver, kernels, { samples, heads, tokens, bits: q, weights }, sweeps);
  }

  /** Rows [q | k | v], written by the caller before `forward`. */
  get rows(): Floats {
    return this.#a.rows;
  }

  /** Gradients of the rows after `backward`. */
  get drows(): Floats {
    return this.#a.drows;
  }

  /** Couplings and fields of the last forward pass, and their gradients after `backward`. */
  get hamiltonian(): Readonly<Record<"couplings" | "fields" | "dcouplings" | "dfields" | "energy", Floats>> {
    return this.#a;
  }

  bind(weights: (name: NormName) => NormArrays, gradients: (name: NormName) => NormArrays): void {
    for (const name of NORMS) this.norms[name].bind(weights(name), gradients(name));
  }

  refresh(): void {
    for (const name of NORMS) this.norms[name].refresh();
  }

  collect(): void {
    for (const name of NORMS) this.norms[name].collect();
  }

  forward(samples: number, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void {
    const { heads, tokens, width } = this.#shape, a = this.#a;
    this.#runs = sampleRuns(samples, tokens, lengths, (n) => n * roundUp4(n));
    for (const run of this.#runs) {
      const { rows, p, r, raw, entropies, ...arrays } = this.#views(run);
      splitRows(run, this.#shape, rows, p, r, arrays, entropies);
      const count = run.samples * heads;
      for (const array of [p, r]) this.#kernels.softmaxRows(count * run.tokens, width, roundUp4(width), array, 1);
      this.#kernels.divergences(count, run.tokens, width, p, r, raw);
    }
    this.norms.J.forward(a.raw, a.couplings, this.#parts("J"), this.training);
    this.norms.H.forward(a.entropies, a.fields, this.#parts("H"), this.training);
    for (const run of this.#runs) {
      const arrays = this.#views(run);
      this.#solve({ ...run, ...arrays, chosen: arrays.bits }, seed, firstStream + run.first);
      this.#weigh(run);
      readTokens(run, this.#shape, this.#weights, arrays);
    }
    this.norms.Out.forward(a.preNorm, a.out, this.#parts("Out"), this.training);
    for (const run of this.#runs) addHeads(run, this.#shape, this.#views(run).out, y.subarray(run.row * heads * width));
  }

  /** Writes `drows`; returns the number of rows. */
  backward(samples: number, dy: Floats): number {
    const { heads, width } = this.#shape, a = this.#a;
    for (const run of this.#runs) {
      takeHeads(run, this.#shape, dy.subarray(run.row * heads * width), this.#views(run).out);
    }
    this.norms.Out.backward(samples, a.preNorm, a.out, this.#parts("Out"));
    for (const run of this.#runs) {
      const arrays = this.#views(run);
      readTokensBackward(run, this.#shape, this.#weights, arrays, arrays.out, arrays.dcouplings, arrays.dfields);
    }
    this.norms.J.backward(samples, a.raw, a.dcouplings, this.#parts("J"));
    this.norms.H.backward(samples, a.entropies, a.dfields, this.#parts("H"));
    let count = 0;
    for (const run of this.#runs) {
      const { rows, drows, p, r, dp, dr, dcouplings, dfields, shares, out } = this.#views(run);
      const all = run.samples * heads, padded = roundUp4(width);
      this.#kernels.divergencesBackward(all, run.tokens, width, p, r, dcouplings, dp, dr);
      this.#kernels.softmaxRowsBackward(all * run.tokens, width, padded, p, dp, 1);
      this.#kernels.softmaxRowsBackward(all * run.tokens, width, padded, r, dr, 1);
      joinRows(run, this.#shape, rows, dp, dr, shares, out, dfields, drows);
      count = run.row + run.samples * run.tokens;
    }
    return count;
  }

  /** Weights of the bits, and which of them are above one half: those with the top bit. */
  #weigh({ samples, tokens, row }: SampleRun): void {
    const { heads } = this.#shape, q = this.q, bits = this.bits, top = 2 ** q - 1;
    for (let token = row * heads; token < (row + samples * tokens) * heads; token++) {
      let level = 0;
      for (let b = q - 1; b >= 0; b--) level = 2 * level + bits[token * q + b];
      this.softWeights[token] = level / top;
      this.chosen[token] = bits[token * q + q - 1];
    }
  }

  /** What a batch norm runs over, in the order of samples and heads. */
  #parts(name: NormName): NormPart[] {
    const { heads, width } = this.#shape;
    const parts: NormPart[] = [];
    for (const { samples, tokens, row, padded } of this.#runs) {
      const [from, rows, columns, stride] = name === "J"
        ? [padded * heads, tokens, tokens, roundUp4(tokens)]
        : name === "H"
        ? [row * heads, 1, tokens, tokens]
        : [row * heads * width, tokens, width, width];
      for (let h = 0; h < samples * heads; h++) {
        parts.push({ head: h % heads, from: from + h * rows * stride, rows, columns, stride });
      }
    }
    return parts;
  }

  /** The arrays of a run, from its first sample on. */
  #views({ row, padded }: SampleRun) {
    const { heads, width } = this.#shape, a = this.#a;
    const D = heads * width, pad = roundUp4(width);
    const from = (array: Floats, size: number) => array.subarray(row * size);
    return {
      ...{ rows: from(a.rows, 3 * D), drows: from(a.drows, 3 * D) },
      ...{
        p: from(a.p, heads * pad),
        r: from(a.r, heads * pad),
        dp: from(a.dp, heads * pad),
        dr: from(a.dr, heads * pad),
      },
      ...{ shares: from(a.shares, D), terms: from(a.terms, D), preNorm: from(a.preNorm, D), out: from(a.out, D) },
      raw: a.raw.subarray(padded * heads),
      couplings: a.couplings.subarray(padded * heads),
      dcouplings: a.dcouplings.subarray(padded * heads),
      ...{ entropies: from(a.entropies, heads), fields: from(a.fields, heads), dfields: from(a.dfields, heads) },
      ...{ energy: from(a.energy, heads), weights: from(this.softWeights, heads) },
      bits: this.bits.subarray(row * heads * this.q),
    };
  }
}

type Room = keyof ReturnType<typeof roomSizes>;

function roomSizes({ samples, tokens, heads, width }: BlockShape) {
  const places = samples * tokens * heads, row = 3 * heads * width;
  const values = places * width, padded = places * roundUp4(width), pairs = places * roundUp4(tokens);
  return {
    ...{ rows: samples * tokens * row, drows: samples * tokens * row },
    ...{ p: padded, r: padded, dp: padded, dr: padded },
    ...{ shares: values, terms: values, preNorm: values, out: values },
    ...{ raw: pairs, couplings: pairs, dcouplings: pairs },
    ...{ entropies: places, fields: places, dfields: places, energy: places },
  };
}

function openRooms(kernels: Kernels, shape: BlockShape): Record<Room, Floats> {
  const rooms = Object.entries(roomSizes(shape)).map(([name, length]) => [name, kernels.float32(length)]);
  return Object.fromEntries(rooms);
}

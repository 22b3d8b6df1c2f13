import {
  energies,
  fingerprint,
  isingFromQubo,
  type IsingModel,
  type Model,
  toSparse,
  version,
} from "../../model/mod.ts";
import type { Ending, SampleSet, Story } from "../../samplers/mod.ts";
import type { Precision } from "../types.ts";
import { chainStrengths } from "./chain_strength.ts";
import type { EmbeddedOptions } from "./embedded.ts";
import { embedModel } from "./embed_model.ts";
import type { Embedding } from "./types.ts";
import { unembed } from "./unembed.ts";

// what the coefficients of whole QUBOs are multiples of, and some more
const UNITS = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16];

/** A model on its chains, ready to be sampled, and the way back. */
export class EmbeddedCall {
  readonly #model: Model;
  readonly #embedding: Embedding;
  readonly #options: EmbeddedOptions;
  readonly #strengths: Float64Array;
  readonly #placement: "share" | "first";
  /** What the sampler inside is given. */
  readonly inside: IsingModel;

  constructor(model: Model, embedding: Embedding, options: EmbeddedOptions, precision: Precision | undefined) {
    this.#model = model;
    this.#embedding = embedding;
    this.#options = options;
    this.#placement = options.placement ?? (precision?.kind === "integer" ? "first" : "share");
    const chainStrength = wholeStrengths(model, chainStrengths(model, options.chainStrength), precision);
    const { model: inside, strengths } = embedModel(model, embedding, { chainStrength, placement: this.#placement });
    this.inside = inside;
    this.#strengths = strengths;
  }

  /** The lowest state that the sampler inside has so far, read off its chains. */
  glimpse(spins: Int8Array): { energy: number; state: Int8Array } | undefined {
    const { states, rows } = this.#read(spins);
    if (rows.length === 0) return undefined;
    return { energy: energies(this.#model, states)[0], state: states };
  }

  /** The set of the model from that of its qubits; rows after the first that reaches the target are left out. */
  setFrom(set: SampleSet, name: string, target: number, setupMs: number): SampleSet {
    const { states, rows, broken, brokenShare } = this.#read(set.states);
    const own = energies(this.#model, states);
    const reached = own.findIndex((energy) => energy <= target);
    const count = reached < 0 ? own.length : reached + 1;
    const kept = rows.slice(0, count);
    const ending: Ending = reached >= 0 ? "target-reached" : set.ending === "target-reached" ? "completed" : set.ending;
    const lengths = this.#embedding.chains.map((chain) => chain.length);
    const qubits = lengths.reduce((sum, length) => sum + length, 0);
    const { chainStrength = "torque", repair = "majority" } = this.#options;
    const story: Story = {
      ...set.story,
      sampler: name,
      version,
      options: {
        ...set.story.options,
        target: Number.isFinite(target) ? target : null,
        chainStrength: typeof chainStrength === "object" ? Array.from(chainStrength) : chainStrength,
        placement: this.#placement,
        repair,
      },
      fingerprint: fingerprint(this.#model),
      vartype: this.#model.vartype,
      variables: this.#model.n,
      completedReads: Math.min(set.story.completedReads, count),
      clocks: { ...set.story.clocks, setupMs: set.story.clocks.setupMs + setupMs },
      ending,
      findings: {
        ...set.story.findings,
        graph: this.#embedding.target.name,
        qubits,
        longestChain: Math.max(0, ...lengths),
        meanChain: lengths.length === 0 ? 0 : qubits / lengths.length,
        strongestChain: this.#strengths.reduce((most, strength) => Math.max(most, strength), 0),
        brokenChains: brokenShare,
        brokenReads: broken.filter((some) => some > 0).length,
        discardedReads: broken.length - rows.length,
      },
    };
    return {
      states: states.slice(0, count * this.#model.n),
      energies: own.slice(0, count),
      counts: Uint32Array.from(kept, (row) => set.counts[row]),
      ending,
      story,
    };
  }

  #read(spins: Int8Array): ReturnType<typeof unembed> {
    const { repair } = this.#options;
    const read = unembed(spins, this.#embedding, { ...(repair && { repair }), model: this.#model });
    return this.#model.vartype === "ising" ? read : { ...read, states: read.states.map((spin) => spin > 0 ? 1 : 0) };
  }
}

// a machine of whole numbers takes a model of multiples of a unit as it is: strengths are rounded up to such, as far as its range goes
function wholeStrengths(model: Model, strengths: Float64Array, precision: Precision | undefined): Float64Array {
  if (precision?.kind !== "integer") return strengths;
  const { couplings, linear } = toSparse(model.vartype === "ising" ? model : isingFromQubo(model));
  const isWhole = (unit: number) =>
    [couplings.values, linear].every((list) => list.every((c) => Number.isInteger(c / unit)));
  const unit = UNITS.find(isWhole);
  if (unit === undefined) return strengths;
  return strengths.map((strength) => unit * Math.min(Math.ceil(strength / unit), -precision.min));
}

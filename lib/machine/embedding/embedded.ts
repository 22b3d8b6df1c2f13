import { checkOptionNames, type Model, sha256 } from "../../model/mod.ts";
import { mix32 } from "../../random/mod.ts";
import {
  type Progress,
  type SampleAllOptions,
  type SampleOptions,
  type Sampler,
  samplerOnDemand,
  type SamplerOrigin,
  type SampleSet,
} from "../../samplers/mod.ts";
import type { MachineLimits, Topology } from "../types.ts";
import { EmbeddedCall } from "./_embedded_call.ts";
import { EmbeddedProgress } from "./_embedded_progress.ts";
import { stoppedSet } from "./_stopped_set.ts";
import type { ChainStrength } from "./chain_strength.ts";
import { EmbeddingError } from "./embedding_error.ts";
import { findEmbedding, type FindEmbeddingOptions } from "./find_embedding.ts";
import { sourceEdges } from "./source_edges.ts";
import type { Embedding } from "./types.ts";
import type { ChainRepair } from "./unembed.ts";

const CANNOT = "Cannot embed for a sampler";
const KNOWN = ["topology", "chainStrength", "placement", "repair", "search"];
const MOST_KEPT = 64;

/** How {@link embedded} works. */
export interface EmbeddedOptions {
  /** Which variables the sampler inside can couple. @default {`limits.topology` of the machine} */
  readonly topology?: Topology;
  /** How strongly the qubits of a chain are coupled, see {@link ChainStrength}. @default {"torque"} */
  readonly chainStrength?: ChainStrength;
  /**
   * Where coefficients go that have several places, see `embedModel`.
   *
   * @default {"first" for a machine of whole numbers, else "share"}
   */
  readonly placement?: "share" | "first";
  /** What a broken chain stands for, see {@link ChainRepair}. @default {"majority"} */
  readonly repair?: ChainRepair;
  /** How chains are found. @default {as `findEmbedding` does it} */
  readonly search?: Omit<FindEmbeddingOptions, "signal">;
}

/** {@link EmbeddedOptions}, with the sampler as something that can be sent to a thread. */
export interface EmbeddedFromOptions extends EmbeddedOptions {
  /** Origin of the sampler inside. */
  readonly sampler: SamplerOrigin;
  /** Its name. @default {that of its origin} */
  readonly name?: string;
}

/** A sampler that takes models which the one inside cannot couple. */
export type EmbeddedSampler = Sampler & Required<Pick<Sampler, "sampleAll">>;

/**
 * Puts chains between a model and a machine that cannot couple every pair: embeds, samples, repairs broken chains, and computes
 * the energies of the model.
 *
 * The model is laid on the machine's graph (`findEmbedding`; kept for models with the same couplings, whatever the
 * coefficients), written in qubits (`embedModel`), sampled, and read back (`unembed`). For a machine of whole numbers
 * strengths are rounded up to the unit of which the coefficients are multiples, as far as its range goes. With the same seed row k
 * comes from read k of the sampler inside, unless reads are discarded. Rows end with the first that has the target.
 *
 * The story is that of the sampler inside, its options and findings among the others; findings tell the `graph`, `qubits`,
 * `longestChain`, `meanChain`, `strongestChain` (coupling inside chains, in units of energy), `brokenChains` (share of chains of
 * more than one qubit), `brokenReads` and `discardedReads`. Stopped before there are chains, it returns a set of no rows.
 *
 * Bad at: long chains. They take range from the coefficients, and a whole chain has to turn for one variable to flip.
 *
 * @param sampler any sampler or machine
 * @param options see {@link EmbeddedOptions}
 * @returns a sampler; has an origin if the one inside has one
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the sampler on the embedded model; embedding costs milliseconds for a pattern, up to a minute for a search.
 *
 * @example A triangle on a machine that is a path
 * ```ts
 * import { embedded } from "qama/machine";
 * import { simulatedAnnealing } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, -1], [1, 2, -1], [0, 2, -1]]) });
 * const topology = { kind: "king", width: 2, height: 2 } as const;
 * const set = await embedded(simulatedAnnealing(), { topology }).sample(model, { seed: 1 });
 * assertEquals([set.energies[0], set.story.findings.longestChain], [-3, 1]);
 * ```
 */
export function embedded(sampler: Sampler, options: EmbeddedOptions = {}): EmbeddedSampler {
  checkOptionNames(CANNOT, options, KNOWN);
  const { origin, name } = sampler;
  return new EmbeddedMachine(
    name,
    () => Promise.resolve(sampler),
    options,
    origin && { ...options, sampler: origin, name },
  );
}

/**
 * Makes what {@link embedded} makes from plain data, as a thread needs it.
 *
 * @param options those of {@link embedded}, and the origin of the sampler inside
 * @returns a sampler; the one inside is made at the first call
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of {@link embedded}.
 *
 * @example From an origin
 * ```ts
 * import { embeddedFrom } from "qama/machine";
 * import { greedyDescent } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assert, assertEquals } from "@std/assert";
 * const { origin } = greedyDescent();
 * assert(origin !== undefined);
 * const sampler = embeddedFrom({ sampler: origin, topology: { kind: "king", width: 3, height: 3 } });
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [2] });
 * assertEquals((await sampler.sample(model)).energies[0], -2);
 * ```
 */
export function embeddedFrom(options: EmbeddedFromOptions): EmbeddedSampler {
  const { sampler, name = sampler.name, ...rest } = options;
  checkOptionNames(CANNOT, rest, KNOWN);
  return new EmbeddedMachine(name, samplerOnDemand(sampler), rest, { ...rest, sampler, name });
}

class EmbeddedMachine implements EmbeddedSampler {
  readonly name: string;
  readonly origin?: SamplerOrigin;
  readonly #inside: () => Promise<Sampler>;
  readonly #options: EmbeddedOptions;
  readonly #known = new Map<string, Embedding | undefined>();

  constructor(
    name: string,
    inside: () => Promise<Sampler>,
    options: EmbeddedOptions,
    origin: EmbeddedFromOptions | undefined,
  ) {
    this.name = `embedded ${name}`;
    this.#inside = inside;
    this.#options = options;
    if (origin !== undefined) this.origin = { module: import.meta.url, name: "embeddedFrom", options: origin };
  }

  async sample(model: Model, options: SampleOptions = {}): Promise<SampleSet> {
    if (model?.vartype !== "ising" && model?.vartype !== "qubo") {
      throw new TypeError(`Cannot sample with ${this.name}: expected a model made by isingModel() or quboModel()`);
    }
    const start = performance.now();
    const sampler = await this.#inside();
    const limits = limitsOf(sampler);
    let embedding: Embedding | undefined;
    try {
      embedding = await this.#embeddingOf(model, limits, options);
    } catch (error) {
      const ending = options.signal?.aborted
        ? "interrupted" as const
        : performance.now() - start >= (options.timeLimitMs ?? Infinity)
        ? "timed-out" as const
        : undefined;
      if (!(error instanceof EmbeddingError) || ending === undefined) throw error;
      return stoppedSet(this.name, model, options, ending, performance.now() - start);
    }
    if (embedding === undefined) return renamed(await sampler.sample(model, options), this.name);
    if (options.initialStates !== undefined) {
      throw new TypeError(`Cannot sample with ${this.name}: it starts from nothing; leave initialStates out`);
    }
    const call = new EmbeddedCall(model, embedding, this.#options, limits?.precision);
    const setupMs = performance.now() - start;
    return await this.#reads(sampler, call, options, setupMs);
  }

  // a sampler that stops at the target may have met it with broken chains: then it is asked for the reads that are left
  async #reads(sampler: Sampler, call: EmbeddedCall, options: SampleOptions, setupMs: number): Promise<SampleSet> {
    const { target = -Infinity, numReads = 1, onProgress } = options;
    const start = performance.now() - setupMs;
    const progress = onProgress && new EmbeddedProgress(this.name, call, onProgress);
    const inner = { ...options, ...(progress && { onProgress: (report: Progress) => progress.hear(report) }) };
    let set = await sampler.sample(call.inside, { ...inner, ...timeLeft(options, start) });
    for (let again = 1; set.ending === "target-reached"; again++) {
      const left = numReads - set.energies.length;
      if (left < 1 || call.setFrom(set, this.name, target, 0).ending === "target-reached") break;
      const seed = mix32((set.story.seed % 2 ** 32) ^ mix32(again));
      const more = { ...inner, ...timeLeft(options, start), numReads: left, seed };
      set = joined(set, await sampler.sample(call.inside, more));
    }
    const result = call.setFrom(set, this.name, target, setupMs);
    progress?.end(result, numReads, performance.now() - start);
    return result;
  }

  async sampleAll(models: readonly Model[], options: SampleAllOptions = {}): Promise<SampleSet[]> {
    const { seeds, ...rest } = options;
    if (seeds !== undefined && seeds.length !== models.length) {
      throw new TypeError(`Cannot sample ${models.length} models: got ${seeds.length} seeds, expected one a model`);
    }
    const start = performance.now();
    const sampler = await this.#inside();
    const limits = limitsOf(sampler);
    const left = () => timeLeft(options, start);
    if (sampler.sampleAll === undefined) {
      const sets: SampleSet[] = [];
      for (let k = 0; k < models.length; k++) {
        sets.push(await this.sample(models[k], { ...rest, ...left(), ...(seeds && { seed: seeds[k] }) }));
      }
      return sets;
    }
    const calls: (EmbeddedCall | undefined)[] = [];
    for (const model of models) {
      const embedding = await this.#embeddingOf(model, limits, { ...rest, ...left() });
      calls.push(embedding && new EmbeddedCall(model, embedding, this.#options, limits?.precision));
    }
    const setupMs = performance.now() - start;
    const inside = models.map((model, k) => calls[k]?.inside ?? model);
    const sets = await sampler.sampleAll(inside, { ...rest, ...left(), ...(seeds && { seeds }) });
    return sets.map((set, k) => calls[k]?.setFrom(set, this.name, -Infinity, setupMs) ?? renamed(set, this.name));
  }

  async #embeddingOf(
    model: Model,
    limits: MachineLimits | undefined,
    { timeLimitMs = Infinity, signal }: SampleOptions,
  ): Promise<Embedding | undefined> {
    const topology = this.#options.topology ?? limits?.topology;
    if (topology === undefined) {
      throw new TypeError(`${CANNOT}: ${this.name} does not say what it can couple; give the option topology`);
    }
    if (topology.kind === "complete" || model.n === 0) return undefined;
    const edges = Uint32Array.from(sourceEdges(model).flat());
    const key = `${model.n} ${await sha256(new Uint8Array(edges.buffer))}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const search = this.#options.search ?? {};
    const found = await findEmbedding(model, topology, {
      ...search,
      timeLimitMs: Math.min(search.timeLimitMs ?? 60_000, timeLimitMs),
      ...(signal && { signal }),
    });
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }
}

// a limit that is none is left for the sampler inside to refuse
function timeLeft({ timeLimitMs }: { readonly timeLimitMs?: number }, start: number): { timeLimitMs?: number } {
  if (timeLimitMs === undefined || !(timeLimitMs > 0)) return {};
  return { timeLimitMs: Math.max(1e-3, timeLimitMs - (performance.now() - start)) };
}

function limitsOf(sampler: Sampler & { readonly limits?: MachineLimits }): MachineLimits | undefined {
  return sampler.limits;
}

function renamed(set: SampleSet, sampler: string): SampleSet {
  return { ...set, story: { ...set.story, sampler } };
}

function joined(one: SampleSet, other: SampleSet): SampleSet {
  const join = <T extends Int8Array | Float64Array | Uint32Array>(into: T, a: T, b: T): T => {
    into.set(a);
    into.set(b, a.length);
    return into;
  };
  const rows = one.energies.length + other.energies.length;
  const { story } = one;
  return {
    states: join(new Int8Array(one.states.length + other.states.length), one.states, other.states),
    energies: join(new Float64Array(rows), one.energies, other.energies),
    counts: join(new Uint32Array(rows), one.counts, other.counts),
    ending: other.ending,
    story: {
      ...story,
      completedReads: story.completedReads + other.story.completedReads,
      clocks: {
        ...story.clocks,
        setupMs: story.clocks.setupMs + other.story.clocks.setupMs,
        sampleMs: story.clocks.sampleMs + other.story.clocks.sampleMs,
      },
      ending: other.ending,
    },
  };
}

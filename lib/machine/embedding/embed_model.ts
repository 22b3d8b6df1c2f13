import {
  checkOptionNames,
  isingFromQubo,
  type IsingModel,
  isingModel,
  type QuboModel,
  sparseCouplings,
  toSparse,
} from "../../model/mod.ts";
import { type ChainStrength, chainStrengths } from "./chain_strength.ts";
import { checkEmbedding } from "./check_embedding.ts";
import { sourceEdges } from "./source_edges.ts";
import type { Embedding } from "./types.ts";

/** How {@link embedModel} works. */
export interface EmbedModelOptions {
  /** How strongly the qubits of a chain are coupled, see {@link ChainStrength}. @default {"torque"} */
  readonly chainStrength?: ChainStrength;
  /**
   * Where a coefficient goes that has several places: shared by all of them alike, or whole to the first, as suits a machine
   * of few whole numbers.
   *
   * @default {"share"}
   */
  readonly placement?: "share" | "first";
}

/** A model on a machine's graph. */
export interface EmbeddedModel {
  /** Variable q is qubit q of the target, by index; it ends with the last qubit of a chain. */
  readonly model: IsingModel;
  /** How strongly the chain of each variable is coupled, `[n]`, in units of energy; 0 for a single qubit. */
  readonly strengths: Float64Array;
}

/**
 * Writes a model in the qubits of its chains: fields and couplings over the chains, and a ferromagnetic coupling at every
 * coupler inside a chain.
 *
 * `E'(s') = sum_i h_i / |c_i| sum_{q in c_i} s'_q + sum_ij J_ij / m_ij sum_{couplers (q, r) of i, j} s'_q s'_r
 * + sum_i F_i sum_{couplers (q, r) in c_i} (1 - s'_q s'_r) + offset`: where the qubits of each chain agree, E' is the energy of
 * the model, offset included; a broken chain costs 2 F_i a coupler.
 *
 * @param model an Ising model, or a QUBO, which is looked at as its Ising model
 * @param embedding checked here
 * @returns a fresh model and the strengths it was made with
 * @throws {RangeError} if the embedding does not fit the model, or a strength is not positive
 * @throws {TypeError} if an option is none, or there is not one chain a variable
 *
 * Cost O(n + m) for the couplers at the chains.
 * Source: V. Choi, Minor-embedding in adiabatic quantum computation (2008), DOI 10.1007/s11128-008-0082-9.
 *
 * @example One variable of two qubits
 * ```ts
 * import { embedModel, kingGraph } from "qama/machine";
 * import { energy, isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [3] });
 * const embedding = { target: kingGraph(2, 1), chains: [Uint32Array.of(0, 1)] };
 * const embedded = embedModel(model, embedding, { chainStrength: 2 }).model;
 * assertEquals([energy(embedded, [-1, -1]), energy(embedded, [-1, 1])], [-3, 4]);
 * ```
 */
export function embedModel(
  model: IsingModel | QuboModel,
  embedding: Embedding,
  options: EmbedModelOptions = {},
): EmbeddedModel {
  const cannot = "Cannot embed the model";
  checkOptionNames(cannot, options, ["chainStrength", "placement"]);
  const { chainStrength, placement = "share" } = options;
  if (placement !== "share" && placement !== "first") {
    throw new TypeError(`${cannot}: placement must be "share" or "first", got ${String(placement)}`);
  }
  const { chains, target: { rowPtr, columns } } = embedding;
  if (chains.length !== model.n) {
    throw new TypeError(`${cannot}: got ${chains.length} chains for ${model.n} variables`);
  }
  checkEmbedding(sourceEdges(model), embedding);
  const ising = toSparse(model.vartype === "ising" ? model : isingFromQubo(model));
  const strengths = chainStrengths(ising, chainStrength);
  const owner = new Map<number, number>();
  chains.forEach((chain, i) => chain.forEach((qubit) => owner.set(qubit, i)));
  const linear = new Float64Array(embeddedVariables(embedding));
  const pairs: [number, number, number][] = [];
  let offset = ising.offset;
  chains.forEach((chain, i) => {
    if (placement === "first") linear[chain[0]] = ising.linear[i];
    else for (const qubit of chain) linear[qubit] = ising.linear[i] / chain.length;
    const couplers = new Map<number, [number, number][]>();
    for (const qubit of chain) {
      for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) {
        const other = owner.get(columns[k]);
        if (other === i && columns[k] > qubit) {
          pairs.push([qubit, columns[k], -strengths[i]]);
          offset += strengths[i];
        }
        if (other === undefined || other <= i) continue;
        const known = couplers.get(other);
        if (known === undefined) couplers.set(other, [[qubit, columns[k]]]);
        else known.push([qubit, columns[k]]);
      }
    }
    const row = ising.couplings;
    for (let k = row.rowPtr[i]; k < row.rowPtr[i + 1]; k++) {
      const places = couplers.get(row.columns[k]);
      if (places === undefined) continue;
      const used = placement === "first" ? places.slice(0, 1) : places;
      for (const [q, r] of used) pairs.push([q, r, row.values[k] / used.length]);
    }
  });
  return Object.freeze({
    model: isingModel({ couplings: sparseCouplings(linear.length, pairs), linear, offset }),
    strengths: strengths.map((strength, i) => chains[i].length > 1 ? strength : 0),
  });
}

/** Variables of an embedded model: up to the last qubit of a chain. */
export function embeddedVariables({ chains }: Embedding): number {
  let last = -1;
  for (const chain of chains) for (const qubit of chain) last = Math.max(last, qubit);
  return last + 1;
}

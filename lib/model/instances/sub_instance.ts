import { checkDoor, checkWhole } from "./_checks.ts";
import { denseCouplings, sparseCouplings } from "../couplings.ts";
import { toDense } from "../forms.ts";
import { isingModel, quboModel } from "../models.ts";
import type { Model } from "../types.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot take a part of the instance";

/** Options of {@link subInstance}. */
export interface SubInstanceOptions {
  /** How many of the first variables are kept, or which, by number, each once. */
  readonly variables: number | readonly number[];
}

/**
 * Takes the part of an instance that a few variables span: rows and columns of theirs, their fields, the offset.
 *
 * The others are left out, not fixed: of an Ising model their couplings vanish, of a QUBO that is the same as setting them to 0. The
 * name, the parameters and the provenance say that it is a part (`sk-n100-0-first12`); the ground energy of the whole says nothing
 * about it and is dropped.
 *
 * @param instance the whole
 * @returns a fresh instance without ground energy; dense stays dense, other forms become sparse
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a variable is not one of the instance, or comes twice, or none is kept
 *
 * Cost O(n^2) dense or factored, O(m) sparse.
 *
 * @example The first three of twelve spins
 * ```ts
 * import { sherringtonKirkpatrick, subInstance } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const part = subInstance(sherringtonKirkpatrick({ n: 12, seed: 3 }), { variables: 3 });
 * assertEquals([part.name, part.model.n], ["sk-n12-seed3-first3", 3]);
 * ```
 */
export function subInstance(instance: Instance, options: SubInstanceOptions): Instance {
  checkDoor(CANNOT, options, ["variables"]);
  const { variables } = options;
  const { n } = instance.model;
  if (typeof variables === "number") checkWhole(CANNOT, "variables", variables, 1, n);
  const kept = typeof variables === "number" ? Array.from({ length: variables }, (_, i) => i) : [...variables];
  for (const i of kept) checkWhole(CANNOT, "a variable", i, 0, n - 1);
  if (kept.length === 0 || new Set(kept).size !== kept.length) {
    throw new RangeError(`${CANNOT}: expected one variable or more, each once, got ${kept.join(", ") || "none"}`);
  }
  const first = typeof variables === "number";
  const chosen = first ? `the first ${kept.length} variables` : `variables ${kept.join(", ")}`;
  const { groundEnergy: _energy, groundState: _state, groundStates: _states, proof: _proof, ...rest } = instance;
  return {
    ...rest,
    name: `${instance.name}-${first ? "first" : "part"}${first ? kept.length : kept.join("-")}`,
    family: `${instance.family}-part`,
    model: principal(instance.model, kept),
    parameters: { ...instance.parameters, whole: instance.name, variables: first ? kept.length : kept.join(" ") },
    provenance: `${chosen} of ${instance.name} (${instance.provenance}): a principal submatrix`,
  };
}

function principal(model: Model, kept: readonly number[]): Model {
  const k = kept.length;
  const linear = kept.map((i) => model.linear[i]);
  const make = model.vartype === "ising" ? isingModel : quboModel;
  if (model.couplings.form === "sparse") {
    const { rowPtr, columns, values } = model.couplings;
    const place = new Map(kept.map((i, a) => [i, a]));
    const pairs = kept.flatMap((i, a) =>
      Array.from({ length: rowPtr[i + 1] - rowPtr[i] }, (_, e) => rowPtr[i] + e).flatMap((e) => {
        const b = place.get(columns[e]);
        return b !== undefined && a < b ? [[a, b, values[e]] as const] : [];
      })
    );
    return make({ couplings: sparseCouplings(k, pairs), linear, offset: model.offset });
  }
  const { values } = toDense(model).couplings;
  const part = Float64Array.from({ length: k * k }, (_, r) => values[kept[Math.floor(r / k)] * model.n + kept[r % k]]);
  return make({ couplings: denseCouplings(part), linear, offset: model.offset });
}

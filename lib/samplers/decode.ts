import type { Label } from "../model/mod.ts";
import { sampleAt } from "./_select_rows.ts";
import type { Sample } from "./sample_sets.ts";
import type { SampleSet } from "./types.ts";

/** What knows the names behind the indices of a model: what `ModelBuilder.build()` gives, or a problem read from a file. */
export interface Labelling {
  /** The labels, by index, `[n]`. */
  readonly labels: readonly Label[];
  /** The value of each variable by label; where it is absent, the values of the state stand under the labels. */
  decode?(state: Int8Array): ReadonlyMap<Label, number>;
  /** Tells whether a state keeps the constraints. */
  report?(state: Int8Array): { readonly feasible: boolean };
}

/** A row under the names of its variables. */
export interface DecodedSample extends Sample {
  /** The value of each variable. */
  readonly values: ReadonlyMap<Label, number>;
  /** Whether the row keeps the constraints; absent where the labelling has no `report`. */
  readonly feasible?: boolean;
}

/**
 * Goes through the rows with their values under the names of the variables.
 *
 * Rows are decoded one by one as they are asked for: `decode(truncate(set, 10), built)` decodes ten.
 *
 * @param labelling what `ModelBuilder.build()` gives, or whatever else has `labels`, or the labels alone, `[n]`
 * @returns the rows in their order
 * @throws {TypeError} if there are more or fewer labels than variables
 * @throws {RangeError} if a label comes twice
 *
 * Cost O(n) a row.
 *
 * @example Who is in the team?
 * ```ts
 * import { decode, exactEnumeration } from "qama/samplers";
 * import { ModelBuilder } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const built = new ModelBuilder("qubo").addLinear("Ada", -2).addLinear("Bob", 1).build();
 * const [best] = decode(await exactEnumeration().sample(built.model), built);
 * assertEquals([...best.values], [["Ada", 1], ["Bob", 0]]);
 * ```
 */
export function decode(set: SampleSet, labelling: readonly Label[] | Labelling): Generator<DecodedSample> {
  const decodeState = decoder(set.story.variables, labelling);
  const reporter = isLabels(labelling) || labelling.report === undefined ? undefined : labelling;
  return decodedRows(set, decodeState, reporter);
}

function* decodedRows(
  set: SampleSet,
  decodeState: (state: Int8Array) => ReadonlyMap<Label, number>,
  reporter: Labelling | undefined,
): Generator<DecodedSample> {
  for (let row = 0; row < set.energies.length; row++) {
    const sample = sampleAt(set, row);
    const feasible = reporter?.report?.(sample.state).feasible;
    yield { ...sample, values: decodeState(sample.state), ...(feasible !== undefined && { feasible }) };
  }
}

// checks the labels once, for all rows
function decoder(
  n: number,
  labelling: readonly Label[] | Labelling,
): (state: Int8Array) => ReadonlyMap<Label, number> {
  const labels = isLabels(labelling) ? labelling : labelling?.labels;
  if (!Array.isArray(labels)) {
    throw new TypeError(`Cannot decode the sample set: expected labels, or something that has them`);
  }
  if (labels.length !== n) {
    throw new TypeError(`Cannot decode the sample set: got ${labels.length} labels for ${n} variables`);
  }
  const seen = new Set<Label>();
  labels.forEach((label: Label, i) => {
    if (seen.has(label)) {
      throw new RangeError(
        `Cannot decode the sample set: the label ${JSON.stringify(label)} comes twice, the second time at index ${i}`,
      );
    }
    seen.add(label);
  });
  if (!isLabels(labelling) && labelling.decode !== undefined) return (state) => labelling.decode?.(state) ?? new Map();
  return (state) => new Map(labels.map((label: Label, i) => [label, state[i]]));
}

function isLabels(labelling: readonly Label[] | Labelling): labelling is readonly Label[] {
  return Array.isArray(labelling);
}

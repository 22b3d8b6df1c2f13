import type { Model } from "../types.ts";

/** What an instance was made with, by name: enough, with the family, to make it again. */
export type InstanceParameters = Readonly<Record<string, number | string | boolean | null>>;

/** A model with its name, where it comes from, and its lowest energy where that is known. */
export interface Instance {
  /** The name in tables and file names: `sk-n12-seed3`; lower case, no spaces. */
  readonly name: string;
  /** Which family it belongs to: `sk`, `wishart`, `attention`. */
  readonly family: string;
  /** The problem, minimised. */
  readonly model: Model;
  /** What it was made with. */
  readonly parameters: InstanceParameters;
  /** Where it comes from, a sentence: a generator and its seed, a file, a layer of a trained model. */
  readonly provenance: string;
  /** The lowest energy, offset included; absent where nobody has proved one. */
  readonly groundEnergy?: number;
  /** A state of lowest energy, `[n]`, in the model's own variables; absent where only the energy is known. */
  readonly groundState?: Int8Array;
  /** How many states have the lowest energy; absent where nobody has counted them. */
  readonly groundStates?: number;
  /** Why the ground energy is believed: `construction`, `exactEnumeration`, `roofDuality`, `mixedInteger`, a publication. */
  readonly proof?: string;
}

import type { Instance } from "../../lib/model/mod.ts";

/** The version of the index that this code writes and reads. */
export const INSTANCE_SET_SCHEMA = 1;

/** What the index says of one instance; its model is in a file beside the index. */
export interface InstanceEntry extends Omit<Instance, "model" | "groundState"> {
  /** Name of the file: dimod's JSON of a binary quadratic model, gzipped if it ends in `.gz`. */
  readonly file: string;
  /** n. */
  readonly n: number;
  /** What the variables take: `qubo` bits, `ising` spins. */
  readonly vartype: "ising" | "qubo";
  /** `fingerprint` of the model. */
  readonly fingerprint: string;
  /** A state of lowest energy: a character a variable, 0 or 1; of spins - or +. */
  readonly groundState?: string;
}

/** The index of a set of instances. */
export interface InstanceIndex {
  /** {@link INSTANCE_SET_SCHEMA}. */
  readonly schema: number;
  /** What the set is, a sentence. */
  readonly title: string;
  /** Its instances, in the order of their files. */
  readonly instances: readonly InstanceEntry[];
}

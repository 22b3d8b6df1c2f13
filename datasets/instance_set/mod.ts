/**
 * Sets of instances on disk: models as dimod's JSON, an index with names, fingerprints, proofs and provenance.
 *
 * @module
 */
export { readInstanceSet } from "./read_instance_set.ts";
export { INSTANCE_SET_SCHEMA, type InstanceEntry, type InstanceIndex } from "./types.ts";
export { writeInstanceSet, type WriteInstanceSetOptions } from "./write_instance_set.ts";

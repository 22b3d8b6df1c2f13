/**
 * The only source of randomness: seeded, numbered streams.
 *
 * @module
 */
export { mix32, Rng, seedState } from "./rng.ts";

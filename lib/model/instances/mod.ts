/**
 * Instances: models with a name, a provenance and, where it can be proved, a ground energy.
 *
 * @module
 */
export { sherringtonKirkpatrick, type SherringtonKirkpatrickOptions } from "./sherrington_kirkpatrick.ts";
export type { Instance, InstanceParameters } from "./types.ts";

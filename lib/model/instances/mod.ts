/**
 * Instances: models with a name, a provenance and, where it can be proved, a ground energy.
 *
 * @module
 */
export { componentCount } from "./components.ts";
export { drawInstance, type DrawInstanceOptions, INSTANCE_FAMILIES } from "./draw_instance.ts";
export { frustratedLoops, type FrustratedLoopsOptions } from "./frustrated_loops.ts";
export { gapTuned, gapTunedFamily, type GapTunedFamilyOptions, type GapTunedOptions } from "./gap_tuned.ts";
export { maxCutInstance, type MaxCutInstanceOptions } from "./max_cut.ts";
export { sherringtonKirkpatrick, type SherringtonKirkpatrickOptions } from "./sherrington_kirkpatrick.ts";
export { subInstance, type SubInstanceOptions } from "./sub_instance.ts";
export { tilePlanted, type TilePlantedOptions } from "./tile_planted.ts";
export type { Instance, InstanceParameters } from "./types.ts";
export { weakStrongCluster, type WeakStrongClusterOptions } from "./weak_strong_cluster.ts";
export { wishartPlanted, type WishartPlantedOptions } from "./wishart_planted.ts";

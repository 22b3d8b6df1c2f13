/*
 * A worker of the tests of `natsTtsGap`: small instances, few reads.
 */
import { drawInstance, type Instance } from "../model/mod.ts";
import { serveTtsGap, ttsGapProfiles } from "./mod.ts";

/** Few reads of few instances. */
export const PROFILE = { ...ttsGapProfiles.quick, trials: 20, singleCalls: 1, passages: 60 };
/** What is measured. */
export const INSTANCES: readonly Instance[] = [
  drawInstance("sk", { n: 4, seed: 1 }),
  drawInstance("wishart", { n: 5, seed: 2 }),
];

if (import.meta.main) await serveTtsGap({ instances: () => INSTANCES, profiles: { quick: PROFILE } });

import { nearestName } from "../nearest_name.ts";
import { checkDoor, checkWhole } from "./_checks.ts";
import { frustratedLoops } from "./frustrated_loops.ts";
import { DETUNINGS, gapTuned } from "./gap_tuned.ts";
import { squarestSides } from "./_graphs.ts";
import { maxCutInstance } from "./max_cut.ts";
import { sherringtonKirkpatrick } from "./sherrington_kirkpatrick.ts";
import { tilePlanted } from "./tile_planted.ts";
import type { Instance } from "./types.ts";
import { weakStrongCluster } from "./weak_strong_cluster.ts";
import { wishartPlanted } from "./wishart_planted.ts";

const CANNOT = "Cannot draw an instance";
const MAX_VARIABLES = 4096;

/** Which member of a family {@link drawInstance} makes. */
export interface DrawInstanceOptions {
  /** n, the number of variables. */
  readonly n: number;
  /** Seed of the draw. */
  readonly seed: number;
}

const FAMILIES: Readonly<Record<string, (options: DrawInstanceOptions) => Instance>> = {
  "sk": sherringtonKirkpatrick,
  "sk-gaussian": (options) => sherringtonKirkpatrick({ ...options, couplings: "gaussian" }),
  "maxcut": maxCutInstance,
  "maxcut-cubic": (options) => maxCutInstance({ ...options, graph: "cubic" }),
  "tiles": ({ n, seed }) => {
    const [rows, columns] = squarestSides(n);
    return tilePlanted({ rows, columns, seed });
  },
  "wishart": (options) => wishartPlanted({ ...options, alpha: 0.5 }),
  "wishart-signs": (options) => wishartPlanted({ ...options, alpha: 0.5, entries: "signs" }),
  "loops": (options) => frustratedLoops({ ...options, ratio: 0.5 }),
  "weak-strong": ({ n, seed }) => weakStrongCluster({ cluster: n / 2, seed }),
  // the seed picks the detuning, as nothing else is left to draw
  "gap-tuned": ({ n, seed }) => gapTuned({ n, detuning: DETUNINGS[seed % DETUNINGS.length] }),
};

/** The families that {@link drawInstance} knows. */
export const INSTANCE_FAMILIES: readonly string[] = Object.keys(FAMILIES);

/**
 * Draws an instance of a family by its name, with the settings that this project measures with.
 *
 * `tiles` are those with one weak coupling on the squarest torus of n sites; `wishart` has alpha 1/2, `loops` a ratio of 1/2 on a free
 * square lattice; `weak-strong` is one pair of clusters of n/2; `gap-tuned` takes detuning number `seed mod 8` of its scan.
 *
 * @param family one of {@link INSTANCE_FAMILIES}
 * @returns a fresh instance
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if no family has that name (the message names the nearest), or the family has no member of that size
 *
 * Cost that of the family's own generator.
 *
 * @example By name
 * ```ts
 * import { drawInstance } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(drawInstance("wishart", { n: 12, seed: 3 }).name, "wishart-n12-a0.5-seed3");
 * ```
 */
export function drawInstance(family: string, options: DrawInstanceOptions): Instance {
  checkDoor(CANNOT, options, ["n", "seed"]);
  checkWhole(CANNOT, "n", options.n, 2, MAX_VARIABLES);
  if (!Object.hasOwn(FAMILIES, family)) {
    const near = nearestName(family, INSTANCE_FAMILIES);
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    throw new RangeError(`${CANNOT}: expected one of ${INSTANCE_FAMILIES.join(", ")}, got "${family}"${meant}`);
  }
  return FAMILIES[family](options);
}

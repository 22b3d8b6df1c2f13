import { Rng } from "../../random/mod.ts";
import { denseCouplings } from "../couplings.ts";
import { isingModel } from "../models.ts";
import { checkDoor, checkWhole, checkWord } from "./_checks.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot draw a Sherrington-Kirkpatrick instance";
const MAX_SPINS = 8192;
const COUPLINGS = ["signs", "gaussian"] as const;

/** Options of {@link sherringtonKirkpatrick}. */
export interface SherringtonKirkpatrickOptions {
  /** n, the number of spins. */
  readonly n: number;
  /** Seed of the draw; stream n of it is used. */
  readonly seed: number;
  /** `signs`: +1 or -1 with equal chance; `gaussian`: from N(0, 1). @default {"signs"} */
  readonly couplings?: "signs" | "gaussian";
}

/**
 * Draws a Sherrington-Kirkpatrick spin glass: every pair coupled, `E(s) = sum_{i<j} J_ij s_i s_j`, no fields.
 *
 * The couplings have unit variance, as in the field's published files; divide by `sqrt(n)` (`scaleModel`) for an energy in
 * proportion to n, `E / n^(3/2) -> -0.7632` as n grows. No ground energy is known by construction.
 *
 * @returns a fresh instance with dense couplings, no ground energy
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if n is not an integer from 2 to 8192, or the seed or the kind of couplings is none
 *
 * Cost O(n^2).
 * Source: Sherrington and Kirkpatrick, Solvable model of a spin-glass, Phys. Rev. Lett. 35, 1792 (1975),
 * DOI 10.1103/PhysRevLett.35.1792. Differs in: the couplings are not divided by sqrt(n).
 *
 * @example Twelve spins, every pair +1 or -1
 * ```ts
 * import { energy, sherringtonKirkpatrick } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, name } = sherringtonKirkpatrick({ n: 12, seed: 3 });
 * assertEquals([name, energy(model, new Int8Array(12).fill(1)) % 2], ["sk-n12-seed3", 0]);
 * ```
 */
export function sherringtonKirkpatrick(options: SherringtonKirkpatrickOptions): Instance {
  checkDoor(CANNOT, options, ["n", "seed", "couplings"]);
  const { n, seed, couplings = "signs" } = options;
  checkWhole(CANNOT, "n", n, 2, MAX_SPINS);
  checkWord(CANNOT, "couplings", couplings, COUPLINGS);
  const rng = new Rng(seed, n);
  const draw = couplings === "signs" ? () => rng.uint32() < 0x80000000 ? -1 : 1 : () => rng.normal();
  const J = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) J[i * n + j] = J[j * n + i] = draw();
  }
  const family = couplings === "signs" ? "sk" : "sk-gaussian";
  return {
    name: `${family}-n${n}-seed${seed}`,
    family,
    model: isingModel({ couplings: denseCouplings(J) }),
    parameters: { n, seed, couplings },
    provenance: `sherringtonKirkpatrick, seed ${seed}`,
  };
}

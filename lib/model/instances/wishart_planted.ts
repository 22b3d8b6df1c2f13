import { Rng } from "../../random/mod.ts";
import { denseCouplings } from "../couplings.ts";
import { energy } from "../energy.ts";
import { isingModel } from "../models.ts";
import { checkDoor, checkNumber, checkWhole, checkWord } from "./_checks.ts";
import { drawSigns } from "./_planted.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot plant a Wishart instance";
const MAX_SPINS = 2048;
const MAX_ALPHA = 8;
const ENTRIES = ["gaussian", "signs"] as const;

/** Options of {@link wishartPlanted}. */
export interface WishartPlantedOptions {
  /** n, the number of spins; even with `signs`. */
  readonly n: number;
  /** Number of columns over n, about 0.05 (hardest where n is large, few columns, many near ground states) to 8 (easy). */
  readonly alpha: number;
  /** Seed of the draw; stream n of it is used. */
  readonly seed: number;
  /** Entries of the columns: Gaussian as published, or +1 and -1, so that couplings are integers. @default {"gaussian"} */
  readonly entries?: "gaussian" | "signs";
}

/**
 * Plants a ground state t in a dense model of tunable hardness, the Wishart planted ensemble.
 *
 * `J_ij = (c / n) sum_m w_i^m w_j^m` with `M = max(1, round(alpha n))` columns `w^m` drawn at right angles to t: Gaussian with
 * covariance `n / (n - 1) (1 - t t' / n)` and c = 1, or balanced signs and c = n. So `E(s) = (c / 2 n) (|W's|^2 - sum w^2)`, and
 * `|W's|^2` is 0 at t and nowhere below: that is the proof, exact in integers with `signs`. With Gaussian entries the ground
 * energy is that of t, computed from the couplings as they were rounded, about 1e-15 relative away from the formula.
 *
 * @returns a fresh instance with dense couplings, no fields, ground energy and state; `-t` is a ground state too
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if n is not an integer from 2 to 2048 (even with `signs`), alpha not a number above 0 to 8, or the seed none
 *
 * Cost O(n^2 M) time.
 * Source: Hamze, Raymond, Pattison, Biswas and Katzgraber, Wishart planted ensemble: a tunably rugged pairwise Ising model with
 * a first-order phase transition, Phys. Rev. E 101, 052102 (2020), DOI 10.1103/PhysRevE.101.052102.
 * Differs in: `signs`, which is ours.
 *
 * @example Integer couplings, ground energy -n M / 2
 * ```ts
 * import { energy, wishartPlanted } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, groundState } = wishartPlanted({ n: 8, alpha: 0.5, seed: 1, entries: "signs" });
 * assertEquals(energy(model, groundState ?? []), -8 * 4 / 2);
 * ```
 */
export function wishartPlanted(options: WishartPlantedOptions): Instance {
  checkDoor(CANNOT, options, ["n", "alpha", "seed", "entries"]);
  const { n, alpha, seed, entries = "gaussian" } = options;
  checkWhole(CANNOT, "n", n, 2, MAX_SPINS);
  checkNumber(CANNOT, "alpha", alpha, Number.MIN_VALUE, MAX_ALPHA);
  checkWord(CANNOT, "entries", entries, ENTRIES);
  if (entries === "signs" && n % 2 === 1) {
    throw new RangeError(`${CANNOT}: signs at right angles to a state need an even n, got ${n}; take gaussian entries`);
  }
  const rng = new Rng(seed, n);
  const t = drawSigns(n, rng);
  const columns = Math.max(1, Math.round(alpha * n));
  const J = new Float64Array(n * n);
  const scale = entries === "signs" ? 1 : 1 / n;
  for (let m = 0; m < columns; m++) {
    const w = entries === "signs" ? balancedSigns(t, rng) : gaussianColumn(t, rng);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) J[i * n + j] += scale * w[i] * w[j];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) J[j * n + i] = J[i * n + j];
  }
  const model = isingModel({ couplings: denseCouplings(J) });
  const family = entries === "signs" ? "wishart-signs" : "wishart";
  return {
    name: `${family}-n${n}-a${alpha}-seed${seed}`,
    family,
    model,
    parameters: { n, alpha, seed, entries, columns },
    provenance: `wishartPlanted, seed ${seed}`,
    groundEnergy: energy(model, t),
    groundState: t,
    proof: "construction",
  };
}

// a standard normal vector without its part along t, scaled to unit variance
function gaussianColumn(t: Int8Array, rng: Rng): Float64Array {
  const n = t.length;
  const w = Float64Array.from({ length: n }, () => rng.normal());
  const along = w.reduce((sum, value, i) => sum + value * t[i], 0) / n;
  return w.map((value, i) => Math.sqrt(n / (n - 1)) * (value - along * t[i]));
}

// agrees with t in a random half of the places
function balancedSigns(t: Int8Array, rng: Rng): Float64Array {
  const order = rng.shuffle(Uint32Array.from(t, (_, i) => i));
  const w = Float64Array.from(t);
  for (let k = 0; k < t.length / 2; k++) w[order[k]] *= -1;
  return w;
}

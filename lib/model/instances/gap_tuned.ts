import { sparseCouplings } from "../couplings.ts";
import { isingModel } from "../models.ts";
import { checkDoor, checkNumber, checkWhole } from "./_checks.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot make a gap-tuned instance";
const MAX_SPINS = 4096;
const MAX_DETUNING = 4;

/** Options of {@link gapTuned}. */
export interface GapTunedOptions {
  /** n, the number of spins, even, from 6: half of them a ring, half of them pendants. */
  readonly n: number;
  /** How far the isolated state is below the cluster, in energy a ring spin, over 2; from -4 to 4. */
  readonly detuning: number;
}

/**
 * Makes one member of a family whose smallest transverse-field gap is tuned by one number: an isolated ground state
 * against a cluster of `2^(n/2)` states that a transverse field favours.
 *
 * A ferromagnetic ring of m = n/2 spins, a pendant on each, couplings -1; field `-(1 - detuning)` on the ring, +1 on the pendants:
 * `E(s) = -sum_i c_i c_{i+1} - sum_i c_i a_i - (1 - detuning) sum_i c_i + sum_i a_i`.
 * With the ring up a pendant costs the same up or down: `2^m` states of energy `-m (2 - detuning)`. With the ring down it
 * points down: one state of `-m (2 + detuning)`. So for a small positive detuning the ground state is alone, and the cluster,
 * whose free pendants gain first order in the transverse field, crosses it late: a perturbative crossing, whose gap shrinks with the
 * detuning and with m. A negative detuning makes the cluster the ground space, 0 makes `2^m + 1` ground states.
 *
 * Proof: the best pendant leaves `-m - sum c c + detuning sum c` (pendant terms 0 for ring up, -2 for down), a ferromagnet in a
 * uniform field, which is lowest where all spins follow the field.
 *
 * @returns a fresh instance: spins 0 .. m - 1 the ring, m .. n - 1 their pendants; ground energy and a ground state
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if n is not even and from 6 to 4096, or the detuning is out of range
 *
 * Cost O(n).
 * Source: Dickson et al., Thermally assisted quantum annealing of a 16-qubit problem, Nat. Commun. 4, 1903 (2013), DOI
 * 10.1038/ncomms2920; Boixo, Albash, Spedalieri, Chancellor and Lidar, Experimental signature of programmable quantum annealing,
 * Nat. Commun. 4, 2067 (2013), DOI 10.1038/ncomms3067, for ring and pendants. Differs in: the detuning is the one parameter.
 *
 * @example Sixteen spins, the isolated state lower by 2 m detuning
 * ```ts
 * import { energy, gapTuned } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const { model, groundEnergy = 0 } = gapTuned({ n: 16, detuning: 0.1 });
 * assertAlmostEquals(groundEnergy, -8 * 2.1);
 * assertAlmostEquals(energy(model, new Int8Array(16).fill(1)), groundEnergy + 2 * 8 * 0.1);
 * ```
 */
export function gapTuned(options: GapTunedOptions): Instance {
  checkDoor(CANNOT, options, ["n", "detuning"]);
  const { n, detuning } = options;
  checkWhole(CANNOT, "n", n, 6, MAX_SPINS);
  if (n % 2 === 1) throw new RangeError(`${CANNOT}: n must be even, a pendant to each ring spin, got ${n}`);
  checkNumber(CANNOT, "detuning", detuning, -MAX_DETUNING, MAX_DETUNING);
  const m = n / 2;
  const pairs = Array.from({ length: m }, (_, i) => [[i, (i + 1) % m, -1], [i, m + i, -1]] as const).flat();
  const linear = Float64Array.from({ length: n }, (_, i) => i < m ? detuning - 1 : 1);
  return {
    name: `gap-tuned-n${n}-d${detuning}`,
    family: "gap-tuned",
    model: isingModel({ couplings: sparseCouplings(n, pairs), linear }),
    parameters: { n, detuning, ring: m },
    provenance: "gapTuned, ring and pendants",
    groundEnergy: -m * (2 + Math.abs(detuning)),
    groundState: new Int8Array(n).fill(detuning < 0 ? 1 : -1),
    proof: "construction",
  };
}

/** Options of {@link gapTunedFamily}. */
export interface GapTunedFamilyOptions {
  /** n, the number of spins, even, from 6. */
  readonly n: number;
  /** The detunings of the scan. @default {[0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1]} */
  readonly detunings?: readonly number[];
}

/** The scan through the crossing. */
export const DETUNINGS: readonly number[] = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1];

/**
 * Makes a scan of {@link gapTuned} instances through the crossing, one a detuning, the number in `parameters.detuning`.
 *
 * @returns fresh instances, in the order of the detunings
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if n or a detuning is out of range
 *
 * Cost O(n) a detuning.
 *
 * @example Two of them
 * ```ts
 * import { gapTunedFamily } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const names = gapTunedFamily({ n: 6, detunings: [0.1, 0.5] }).map(({ name }) => name);
 * assertEquals(names, ["gap-tuned-n6-d0.1", "gap-tuned-n6-d0.5"]);
 * ```
 */
export function gapTunedFamily(options: GapTunedFamilyOptions): Instance[] {
  checkDoor(CANNOT, options, ["n", "detunings"]);
  const { n, detunings = DETUNINGS } = options;
  return detunings.map((detuning) => gapTuned({ n, detuning }));
}

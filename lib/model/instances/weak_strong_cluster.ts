import { Rng } from "../../random/mod.ts";
import { sparseCouplings } from "../couplings.ts";
import { isingModel } from "../models.ts";
import { checkDoor, checkWhole } from "./_checks.ts";
import { drawSigns } from "./_planted.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot make weak-strong clusters";
const MAX_SPINS = 4096;

/** Options of {@link weakStrongCluster}. */
export interface WeakStrongClusterOptions {
  /** Spins of a cluster, even, from 2; the published one has 8. */
  readonly cluster: number;
  /** Pairs of a weak and a strong cluster. @default {1} */
  readonly pairs?: number;
  /** Field on the weak cluster, against the strong one, above 0 and below 1/2. @default {0.44} */
  readonly field?: number;
  /** Seed of the signs of the pairs, which turn pairs round; stream n of it is used. @default {0} */
  readonly seed?: number;
}

/**
 * Makes pairs of a weak and a strong ferromagnetic cluster: the weak one's field points away from the ground state.
 *
 * A cluster of m spins is the complete bipartite graph of its two halves, couplings -1. The second half of the weak cluster is
 * coupled one to one with the first half of the strong one. Fields are +1 on the strong spins and `-field` on the weak ones,
 * so that the ground state is all -1, `E = -m^2/2 - m/2 - m (1 - field)`, and turning the weak cluster to +1 is a local minimum
 * `m (1 - 2 field)` above, m spins away. Strong clusters of neighbouring pairs are chained by a coupling -1 a spin; each pair after
 * the first is turned round or not by the seed, which moves no energy.
 *
 * Proof that nothing is lower: every weak field violated costs `2 field`. Send that much flow from each first-half weak spin
 * to its partner in the second half (capacity 2), from there together `4 field < 2` over the coupling to the strong cluster
 * (capacity 2) into the strong field (capacity 2). All sources are saturated, so by the duality of cut and flow no state costs less.
 *
 * @returns a fresh instance of `2 cluster pairs` spins, ground energy and state
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if the cluster is not even or an option is out of range, or there are more than 4096 spins
 *
 * Cost O(pairs cluster^2).
 * Source: Denchev et al., What is the computational value of finite-range tunneling?, Phys. Rev. X 6, 031015 (2016), DOI
 * 10.1103/PhysRevX.6.031015. Differs in: cluster sizes beside 8; pairs on an unfrustrated chain, so that the ground state is known.
 *
 * @example The published pair of eight and eight
 * ```ts
 * import { energy, weakStrongCluster } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const { model, groundEnergy = 0 } = weakStrongCluster({ cluster: 8 });
 * assertAlmostEquals(groundEnergy, -32 - 4 - 8 * 0.56);
 * assertAlmostEquals(energy(model, [...Array(8).fill(1), ...Array(8).fill(-1)]), groundEnergy + 8 * 0.12);
 * ```
 */
export function weakStrongCluster(options: WeakStrongClusterOptions): Instance {
  checkDoor(CANNOT, options, ["cluster", "pairs", "field", "seed"]);
  const { cluster: m, pairs = 1, field = 0.44, seed = 0 } = options;
  checkWhole(CANNOT, "cluster", m, 2, MAX_SPINS / 2);
  if (m % 2 === 1) throw new RangeError(`${CANNOT}: cluster must be even, for two halves, got ${m}`);
  checkWhole(CANNOT, "pairs", pairs, 1, Math.floor(MAX_SPINS / (2 * m)));
  if (!(field > 0 && field < 0.5)) {
    throw new RangeError(
      `${CANNOT}: field must be above 0 and below 0.5, where the ground state is proved, got ${field}`,
    );
  }
  const n = 2 * m * pairs;
  const turned = drawSigns(pairs, new Rng(seed, n));
  turned[0] = 1;
  const sign = (i: number) => turned[Math.floor(i / (2 * m))];
  const couplings: [number, number, number][] = [];
  const couple = (i: number, j: number) => couplings.push([i, j, -sign(i) * sign(j)]);
  for (let weak = 0; weak < n; weak += 2 * m) {
    const strong = weak + m;
    for (const first of [weak, strong]) {
      for (let a = 0; a < m / 2; a++) for (let b = m / 2; b < m; b++) couple(first + a, first + b);
    }
    for (let a = 0; a < m / 2; a++) couple(weak + m / 2 + a, strong + a);
    if (strong + 2 * m < n) { for (let a = 0; a < m; a++) couple(strong + a, strong + 2 * m + a); }
  }
  const linear = Float64Array.from({ length: n }, (_, i) => sign(i) * (i % (2 * m) < m ? -field : 1));
  return {
    name: `weak-strong-m${m}${pairs === 1 ? "" : `-x${pairs}`}-h${field}${pairs === 1 ? "" : `-seed${seed}`}`,
    family: "weak-strong",
    model: isingModel({ couplings: sparseCouplings(n, couplings), linear }),
    parameters: { n, cluster: m, pairs, field, seed },
    provenance: `weakStrongCluster, seed ${seed}`,
    groundEnergy: -pairs * (m * m / 2 + m / 2 + m * (1 - field)) - (pairs - 1) * m,
    groundState: Int8Array.from({ length: n }, (_, i) => -sign(i)),
    proof: "construction",
  };
}

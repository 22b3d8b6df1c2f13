import { Rng } from "../../random/mod.ts";
import { checkDoor, checkWhole } from "./_checks.ts";
import { PairSums, plantedInstance } from "./_planted.ts";
import type { Instance } from "./types.ts";

const CANNOT = "Cannot plant tiles";
const MAX_SIDE = 128;
const STRONG = 2;

/** Options of {@link tilePlanted}. */
export interface TilePlantedOptions {
  /** Rows of the lattice, even, from 4. */
  readonly rows: number;
  /** Columns of the lattice, even, from 4. */
  readonly columns: number;
  /** Seed of the draw; stream n of it is used. */
  readonly seed: number;
  /**
   * How many of a tile's four couplings have size 1, the others size 2: `2 tile` ground states a tile, from 1 to 4; or the
   * chances of 1, 2, 3 and 4, which add up to 1.
   *
   * @default {1}
   */
  readonly tile?: number | readonly [number, number, number, number];
  /** True: the lattice is a torus; false: it has free borders. @default {true} */
  readonly periodic?: boolean;
}

/**
 * Plants a ground state in a square lattice of frustrated tiles that share corners and no edges.
 *
 * Every second cell (r + c even) is a tile of four couplings, one of them, of size 1, violated by the planted state and the
 * other three satisfied. No state satisfies all four, as their signs multiply to -1 around the cell; so a tile has at least
 * `-sum |J| + 2 min |J|`, which is what the planted state has in every tile, and therefore in sum: that is the proof. Tiles with
 * one weak coupling have the fewest ground states and are hardest to join; with four weak ones the state is easy and not unique.
 *
 * @returns a fresh instance of `rows columns` spins, sparse, integer couplings, no fields, ground energy and state
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a side is not an even integer from 4 to 128, tile is none of these, or the seed is none
 *
 * Cost O(n).
 * Source: Hamze, Jacob, Ochoa, Perera, Wang and Katzgraber, From near to eternity: spin-glass planting, tiling puzzles, and
 * constraint-satisfaction problems, Phys. Rev. E 97, 043303 (2018), DOI 10.1103/PhysRevE.97.043303. Differs in: free borders.
 *
 * @example Eight tiles of energy -7 + 2
 * ```ts
 * import { energy, tilePlanted } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, groundState, groundEnergy } = tilePlanted({ rows: 4, columns: 4, seed: 1 });
 * assertEquals([groundEnergy, energy(model, groundState ?? [])], [-8 * 5, -40]);
 * ```
 */
export function tilePlanted(options: TilePlantedOptions): Instance {
  checkDoor(CANNOT, options, ["rows", "columns", "seed", "tile", "periodic"]);
  const { rows, columns, seed, tile = 1, periodic = true } = options;
  for (const [name, side] of Object.entries({ rows, columns })) {
    checkWhole(CANNOT, name, side, 4, MAX_SIDE);
    if (side % 2 === 1) throw new RangeError(`${CANNOT}: ${name} must be even, so that tiles fit, got ${side}`);
  }
  const chances = tileChances(tile);
  const n = rows * columns;
  const rng = new Rng(seed, n);
  const sums = new PairSums(n);
  let groundEnergy = 0;
  for (let r = 0; r < rows - (periodic ? 0 : 1); r++) {
    for (let c = r % 2; c < columns - (periodic ? 0 : 1); c += 2) {
      const [below, right] = [(r + 1) % rows, (c + 1) % columns];
      const corners = [r * columns + c, r * columns + right, below * columns + right, below * columns + c];
      const weak = drawTile(chances, rng);
      const sizes = rng.shuffle(Array.from({ length: 4 }, (_, k) => k < weak ? 1 : STRONG));
      const weakest = sizes.flatMap((size, k) => size === 1 ? [k] : []);
      const violated = weakest[rng.integer(weak)];
      sizes.forEach((size, k) => sums.add(corners[k], corners[(k + 1) % 4], k === violated ? size : -size));
      groundEnergy -= sizes.reduce((sum, size) => sum + size, 0) - 2;
    }
  }
  const kind = typeof tile === "number" ? `${tile}` : tile.join("-");
  const border = periodic ? "" : "-free";
  return plantedInstance({
    name: `tiles-${rows}x${columns}-c${kind}${border}-seed${seed}`,
    family: "tiles",
    parameters: { n, rows, columns, seed, tile: kind, periodic },
    provenance: `tilePlanted, seed ${seed}`,
    n,
    pairs: sums.pairs(),
    groundEnergy,
  }, rng);
}

function tileChances(tile: number | readonly number[]): readonly number[] {
  if (typeof tile === "number") {
    checkWhole(CANNOT, "tile", tile, 1, 4);
    return [1, 2, 3, 4].map((weak) => weak === tile ? 1 : 0);
  }
  const sum = tile.reduce((all, chance) => all + chance, 0);
  if (tile.length !== 4 || !tile.every((chance) => chance >= 0) || !(Math.abs(sum - 1) < 1e-9)) {
    throw new RangeError(`${CANNOT}: tile must be 1, 2, 3, 4 or four chances that add up to 1, got ${tile.join(", ")}`);
  }
  return tile;
}

function drawTile(chances: readonly number[], rng: Rng): number {
  let rest = rng.uniform();
  for (let weak = 1; weak < 4; weak++) {
    rest -= chances[weak - 1];
    if (rest < 0) return weak;
  }
  // rounding may leave a little over
  return chances.findLastIndex((chance) => chance > 0) + 1;
}

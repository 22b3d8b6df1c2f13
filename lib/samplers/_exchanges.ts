import type { Rng } from "../random/mod.ts";

/** Exchanges of neighbours on a ladder of betas: which lane is where, and how often lanes change places. */
export class Exchanges {
  /** Lane at rung t, `[numReplicas]`. */
  readonly lanes: Int32Array;
  /** Journeys of a lane from the hot end to the cold one and back. */
  roundTrips = 0;
  readonly #accepted: Float64Array;
  readonly #tried: Float64Array;
  // 1: last at the hot end, -1: at the cold end; by lane less the first one
  readonly #came: Int8Array;
  readonly #first: number;

  constructor(firstLane: number, count: number) {
    this.#first = firstLane;
    this.lanes = Int32Array.from({ length: count }, (_, t) => firstLane + t);
    this.#accepted = new Float64Array(Math.max(0, count - 1));
    this.#tried = new Float64Array(Math.max(0, count - 1));
    this.#came = new Int8Array(count);
  }

  /** Back to the start: lane t at rung t. */
  reset(): void {
    for (let t = 0; t < this.lanes.length; t++) this.lanes[t] = this.#first + t;
    this.#came.fill(0);
    this.forget();
  }

  /** Forgets the counts. */
  forget(): void {
    this.roundTrips = 0;
    this.#accepted.fill(0);
    this.#tried.fill(0);
  }

  /** Tries pairs (t, t + 1), t = parity, parity + 2, ..: accepted with `min(1, exp((b_i - b_j) (E_i - E_j)))`. */
  exchange(parity: number, betas: Float64Array, energies: Float64Array, rng: Rng): void {
    const { lanes } = this;
    for (let t = parity; t + 1 < lanes.length; t += 2) {
      const [hot, cold] = [lanes[t], lanes[t + 1]];
      const gain = (betas[t + 1] - betas[t]) * (energies[cold] - energies[hot]);
      const chance = gain >= 0 ? 1 : Math.exp(gain);
      this.#accepted[t] += chance;
      this.#tried[t]++;
      if (chance < 1 && rng.uniform() >= chance) continue;
      lanes[t] = cold;
      lanes[t + 1] = hot;
    }
    this.#note();
  }

  #note(): void {
    const top = this.lanes.length - 1;
    if (top < 1) return;
    const [atHot, atCold] = [this.lanes[0] - this.#first, this.lanes[top] - this.#first];
    if (this.#came[atHot] === -1) this.roundTrips++;
    this.#came[atHot] = 1;
    if (this.#came[atCold] === 1) this.#came[atCold] = -1;
  }

  /** Mean chance that neighbours (t, t + 1) are exchanged; 1 where nothing was tried. */
  acceptances(): Float64Array {
    return this.#accepted.map((sum, t) => this.#tried[t] === 0 ? 1 : sum / this.#tried[t]);
  }
}

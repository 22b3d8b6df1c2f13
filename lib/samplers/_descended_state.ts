import { finished, type Model } from "../model/mod.ts";
import { spinLoops } from "./_spin_loops.ts";

const MAX_SWEEPS = 100;

/** Spins to fall back on, `[n]`: down from every spin up, in index order, to a local minimum or for 100 sweeps. */
export function descendedState(model: Model): Int8Array {
  const spins = new Int8Array(model.n).fill(1);
  const loops = finished(spinLoops(model));
  loops.load(spins);
  for (let sweep = 0; sweep < MAX_SWEEPS && loops.descend(spins) > 0; sweep++);
  return spins;
}

import { type IsingModel, isingModel, sparseCouplings } from "../model/mod.ts";

/** A graph of the G-set as the Ising model of its cut. */
export interface GsetModel {
  readonly model: IsingModel;
  /** The energy of a cut. */
  energyOf(cut: number): number;
  /** The cut of an energy. */
  cutOf(energy: number): number;
}

/** Reads a graph from the data folder; undefined, with a line that says so, where it is absent. */
export async function gsetModel(name: string): Promise<GsetModel | undefined> {
  const folder = Deno.env.get("QAMA_DATA_DIR") ?? new URL("../../../shared/data", import.meta.url).pathname;
  let text: string;
  try {
    text = await Deno.readTextFile(`${folder}/gset/${name}.txt`);
  } catch {
    console.log(`skipped: there is no gset/${name}.txt in the data folder`);
    return undefined;
  }
  const [[n], ...edges] = text.trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const model = isingModel({ couplings: sparseCouplings(n, edges.map(([i, j, w]) => [i - 1, j - 1, w])) });
  const total = edges.reduce((sum, [, , weight]) => sum + weight, 0);
  return { model, energyOf: (cut) => total - 2 * cut, cutOf: (energy) => (total - energy) / 2 };
}

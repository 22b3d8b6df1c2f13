import type { Instance } from "../../lib/model/mod.ts";
import { readInstanceSet } from "../instance_set/mod.ts";

/**
 * Loads the attention benchmark set: QUBOs that attention heads of the reproduction solve, with proved optima.
 *
 * They come with the package: heads of models on MNIST, Fashion-MNIST, SST-2 and IMDB, trained and not at all, whole (20, 40 and 49
 * tokens), cropped and pooled, alone and several at once. `parameters` tell where each is from, `proof` how its optimum
 * was proved.
 *
 * @returns fresh instances with ground energies and states; `family` is `attention` or `attention-untrained`
 * @throws {TypeError} if a file is not what the index says
 *
 * Cost under a second.
 *
 * @example How many are whole heads
 * ```ts
 * import { loadAttentionQubos } from "qama/datasets";
 * import { assert } from "@std/assert";
 * const instances = await loadAttentionQubos();
 * assert(instances.every(({ groundEnergy, proof }) => groundEnergy !== undefined && proof !== undefined));
 * ```
 */
export async function loadAttentionQubos(): Promise<Instance[]> {
  return await readInstanceSet(new URL("./files/", import.meta.url));
}

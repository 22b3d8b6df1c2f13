import { loadAttentionQubos } from "../datasets/mod.ts";
import type { Instance } from "../lib/model/mod.ts";

/** Instances that are kept as files: the attention QUBOs of trained and of initial weights. */
export async function givenInstances(): Promise<Instance[]> {
  return await loadAttentionQubos();
}

import { loadAttentionQubos } from "../datasets/mod.ts";
import type { Instance } from "../lib/model/mod.ts";

const DATA = ["mnist", "fashion-mnist"];

/**
 * Instances that are kept as files: the attention QUBOs of trained and of initial weights, of pictures.
 *
 * Those of texts have other sizes and other scales, and would bend what is fitted against the number of tokens.
 */
export async function givenInstances(): Promise<Instance[]> {
  return (await loadAttentionQubos()).filter(({ parameters }) => DATA.includes(String(parameters.data)));
}

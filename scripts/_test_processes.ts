import { processesWith } from "../lib/notebook/_processes.ts";

/** How long processes that were told to end may take. */
const PATIENCE_MS = 5000;
const LOOK_MS = 50;

/**
 * What runs of that which was started with a variable in its environment; processes that are ending are waited for a little.
 *
 * @param variable `NAME=value`, not to be found anywhere else
 * @returns their command lines; none on other systems than Linux
 */
export async function leftBehind(variable: string): Promise<string[]> {
  const end = performance.now() + PATIENCE_MS;
  while (true) {
    const found = processesWith(variable).map(({ pid, command }) => `${pid} ${command}`);
    if (found.length === 0 || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

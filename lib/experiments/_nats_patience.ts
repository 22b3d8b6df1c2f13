import { isForbidden, reasonOf } from "./_nats_bus.ts";

/** A cluster that lost a server has a new leader by then. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 250;

/** Asks the servers until they answer, for half a minute: a cluster that lost a server answers nothing for some seconds. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const late = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (cause) {
      if (isForbidden(cause)) throw cause;
      if (performance.now() > late) {
        throw new Error(`Cannot use the NATS servers: ${reasonOf(cause)}; what was handed in is kept: try again`, {
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

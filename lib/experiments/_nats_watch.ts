import type { KV } from "@nats-io/kv";

/** How often it is looked whether an entry was missed, ms. */
const LOOK_MS = 5000;
const AGAIN_MS = 500;

/**
 * Calls back for every entry that is written from now on, once or more, servers that go and come included.
 *
 * A subscription alone is not enough: one that is made again by the client, on another server or after a long silence, begins
 * at that moment. So what came is compared with the number of the last entry, and what was missed is fetched.
 *
 * @returns what ends it
 */
export async function watchAll(store: KV, each: (key: string, text: string) => void): Promise<() => Promise<void>> {
  let over = false;
  let seen = await lastOf(store);
  let before = seen;
  let watch = await store.watch({ include: "updates" });
  const looking = setInterval(async () => {
    // servers that are away are asked again
    const last = await lastOf(store).catch(() => before);
    const missed = seen < before;
    before = last;
    if (!missed || over) return;
    seen = last;
    watch.stop();
  }, LOOK_MS);
  const loop = (async () => {
    while (!over) {
      try {
        for await (const { key, value, revision } of watch) {
          seen = Math.max(seen, revision);
          if (value.length > 0) each(key, new TextDecoder().decode(value));
        }
        if (over) return;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        // all of it again: what was written in between is in it, and a second time it does nothing
        const again = await store.watch();
        if (over) return again.stop();
        watch = again;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  })();
  return async () => {
    over = true;
    clearInterval(looking);
    watch.stop();
    await loop;
  };
}

/** Whether anything was ever written there: what was not cannot be found. */
export async function isUsed(store: KV): Promise<boolean> {
  return await lastOf(store) > 0;
}

async function lastOf(store: KV): Promise<number> {
  return (await store.status()).streamInfo.state.last_seq;
}

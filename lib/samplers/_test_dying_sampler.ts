import process from "node:process";
import { threadId } from "node:worker_threads";
import type { Work } from "../model/mod.ts";
import type { Reader } from "./_reader.ts";
import { resolveOptions } from "./_options.ts";
import { runReads } from "./_run_reads.ts";
import type { Sampler } from "./types.ts";

/**
 * A sampler whose thread ends without a word in the middle of read `read`, as long as `deaths`, shared between threads, is above zero;
 * else every read finds all spins up where its number is even, and down where it is odd.
 */
export function dyingSampler(options: { read: number; deaths: Int32Array; lanes: number; message?: string }): Sampler {
  const origin = { module: import.meta.url, name: "dyingSampler", options };
  return {
    name: "dyingSampler",
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions("dyingSampler", model, sampleOptions, true);
      // deno-lint-ignore require-yield
      const prepare = function* (): Work<Reader> {
        let slices = 0;
        return {
          kernel: `thread ${threadId > 0 ? "of the pool" : "of the caller"}`,
          options: {},
          lanes: options.lanes,
          begin(reads) {
            slices = 0;
            for (const { read, spins } of reads) {
              if (read === options.read && options.message) throw new RangeError(options.message);
              if (read === options.read && Atomics.sub(options.deaths, 0, 1) > 0) process.exit(1);
              spins.fill(read % 2 === 0 ? 1 : -1);
            }
          },
          advance: () => ++slices > 3,
        };
      };
      return await runReads({ sampler: "dyingSampler", origin, model, options: resolved, prepare });
    },
  };
}

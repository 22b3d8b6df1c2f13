import process from "node:process";
import type { Work } from "../model/mod.ts";
import type { Reader } from "./_reader.ts";
import { resolveOptions } from "./_options.ts";
import { runReads } from "./_run_reads.ts";
import type { Sampler } from "./types.ts";

const LINGER_SLICES = 50;
const SLICE_MS = 4;

/**
 * A sampler for two reads in two threads: that of read 0 is done when the other has begun, and ends later, without a word; read 1
 * goes on until then and a little longer. `told`, shared between threads, has two words: read 1 has begun, the thread has ended.
 */
export function leavingSampler(options: { told: Int32Array }): Sampler {
  const origin = { module: import.meta.url, name: "leavingSampler", options };
  const { told } = options;
  // without taking the core of the other thread
  const wait = (word: number, value: number) => Atomics.wait(told, word, value, SLICE_MS);
  return {
    name: "leavingSampler",
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions("leavingSampler", model, sampleOptions, true);
      // deno-lint-ignore require-yield
      const prepare = function* (): Work<Reader> {
        let read = 0;
        let lingered = 0;
        return {
          kernel: "none",
          options: {},
          begin([start]) {
            read = start.read;
            if (read === 1) Atomics.store(told, 0, 1);
            else {
              setTimeout(() => {
                Atomics.store(told, 1, 1);
                process.exit(1);
              }, 1);
            }
          },
          advance() {
            if (read === 0) return wait(0, 0) === "not-equal";
            if (wait(1, Atomics.load(told, 1)) === "timed-out" && Atomics.load(told, 1) === 1) lingered++;
            return lingered > LINGER_SLICES;
          },
        };
      };
      return await runReads({ sampler: "leavingSampler", origin, model, options: resolved, prepare });
    },
  };
}

import { resolveOptions } from "./_options.ts";
import { runReads } from "./_run_reads.ts";
import { loadInBlocks, spinLoops } from "./_spin_loops.ts";
import type { Sampler } from "./types.ts";

const FLIPS_PER_SLICE = 100;

/**
 * Makes a sampler that walks down: from each initial state, the one flip, up or down, that lowers the energy most, until none does.
 *
 * The flip of variable i changes the energy by `-2 s_i f_i`, f_i the local field; of equal gains the first is taken. Every
 * complete read is a local minimum under single flips; the lowest of many is no ground state by itself. No options.
 *
 * Bad at: everything with more than one valley. It is the baseline that shows what a search adds, and the last step of others.
 *
 * @returns a sampler
 *
 * Cost O(n) a flip beside the update of the fields: O(n) dense, O(neighbours) sparse, O(n d) factored.
 *
 * @example Down from a given state
 * ```ts
 * import { greedyDescent } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, []), linear: [1, 5] });
 * const { states } = await greedyDescent().sample(model, { initialStates: Int8Array.of(1, 1) });
 * assertEquals([...states], [-1, -1]);
 * ```
 */
export function greedyDescent(): Sampler {
  const origin = { module: import.meta.url, name: "greedyDescent", options: undefined };
  return {
    name: "greedyDescent",
    origin,
    async sample(model, options = {}) {
      const resolved = resolveOptions("greedyDescent", model, options, true);
      return await runReads({
        sampler: "greedyDescent",
        origin,
        model,
        options: resolved,
        *prepare() {
          const loops = yield* spinLoops(model);
          let loading = loadInBlocks(loops, new Int8Array(0));
          let spins: Int8Array = new Int8Array(model.n);
          return {
            kernel: loops.name,
            options: {},
            begin([read]) {
              spins = read.spins;
              loading = loadInBlocks(loops, spins);
            },
            advance() {
              if (!loading.next().done) return false;
              for (let flips = 0; flips < FLIPS_PER_SLICE; flips++) if (!loops.steepest(spins)) return true;
              return false;
            },
          };
        },
      });
    },
  };
}

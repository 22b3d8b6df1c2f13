// The thread behind mixedInteger(): HiGHS works synchronously, so that the caller's thread must not be the one.
import { parentPort } from "node:worker_threads";
import * as highsModule from "highs";
import type { HighsReply, HighsRequest } from "./_highs_messages.ts";
import { pack, unpack } from "./_wire.ts";

const INTERRUPT_MS = 2;

// the types describe the CommonJS build, whose default is one level deeper than that of the module that is loaded
type Load = typeof highsModule.default.default;

function isLoad(value: unknown): value is Load {
  return typeof value === "function";
}

const load: unknown = highsModule.default;
const loaded = isLoad(load) ? load() : Promise.reject(new TypeError("the package highs exports no function"));
const reply = (message: HighsReply) => parentPort?.postMessage(pack(message));

parentPort?.on("message", async (packed) => {
  const request = unpack<HighsRequest>(packed);
  try {
    await solve(request);
  } catch (error) {
    reply({ id: request.id, kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});

async function solve({ id, program, start, timeLimitS, target, flag }: HighsRequest): Promise<void> {
  const highs = await loaded;
  const { binaries, costs, upper, rowPtr, columns, coefficients, limits, pairs } = program;
  const [numCols, numRows] = [costs.length, limits.length];
  const { callbackType, modelStatus } = highs.constants;
  const integrality = new Int32Array(numCols).fill(0);
  integrality.fill(1, 0, binaries);
  const model = highs.createModel({
    numCols,
    numRows,
    colCost: costs,
    colLower: new Float64Array(numCols),
    colUpper: upper,
    rowLower: new Float64Array(numRows).fill(-highs.infinity),
    rowUpper: limits,
    matrix: { format: "csr", numRows, numCols, starts: rowPtr, indices: columns, values: coefficients },
    integrality,
  });
  try {
    // the search for good states is over before: what is left is the proof
    model.options.set({ output_flag: false, mip_rel_gap: 0, mip_heuristic_effort: 0, random_seed: 0 });
    if (Number.isFinite(timeLimitS)) model.options.set({ time_limit: Math.max(1e-3, timeLimitS) });
    if (Number.isFinite(target)) model.options.set({ objective_target: target });
    const colValue = new Float64Array(numCols);
    colValue.set(start);
    for (let p = 0; p < numCols - binaries; p++) {
      colValue[binaries + p] = start[pairs[2 * p]] * start[pairs[2 * p + 1]];
    }
    model.setSolution({ colValue });
    const bitsOf = (values: Float64Array) =>
      Int8Array.from(values.subarray(0, binaries), (value) => value > 0.5 ? 1 : 0);
    let askedAt = performance.now();
    let bound = -Infinity;
    const tellBound = (found: number | undefined, nodes: bigint | undefined) => {
      if (found === undefined || !(found > bound) || !(found < 1e100)) return;
      bound = found;
      reply({ id, kind: "bound", bound, nodes: Number(nodes ?? 0n) });
    };
    model.run({
      [callbackType.mipImprovingSolution]({ data }) {
        if (data.mip_solution !== undefined) reply({ id, kind: "bits", bits: bitsOf(data.mip_solution) });
      },
      [callbackType.mipInterrupt](event) {
        const now = performance.now();
        if (now - askedAt < INTERRUPT_MS) return;
        askedAt = now;
        tellBound(event.data.mip_dual_bound, event.data.mip_node_count);
        if (Atomics.load(flag, 0) !== 0) event.interrupt();
      },
    });
    const status = model.getModelStatus();
    const solution = model.getSolution();
    if (solution.colValue !== undefined && solution.colValue.length === numCols) {
      reply({ id, kind: "bits", bits: bitsOf(Float64Array.from(solution.colValue)) });
    }
    tellBound(Number(model.info.get("mip_dual_bound")), BigInt(model.info.get("mip_node_count")));
    reply({
      id,
      kind: "done",
      proven: status === modelStatus.optimal,
      targetReached: status === modelStatus.objectiveTarget,
    });
  } finally {
    model.dispose();
  }
}

import type { IsingModel } from "../model/mod.ts";
import { eliminationBytes, type EliminationGoal } from "./_bucket_elimination.ts";
import { type Elimination, ELIMINATION_RULES, eliminationOrder } from "./_elimination_order.ts";
import { type ModelGraph, modelGraph } from "./_model_graph.ts";

const CANNOT = "Cannot decompose the model";
const LARGEST_SUM = 1e300;

/** What a decomposition may take. */
export interface DecompositionLimits {
  readonly maxWidth: number;
  readonly maxBytes: number;
}

/** The couplings by neighbours and the fields, times `scale`; refuses what no order of the permitted width can have. */
export function graphFor(model: IsingModel, { maxWidth }: DecompositionLimits, scale: number): ModelGraph {
  const n = model.n;
  // a graph of treewidth w has at most n w - w (w + 1) / 2 pairs
  const width = Math.min(maxWidth, Math.max(0, n - 1));
  const maxPairs = n * width - width * (width + 1) / 2;
  const graph = modelGraph(model, maxPairs);
  if (graph === undefined) {
    throw new RangeError(
      `${CANNOT}: it has more than ${maxPairs} couplings, the most that ${n} variables have at width ${maxWidth}; every ` +
        `order is wider, and a table takes more than ${bytesText(2 ** (maxWidth + 3))}; raise maxWidth or use ` +
        `simulatedAnnealing()`,
    );
  }
  const scaled = scale === 1 ? graph : {
    ...graph,
    values: graph.values.map((value) => value * scale),
    linear: graph.linear.map((value) => value * scale),
  };
  if (!(sizeOf(scaled) < LARGEST_SUM)) {
    throw new RangeError(
      `${CANNOT}: its coefficients, times beta, add up to ${
        sizeOf(scaled)
      }, expected less than ${LARGEST_SUM}; scale ` +
        `the model or take a smaller beta`,
    );
  }
  return scaled;
}

/** Sum of the magnitudes of all coefficients. */
export function sizeOf({ values, linear }: ModelGraph): number {
  let size = 0;
  for (let k = 0; k < values.length; k++) size += Math.abs(values[k]) / 2;
  for (let i = 0; i < linear.length; i++) size += Math.abs(linear[i]);
  return size;
}

/** The order with the least work among those within the limits; throws where there is none. */
export function* bestOrder(
  graph: ModelGraph,
  goal: EliminationGoal,
  { maxWidth, maxBytes }: DecompositionLimits,
): Generator<void, Elimination> {
  let best: Elimination | undefined;
  let narrowest = Infinity;
  for (const rule of ELIMINATION_RULES) {
    const found = yield* eliminationOrder(graph, rule, maxWidth);
    if (typeof found === "number") narrowest = Math.min(narrowest, found);
    else if (best === undefined || found.work < best.work) best = found;
  }
  if (best === undefined) {
    throw new RangeError(
      `${CANNOT}: every order tried reaches width ${narrowest} or more, at most ${maxWidth} is worked on; one table of ` +
        `that width takes ${
          bytesText(2 ** (narrowest + 3))
        }; use simulatedAnnealing(), or raise maxWidth where it is near`,
    );
  }
  const bytes = eliminationBytes(best, goal);
  if (bytes > maxBytes) {
    throw new RangeError(
      `${CANNOT}: the tables of the order found, of width ${best.width}, take ${bytesText(bytes)}, at most ` +
        `${bytesText(maxBytes)} may be taken; raise maxBytes or use simulatedAnnealing()`,
    );
  }
  return best;
}

function bytesText(bytes: number): string {
  const power = Math.min(8, Math.floor(Math.log2(bytes) / 10));
  const unit = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"][power];
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${unit}`;
}

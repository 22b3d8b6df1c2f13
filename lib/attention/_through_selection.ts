import type { Floats, RowLayout } from "../kernels/mod.ts";
import type { BlockShape } from "./block.ts";
import type { ProblemGradient, SelectionGradient, SelectionTask } from "./gradient_estimator.ts";

/** The gradient that an estimator adds, in arrays of its own. */
export function throughSelection(estimate: SelectionGradient, task: SelectionTask): ProblemGradient {
  const { queries, keys, fields } = task.problem;
  const into = {
    queries: new Float64Array(queries.length),
    keys: new Float64Array(keys.length),
    fields: new Float64Array(fields.length),
  };
  estimate(task, into);
  return into;
}

/** g of every head and token, `[S, H, N]`: the gradient of the output along the direction e of its head. */
export function slopesOf({ samples, heads, tokens, width }: BlockShape, dy: Floats, e: Floats): Float64Array {
  const slopes = new Float64Array(samples * heads * tokens), D = heads * width;
  for (let at = 0; at < slopes.length; at++) {
    const t = Math.floor(at / tokens) % heads, row = Math.floor(at / (heads * tokens)) * tokens + at % tokens;
    const own = e.length > width ? t * width : 0;
    for (let a = 0; a < width; a++) slopes[at] += dy[row * D + t * width + a] * e[own + a];
  }
  return slopes;
}

/** Adds gradients of a problem, head by head, to the rows, token by token. */
export function addToRows(
  { heads, tokens, width }: BlockShape,
  layout: RowLayout,
  { queries, keys, fields }: ProblemGradient,
  drows: Floats,
  dp: Floats | null,
): void {
  for (let at = 0; at < fields.length; at++) {
    const t = Math.floor(at / tokens) % heads, i = at % tokens;
    const row = (Math.floor(at / (heads * tokens)) * tokens + i) * layout.stride;
    for (let a = 0; a < width; a++) {
      drows[row + t * width + a] += queries[at * width + a];
      drows[row + layout.keys + t * width + a] += keys[at * width + a];
    }
    drows[row + layout.fields + t] += fields[at];
    if (dp) dp[t * tokens + i] += fields[at];
  }
}

import type { AttentionProblem } from "../attention/mod.ts";
import { checkProblemIndex } from "./_check.ts";
import { makeShown } from "./_make_shown.ts";
import { heatMap } from "./heat_map.ts";
import type { Shown } from "./shown.ts";
import { showTogether } from "./show_together.ts";

/** How {@link showProblem} shows an attention problem. */
export interface ShowProblemOptions {
  /** The line above. @default {"Couplings of 8 heads over 49 tokens"} */
  readonly title?: string;
  /** Which problem of the batch. @default {0} */
  readonly index?: number;
  /** Which heads, from 0. @default {the first six} */
  readonly heads?: readonly number[];
}

const MOST_HEADS = 6;
const MOST_TOKENS = 256;

/**
 * Makes a value that shows the couplings `J_ij = (q_i . k_j + q_j . k_i) / (2 sqrt d)` of the heads of an attention problem.
 *
 * @param problem at most 256 tokens
 * @param options see {@link ShowProblemOptions}
 * @returns a value to be left at the end of a cell: HTML, SVG and text; plotly for one head
 * @throws {RangeError} if there is no such problem or head, or there are too many tokens
 *
 * Cost O(N^2 d) a head.
 * Source: arXiv 2504.11083.
 *
 * @example One head of two tokens
 * ```ts
 * import { showProblem } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const [queries, keys, fields] = [Float32Array.of(1, 1), Float32Array.of(1, 3), new Float32Array(2)];
 * const shape = { batch: 1, heads: 1, tokens: 2, width: 1 };
 * const problem = { ...shape, queries, keys, fields, weights: { coupling: 1, field: 1, overlap: 0 } };
 * assertStringIncludes(showProblem(problem).text, "positive, to 2");
 * ```
 */
export function showProblem(problem: AttentionProblem, options: ShowProblemOptions = {}): Shown {
  const { batch, heads, tokens, width, queries, keys } = problem;
  const { index = 0 } = options;
  const cannot = "Cannot show the attention problem";
  checkProblemIndex(cannot, index, batch);
  if (tokens > MOST_TOKENS) {
    throw new RangeError(`${cannot}: ${tokens} tokens are more than ${MOST_TOKENS}; show a part of them`);
  }
  const shown = options.heads ?? Array.from({ length: Math.min(heads, MOST_HEADS) }, (_, t) => t);
  const figures = shown.map((t) => {
    if (!Number.isInteger(t) || t < 0 || t >= heads) {
      throw new RangeError(`${cannot}: heads are numbered from 0 to ${heads - 1}, got ${t}`);
    }
    const from = (index * heads + t) * tokens * width;
    const J = new Float64Array(tokens * tokens);
    for (let i = 0; i < tokens; i++) {
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let a = 0; a < width; a++) {
          sum += queries[from + i * width + a] * keys[from + j * width + a] +
            queries[from + j * width + a] * keys[from + i * width + a];
        }
        J[i * tokens + j] = J[j * tokens + i] = sum / (2 * Math.sqrt(width));
      }
    }
    return heatMap(J, {
      rows: tokens,
      title: `Couplings of head ${t + 1}`,
      rowLabel: "token i",
      columnLabel: "token j",
      valueLabel: "J_ij (energy)",
      edge: shown.length === 1 ? 360 : 170,
    });
  });
  if (figures.length === 0) throw new RangeError(`${cannot}: expected one head or more, got none`);
  if (figures.length === 1) return figures[0];
  const title = options.title ?? `Couplings of ${shown.length} of ${heads} heads over ${tokens} tokens`;
  const { svg } = showTogether(figures, { title, columns: 3 });
  // the others look much the same in characters
  return makeShown({ svg, text: `${title}\n\n${figures[0].text}` });
}

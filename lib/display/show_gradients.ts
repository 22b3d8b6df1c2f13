import type { AxisLabel } from "./quantity.ts";
import { scatterChart } from "./scatter_chart.ts";
import type { Shown } from "./shown.ts";

/** Slopes by two ways. */
export interface GradientComparison {
  /** What they are of: queries, keys. @default {"slopes"} */
  readonly label?: string;
  /** By the formula, or by an estimator. */
  readonly gradient: ArrayLike<number>;
  /** By differences, or exactly, in the same order. */
  readonly difference: ArrayLike<number>;
}

/** How {@link showGradients} shows slopes. */
export interface ShowGradientsOptions {
  /** The line above. @default {"Gradient against differences"} */
  readonly title?: string;
  /** What the differences are. @default {"central difference"} */
  readonly differenceLabel?: AxisLabel;
  /** What the gradients are. @default {"gradient"} */
  readonly gradientLabel?: AxisLabel;
}

const MOST_POINTS = 400;

/**
 * Makes a value that shows gradients against differences: on the diagonal where they agree.
 *
 * Of more than 400 points every so many are drawn, and the legend says so; the largest difference is that of all.
 *
 * @param comparisons one, or several of different colours
 * @param options see {@link ShowGradientsOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML, SVG and text
 * @throws {RangeError} if there is no slope, or one is not finite
 * @throws {TypeError} if there are more of one kind than of the other
 *
 * Cost O(slopes).
 * Source: none needed.
 *
 * @example Three slopes that agree
 * ```ts
 * import { showGradients } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(showGradients({ gradient: [1, 2, 3], difference: [1, 2, 3] }).text, "at most 0 apart");
 * ```
 */
export function showGradients(
  comparisons: GradientComparison | readonly GradientComparison[],
  options: ShowGradientsOptions = {},
): Shown {
  const { title = "Gradient against differences", differenceLabel = "central difference", gradientLabel = "gradient" } =
    options;
  const all: readonly GradientComparison[] = "gradient" in comparisons ? [comparisons] : comparisons;
  const cannot = "Cannot show gradients";
  let [low, high] = [Infinity, -Infinity];
  const groups = all.map(({ label = "slopes", gradient, difference }) => {
    const count = gradient.length;
    if (difference.length !== count) {
      throw new TypeError(`${cannot}: ${label} has ${count} gradients and ${difference.length} differences`);
    }
    let apart = 0;
    for (let i = 0; i < count; i++) {
      if (!Number.isFinite(gradient[i]) || !Number.isFinite(difference[i])) {
        throw new RangeError(
          `${cannot}: slope ${i} of ${label} is ${gradient[i]} and ${difference[i]}, expected finite ones`,
        );
      }
      apart = Math.max(apart, Math.abs(gradient[i] - difference[i]));
      low = Math.min(low, gradient[i], difference[i]);
      high = Math.max(high, gradient[i], difference[i]);
    }
    const every = Math.ceil(count / MOST_POINTS);
    const shown = Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every);
    const part = every > 1 ? `, one in ${every} of ${count} drawn` : "";
    return {
      label: `${label}: at most ${Number(apart.toPrecision(2))} apart${part}`,
      points: shown.map((i) => ({ x: difference[i], y: gradient[i] })),
    };
  });
  if (!(low <= high)) throw new RangeError(`${cannot}: there is no slope`);
  return scatterChart(groups, {
    title,
    xLabel: differenceLabel,
    yLabel: gradientLabel,
    xScale: "linear",
    yScale: "linear",
    lines: low === high ? [] : [{ label: "equal", dash: "dash", points: [[low, low], [high, high]] }],
  });
}

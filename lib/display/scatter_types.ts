import type { AxisLabel } from "./quantity.ts";

/** One measured point. */
export interface ScatterPoint {
  /** Where it lies. */
  readonly x: number;
  /** How high it lies; where `censored`, only known to lie as high or higher. */
  readonly y: number;
  /** Ends of the interval of x. @default {none drawn} */
  readonly xRange?: readonly [number, number];
  /** Ends of the interval of y; one that has no place on the axis reaches to the frame. @default {none drawn} */
  readonly yRange?: readonly [number, number];
  /** True if y is a lower bound: an arrow points up. @default {false} */
  readonly censored?: boolean;
  /** What a hovering pointer is told. @default {nothing} */
  readonly label?: string;
}

/** Points that belong together. */
export interface ScatterGroup {
  /** What the legend says. */
  readonly label: string;
  /** Its points, in any order. */
  readonly points: readonly ScatterPoint[];
  /** True: a ring around points of other groups, to point them out. @default {false} */
  readonly ring?: boolean;
  /** Place among the `scatterStyles`, so that a group looks the same in every chart. @default {the place in the list} */
  readonly slot?: number;
}

/** A line among the points: a fit, a bound. */
export interface ScatterLine {
  /** What the legend says. */
  readonly label: string;
  /** Two points or more, joined in their order. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** How it is dashed. @default {"solid"} */
  readonly dash?: "solid" | "dash" | "dot";
  /** Place among the `scatterStyles` whose colour it has. @default {ink} */
  readonly slot?: number;
}

/** What a scatter chart shows. */
export interface ScatterChartOptions {
  /** The line above the chart. */
  readonly title: string;
  /** What x is, with its unit. */
  readonly xLabel: AxisLabel;
  /** What y is, with its unit. */
  readonly yLabel: AxisLabel;
  /** Lines among the points. @default {none} */
  readonly lines?: readonly ScatterLine[];
  /** `log`: powers of ten, for values above 0. @default {"log"} */
  readonly xScale?: "log" | "linear";
  /** As `xScale`. @default {"log"} */
  readonly yScale?: "log" | "linear";
  /** False leaves the legend out, for a page that has one `scatterLegend` for all. @default {true} */
  readonly legend?: boolean;
}

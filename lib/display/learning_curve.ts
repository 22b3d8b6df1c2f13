import { palette } from "./_colours.ts";

/** One point of a learning curve: what the runs of one configuration came to after an epoch. */
export interface CurveSample {
  /** From 1. */
  readonly epoch: number;
  /** Mean test accuracy over the runs, percent. */
  readonly accuracy: number;
  /** Mean test loss over the runs, nats. */
  readonly loss: number;
  /** Lowest and highest test accuracy of the runs, percent; both equal the mean for one run. */
  readonly accuracyRange: readonly [number, number];
}

/** A learning curve with its name and its place in the palette. */
export interface LearningCurve {
  /** What the legend says. */
  readonly label: string;
  /** Colour and marker, 0 .. 15, the same in every panel; see {@link curveStyles}. */
  readonly slot: number;
  /** Number of runs behind each sample. */
  readonly runs: number;
  /** In the order of epochs. */
  readonly samples: readonly CurveSample[];
  /** Published accuracies, percent, drawn as open markers. @default {none} */
  readonly published?: readonly PublishedPoint[];
}

/** A published accuracy at an epoch. */
export interface PublishedPoint {
  /** From 1. */
  readonly epoch: number;
  /** Test accuracy, percent. */
  readonly accuracy: number;
}

/** The learning curves of one data set, drawn side by side: accuracy and loss. */
export interface CurvePanel {
  /** The data set as tables name it. */
  readonly title: string;
  /** A line below the title: what the data are, why nothing published is drawn. @default {none} */
  readonly note?: string;
  /** The curves, in the order of the legend. */
  readonly curves: readonly LearningCurve[];
}

/** How the curve of a slot is drawn. */
export interface CurveStyle {
  /** Okabe and Ito's palette, which readers of every colour vision can tell apart. */
  readonly colour: string;
  /** Name of the marker; plotly's names. */
  readonly marker: "circle" | "square" | "diamond" | "triangle-up" | "triangle-down" | "x";
  /** True for controls, by the order of the tables. */
  readonly dashed: boolean;
}

/**
 * How the curve of each slot is drawn: no two have colour and marker in common, so that no reader depends on colour alone.
 *
 * Source: Okabe and Ito, Color Universal Design (2008), the palette of eight colours.
 */
export const curveStyles: readonly CurveStyle[] = [
  { colour: palette.black, marker: "circle", dashed: false },
  { colour: palette.vermillion, marker: "square", dashed: false },
  { colour: palette.orange, marker: "square", dashed: true },
  { colour: palette.blue, marker: "diamond", dashed: false },
  { colour: palette.sky, marker: "diamond", dashed: true },
  { colour: palette.green, marker: "triangle-up", dashed: true },
  { colour: palette.purple, marker: "triangle-down", dashed: false },
  { colour: palette.grey, marker: "x", dashed: true },
  // the palette ends here: from now on colours return with other markers
  { colour: palette.blue, marker: "x", dashed: false },
  { colour: palette.vermillion, marker: "triangle-up", dashed: true },
  { colour: palette.green, marker: "circle", dashed: false },
  { colour: palette.purple, marker: "square", dashed: true },
  { colour: palette.orange, marker: "triangle-down", dashed: false },
  { colour: palette.sky, marker: "triangle-up", dashed: false },
  { colour: palette.grey, marker: "circle", dashed: false },
  { colour: palette.black, marker: "diamond", dashed: true },
];

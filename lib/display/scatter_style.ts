import { palette } from "./_colours.ts";

/** How the points of a group are drawn. */
export interface ScatterStyle {
  /** Okabe and Ito's palette, which readers of every colour vision can tell apart. */
  readonly colour: string;
  /** Name of the marker; plotly's names. */
  readonly marker: "circle" | "square" | "diamond" | "triangle-up" | "triangle-down" | "x" | "cross" | "star";
  /** True if only the outline is drawn. */
  readonly open: boolean;
}

/**
 * How the points of each group are drawn: no two share shape and filling, so that they can be told apart in grey too.
 *
 * Source: Okabe and Ito, Color Universal Design (2008), the palette of eight colours.
 */
export const scatterStyles: readonly ScatterStyle[] = [
  { colour: palette.black, marker: "circle", open: false },
  { colour: palette.vermillion, marker: "square", open: false },
  { colour: palette.blue, marker: "diamond", open: false },
  { colour: palette.green, marker: "triangle-up", open: false },
  { colour: palette.purple, marker: "triangle-down", open: false },
  { colour: palette.blue, marker: "x", open: false },
  { colour: palette.vermillion, marker: "circle", open: true },
  { colour: palette.black, marker: "square", open: true },
  { colour: palette.green, marker: "diamond", open: true },
  { colour: palette.blue, marker: "triangle-up", open: true },
  { colour: palette.grey, marker: "triangle-down", open: true },
  { colour: palette.vermillion, marker: "cross", open: false },
  { colour: palette.grey, marker: "star", open: false },
  { colour: palette.green, marker: "star", open: true },
];

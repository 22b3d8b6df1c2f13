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
  { colour: "#000000", marker: "circle", open: false },
  { colour: "#d55e00", marker: "square", open: false },
  { colour: "#0072b2", marker: "diamond", open: false },
  { colour: "#009e73", marker: "triangle-up", open: false },
  { colour: "#cc79a7", marker: "triangle-down", open: false },
  { colour: "#0072b2", marker: "x", open: false },
  { colour: "#d55e00", marker: "circle", open: true },
  { colour: "#000000", marker: "square", open: true },
  { colour: "#009e73", marker: "diamond", open: true },
  { colour: "#0072b2", marker: "triangle-up", open: true },
  { colour: "#7a7a7a", marker: "triangle-down", open: true },
  { colour: "#d55e00", marker: "cross", open: false },
  { colour: "#7a7a7a", marker: "star", open: false },
  { colour: "#009e73", marker: "star", open: true },
];

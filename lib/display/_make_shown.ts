import type { PlotlyFigure } from "./plotly_figure.ts";
import { JUPYTER_DISPLAY, type Shown } from "./shown.ts";

/** What Deno asks a value for that it prints. */
const DENO_INSPECT = Symbol.for("Deno.customInspect");

/** The forms of one figure or table. */
export interface Forms {
  /** A static drawing. */
  readonly svg?: string;
  /** HTML where it is not the drawing. */
  readonly html?: string;
  /** Markdown, for tables. */
  readonly markdown?: string;
  /** Plotly's form, where pointing and zooming help. */
  readonly plotly?: PlotlyFigure;
  /** For terminals. */
  readonly text: string;
}

/** Makes the value that shows itself from its forms; there is a drawing or HTML. */
export function makeShown({ svg, html = svg ?? "", markdown, plotly, text }: Forms): Shown {
  const lines = text.replace(/\s+$/, "");
  const bundle = {
    ...(plotly !== undefined && { "application/vnd.plotly.v1+json": plotly }),
    "text/html": html,
    ...(svg !== undefined && { "image/svg+xml": svg }),
    ...(markdown !== undefined && { "text/markdown": markdown }),
    "text/plain": lines,
  };
  return Object.defineProperty(
    {
      ...(svg !== undefined && { svg }),
      html,
      text: lines,
      [JUPYTER_DISPLAY]: () => bundle,
      toString: () => lines,
    },
    DENO_INSPECT,
    { value: () => lines, enumerable: false },
  );
}

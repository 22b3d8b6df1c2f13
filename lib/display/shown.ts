/** The name of the method by which a Jupyter kernel asks a value for what to show. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** A value that shows itself: as a figure in a notebook and in a report, as text in a terminal. */
export interface Shown {
  /** A static drawing that needs nothing outside it; absent where there is only a table or a text. */
  readonly svg?: string;
  /** HTML to be put inside a page, without scripts. */
  readonly html: string;
  /** Lines for a terminal, without colours. */
  readonly text: string;
  /** What is shown, by MIME type; called by the kernel. */
  [JUPYTER_DISPLAY](): Record<string, unknown>;
  /** The text: what `console.log` of a template prints. */
  toString(): string;
}

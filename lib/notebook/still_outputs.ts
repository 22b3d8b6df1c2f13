import type { Cell, MimeBundle, Notebook } from "./notebook_file.ts";

/** What a static drawing stands for where there is one. */
const LIVE = ["application/vnd.plotly.v1+json", "text/html"];

/**
 * Leaves out of every output that has a static drawing what shows the same again: plotly's form and HTML.
 *
 * A file is less than half as large for it, and viewers without scripts, which take the first type that they know, show the drawing.
 *
 * @param notebook left as it is
 * @returns the notebook with smaller outputs
 *
 * Cost O(outputs).
 *
 * @example The drawing and the text stay
 * ```ts
 * import { stillOutputs } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const data = { "image/svg+xml": "<svg/>", "text/html": "<svg/>", "text/plain": "a figure" };
 * const outputs = [{ output_type: "display_data" as const, data, metadata: {} }];
 * const cells = [{ cell_type: "code" as const, metadata: {}, source: "1", outputs }];
 * const [cell] = stillOutputs({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }).cells;
 * const [output] = cell.outputs ?? [];
 * assertEquals("data" in output && Object.keys(output.data), ["image/svg+xml", "text/plain"]);
 * ```
 */
export function stillOutputs(notebook: Notebook): Notebook {
  const still = (data: MimeBundle): MimeBundle =>
    data["image/svg+xml"] === undefined
      ? data
      : Object.fromEntries(Object.entries(data).filter(([type]) => !LIVE.includes(type)));
  const cells = notebook.cells.map((cell): Cell =>
    cell.outputs === undefined ? cell : {
      ...cell,
      outputs: cell.outputs.map((output) => "data" in output ? { ...output, data: still(output.data) } : output),
    }
  );
  return { ...notebook, cells };
}

import type { Model } from "../model/mod.ts";
import { eachCoupling, MOST_FACTORED } from "./_coupling_entries.ts";
import { fieldBars } from "./_field_bars.ts";
import { couplingGraph, MOST_EDGES, MOST_NODES } from "./_graph.ts";
import { counted } from "./_text.ts";
import { heatMap } from "./heat_map.ts";
import { axisLabel } from "./quantity.ts";
import type { Shown } from "./shown.ts";
import { showTogether } from "./show_together.ts";

/** How {@link showModel} shows a model. */
export interface ShowModelOptions {
  /** The line above. @default {"Ising model of 12 spins"} */
  readonly title?: string;
  /** The unit of energy. @default {none} */
  readonly unit?: string;
  /** A name for each variable, written into the graph. @default {their numbers} */
  readonly labels?: readonly (string | number)[];
  /** False leaves out the graph that a sparse model of up to 64 variables has beside its heat map. @default {where it is sparse} */
  readonly graph?: boolean;
}

const BINS = 120;

/**
 * Makes a value that shows a model: a heat map of its couplings, its linear coefficients, and where it is sparse and small its graph.
 *
 * Blue is negative, red positive. Of a model above 120 variables a cell stands for several pairs and has the coupling that is
 * largest in size.
 *
 * @param model an Ising model or a QUBO, of one variable or more
 * @param options see {@link ShowModelOptions}
 * @returns a value to be left at the end of a cell: HTML, SVG and text; plotly where there is only the heat map
 * @throws {RangeError} if the model has no variable, a coefficient is not finite, or labels do not fit
 *
 * Cost O(n^2) dense, O(m) sparse, O(n^2 d) factored to 4096 variables, above them every so many rows.
 * Source: stress majorization for the graph, Gansner, Koren and North (2004), DOI 10.1007/978-3-540-31843-9_25.
 *
 * @example Two spins that want to be equal
 * ```ts
 * import { showModel } from "qama/display";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertStringIncludes } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -1]]) });
 * assertStringIncludes(showModel(model).text, "Ising model of 2 spins, 1 coupling");
 * ```
 */
export function showModel(model: Model, options: ShowModelOptions = {}): Shown {
  const { n, couplings, linear, vartype } = model;
  const cannot = "Cannot show the model";
  if (n < 1) throw new RangeError(`${cannot}: it has no variables`);
  if (options.labels !== undefined && options.labels.length !== n) {
    throw new RangeError(`${cannot}: expected a label for each of ${n} variables, got ${options.labels.length}`);
  }
  const bad = linear.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`${cannot}: the linear coefficient of variable ${bad} is ${linear[bad]}`);
  const cells = Math.min(n, BINS);
  const size = Math.ceil(n / cells);
  const side = Math.ceil(n / size);
  const values = new Float64Array(side * side);
  const edges: [number, number, number][] = [];
  let pairs = 0;
  eachCoupling(couplings, (i, j, value) => {
    if (!Number.isFinite(value)) throw new RangeError(`${cannot}: the coupling of variables ${i} and ${j} is ${value}`);
    pairs++;
    if (edges.length <= MOST_EDGES) edges.push([i, j, value]);
    const [r, c] = [Math.floor(i / size), Math.floor(j / size)];
    if (Math.abs(value) > Math.abs(values[r * side + c])) values[r * side + c] = values[c * side + r] = value;
  });
  const { unit } = options;
  const ising = vartype === "ising";
  const sampled = couplings.form === "factored" && n > MOST_FACTORED;
  const kind = ising ? "Ising model" : "QUBO";
  const title = options.title ??
    `${kind} of ${counted(n, ising ? "spin" : "bit")}, ${sampled ? "couplings factored" : counted(pairs, "coupling")}`;
  const heat = () =>
    heatMap(values, {
      rows: side,
      title: size === 1
        ? "Couplings"
        : `Couplings, the largest of ${sampled ? "some in " : ""}${size} x ${size} a cell`,
      rowLabel: ising ? "spin i" : "bit i",
      columnLabel: ising ? "spin j" : "bit j",
      valueLabel: axisLabel({ name: ising ? "J_ij" : "Q_ij", unit }),
      step: size,
      edge: 300,
    });
  const fields = linear.some((value) => value !== 0);
  const figures = pairs > 0 || !fields ? [heat()] : [];
  const sparse = n <= MOST_NODES && edges.length <= MOST_EDGES && pairs <= 2.5 * n;
  if (options.graph ?? (sparse && edges.length > 0)) {
    if (n > MOST_NODES || edges.length > MOST_EDGES) {
      throw new RangeError(
        `${cannot} as a graph: expected at most ${MOST_NODES} variables and ${MOST_EDGES} couplings, got ${n} and ${pairs}`,
      );
    }
    figures.push(couplingGraph(n, edges, linear, { ising, labels: options.labels }));
  }
  if (fields) figures.push(fieldBars(linear, { ising, unit, edge: 300, labels: options.labels }));
  return showTogether(figures, { title, columns: 2 });
}

import type { AttentionProblem } from "../attention/mod.ts";
import type { PreflightReport } from "../machine/mod.ts";
import type { Model } from "../model/mod.ts";
import type { SampleSet } from "../samplers/mod.ts";
import { kindOf } from "./_kinds.ts";
import type { NamedPreflight } from "./preflight_sections.ts";
import type { SelectionPanels } from "./selection_panels.ts";
import type { SelectionPictures } from "./selection_svg.ts";
import type { SelectionWords } from "./selection_words.ts";
import type { AnnealTrace, ShowAnnealOptions } from "./show_anneal.ts";
import type { Bar, ShowBarsOptions } from "./show_bars.ts";
import type { GapTimeCell, GapTimePoint, ShowGapTimesOptions } from "./show_gap_times.ts";
import type { GapSource, ShowGapsOptions } from "./show_gaps.ts";
import type { GradientComparison, ShowGradientsOptions } from "./show_gradients.ts";
import type { ChosenHeads, ShowHeadsOptions } from "./show_heads.ts";
import type { CurveSource, ShowLearningCurvesOptions } from "./show_learning_curves.ts";
import type { ShowModelOptions } from "./show_model.ts";
import type { ShowPreflightOptions } from "./show_preflight.ts";
import type { ShowProblemOptions } from "./show_problem.ts";
import type { ShowSampleSetOptions } from "./show_sample_set.ts";
import type { ShowTableOptions, TableRow, TableSource } from "./show_table.ts";
import type { ShowTimeToSolutionOptions, TimeCurve } from "./show_time_to_solution.ts";
import type { ShowTimingsOptions, TimingSeries } from "./show_timings.ts";
import type { ShowTogetherOptions } from "./show_together.ts";
import type { Shown } from "./shown.ts";

/** Shows a model: {@link showModel}. */
export function show(model: Model, options?: ShowModelOptions): Shown;
/** Shows a sample set: {@link showSampleSet}. */
export function show(set: SampleSet, options?: ShowSampleSetOptions): Shown;
/** Shows what heads chose, `{ ...problem, ...selection }`: {@link showHeads}. */
export function show(heads: ChosenHeads, options?: ShowHeadsOptions): Shown;
/** Shows the couplings of an attention problem: {@link showProblem}. */
export function show(problem: AttentionProblem, options?: ShowProblemOptions): Shown;
/** Shows chosen patches of pictures, or one picture a head, or chosen words: {@link showSelection}, {@link selectionPanels}, {@link selectionWords}. */
export function show(selection: SelectionPictures | SelectionPanels | SelectionWords): Shown;
/** Shows learning curves: {@link showLearningCurves}. */
export function show(curves: CurveSource | readonly CurveSource[], options?: ShowLearningCurvesOptions): Shown;
/** Shows what rounding does: {@link showPreflight}. */
export function show(flights: PreflightReport | readonly NamedPreflight[], options?: ShowPreflightOptions): Shown;
/** Shows time against gap: {@link showGapTimes}. */
export function show(times: readonly GapTimePoint[] | GapTimeCell, options?: ShowGapTimesOptions): Shown;
/** Shows time to solution over run lengths: {@link showTimeToSolution}. */
export function show(times: TimeCurve | readonly TimeCurve[], options?: ShowTimeToSolutionOptions): Shown;
/** Shows gaps along an anneal: {@link showGaps}. */
export function show(gaps: GapSource | readonly GapSource[], options?: ShowGapsOptions): Shown;
/** Shows an anneal, sweep by sweep: {@link showAnneal}. */
export function show(trace: AnnealTrace, options?: ShowAnnealOptions): Shown;
/** Shows gradients against differences: {@link showGradients}. */
export function show(
  comparison: GradientComparison | readonly GradientComparison[],
  options?: ShowGradientsOptions,
): Shown;
/** Shows times over sizes: {@link showTimings}. */
export function show(series: readonly TimingSeries[], options?: ShowTimingsOptions): Shown;
/** Shows one value a name: {@link showBars}. */
export function show(bars: readonly Bar[], options: ShowBarsOptions): Shown;
/** Shows a table: {@link showTable}. */
export function show(table: TableSource | readonly TableRow[], options?: ShowTableOptions): Shown;
/** Shows figures together: {@link showTogether}. */
export function show(figures: readonly Shown[], options?: ShowTogetherOptions): Shown;
/** What is shown already stays as it is. */
export function show(shown: Shown): Shown;
/**
 * Shows anything of this library: one door to all the `show...` functions, chosen by what the value has.
 *
 * A figure or table in a notebook and in a report, a picture of characters where it is printed. The same as the function named in the
 * overload, with its options.
 *
 * @param value a model, a sample set, what heads chose, an attention problem, a selection over pictures or words, learning curves,
 * a preflight, times and gaps, an anneal, gradients, timings, bars, a table, or figures
 * @param options those of the function that shows it
 * @returns a value to be left at the end of a cell, or to be printed
 * @throws {TypeError} if it is nothing that can be shown; the message says what can
 *
 * Cost that of the function.
 * Source: the rich display protocol of Jupyter.
 *
 * @example A table of rows
 * ```ts
 * import { show } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(String(show([{ solver: "annealing", energy: -3 }])), "| annealing |     -3 |");
 * ```
 */
export function show(value: unknown, options?: object): Shown {
  return kindOf(value, options).show(value, options);
}

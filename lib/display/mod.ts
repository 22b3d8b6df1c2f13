/**
 * What a notebook or a report shows: one value, as plotly, HTML and SVG.
 *
 * @module
 */
export {
  type CurvePanel,
  type CurveSample,
  type CurveStyle,
  curveStyles,
  type LearningCurve,
  type PublishedPoint,
} from "./learning_curve.ts";
export { learningCurvesSvg } from "./learning_curves_svg.ts";
export type { CurveQuantity } from "./_chart.ts";
export { type AxisLabel, axisLabel, type Quantity } from "./quantity.ts";
export { curveChart, curveLegend } from "./curve_chart.ts";
export { type Column, markdownTable } from "./markdown_table.ts";
export { type PlotlyFigure, plotlyFigure } from "./plotly_figure.ts";
export { plotlySource } from "./plotly_source.ts";
export {
  durationText,
  progressLine,
  ProgressReporter,
  type ProgressReporterOptions,
  type ProgressState,
} from "./progress_line.ts";
export { JUPYTER_DISPLAY, type Shown } from "./shown.ts";
export { show } from "./show.ts";
export { type AnnealTrace, showAnneal, type ShowAnnealOptions } from "./show_anneal.ts";
export { type Bar, showBars, type ShowBarsOptions } from "./show_bars.ts";
export { type GapTimeCell, type GapTimePoint, showGapTimes, type ShowGapTimesOptions } from "./show_gap_times.ts";
export { type GapCurve, type GapSource, showGaps, type ShowGapsOptions } from "./show_gaps.ts";
export { type GradientComparison, showGradients, type ShowGradientsOptions } from "./show_gradients.ts";
export { type ChosenHeads, showHeads, type ShowHeadsOptions } from "./show_heads.ts";
export {
  type CurveSource,
  showLearningCurves,
  type ShowLearningCurvesOptions,
  type TrainedCurve,
} from "./show_learning_curves.ts";
export { showModel, type ShowModelOptions } from "./show_model.ts";
export { showPreflight, type ShowPreflightOptions } from "./show_preflight.ts";
export { showProblem, type ShowProblemOptions } from "./show_problem.ts";
export {
  type AnyProgress,
  type LiveProgress,
  type SamplingProgress,
  showProgress,
  type ShowProgressOptions,
  type TrainingProgress,
} from "./show_progress.ts";
export type { LiveDisplay } from "./_notebook_display.ts";
export { showSampleSet, type ShowSampleSetOptions } from "./show_sample_set.ts";
export { showTimeToSolution, type ShowTimeToSolutionOptions, type TimeCurve } from "./show_time_to_solution.ts";
export { showTimings, type ShowTimingsOptions, type TimingSeries } from "./show_timings.ts";
export { showTogether, type ShowTogetherOptions } from "./show_together.ts";
export { heatMap, type HeatMapOptions } from "./heat_map.ts";
export { type ChartSeries, lineChart, type LineChartOptions } from "./line_chart.ts";
export { type NamedPreflight, preflightSections } from "./preflight_sections.ts";
export { pngBytes } from "./_png.ts";
export { reportPage, type ReportPageOptions, type ReportSection, type ReportTable } from "./report_page.ts";
export { scatterChart } from "./scatter_chart.ts";
export { scatterGrid, type ScatterPanel } from "./scatter_grid.ts";
export { scatterLegend } from "./scatter_legend.ts";
export { type ScatterStyle, scatterStyles } from "./scatter_style.ts";
export type { ScatterChartOptions, ScatterGroup, ScatterLine, ScatterPoint } from "./scatter_types.ts";
export { sectionsMarkdown } from "./sections_markdown.ts";
export { type SelectionPictures, selectionSvg, showSelection } from "./selection_svg.ts";
export { type SelectionPanels, selectionPanels } from "./selection_panels.ts";
export { type SelectionWords, selectionWords } from "./selection_words.ts";
export { showTable, type ShowTableOptions, type TableRow, type TableSource } from "./show_table.ts";

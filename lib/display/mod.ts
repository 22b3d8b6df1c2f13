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
export type { Quantity } from "./_chart.ts";
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
export { JUPYTER_DISPLAY, showLearningCurves, type Shown } from "./show_learning_curves.ts";
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
export { showTable, type ShowTableOptions, type TableSource } from "./show_table.ts";

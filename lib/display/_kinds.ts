import { selectionPanels } from "./selection_panels.ts";
import { showSelection } from "./selection_svg.ts";
import { selectionWords } from "./selection_words.ts";
import { showAnneal } from "./show_anneal.ts";
import { showBars } from "./show_bars.ts";
import { showGapTimes } from "./show_gap_times.ts";
import { showGaps } from "./show_gaps.ts";
import { showGradients } from "./show_gradients.ts";
import { showHeads } from "./show_heads.ts";
import { showLearningCurves } from "./show_learning_curves.ts";
import { showModel } from "./show_model.ts";
import { showPreflight } from "./show_preflight.ts";
import { showProblem } from "./show_problem.ts";
import { showSampleSet } from "./show_sample_set.ts";
import { showTable } from "./show_table.ts";
import { showTimeToSolution } from "./show_time_to_solution.ts";
import { showTimings } from "./show_timings.ts";
import { showTogether } from "./show_together.ts";
import { JUPYTER_DISPLAY, type Shown } from "./shown.ts";

/** Something that can be shown. */
interface Kind {
  /** What the error calls it. */
  readonly name: string;
  /** What it has that nothing before it in the list has. */
  readonly needs: readonly string[];
  /** Which function shows it. */
  // deno-lint-ignore no-explicit-any
  readonly show: (value: any, options: any) => Shown;
  /** True where a list of such is shown together, false where only a list is. @default {one only} */
  readonly list?: "one or a list" | "a list";
}

/** What has more fields stands before what has some of them. */
const KINDS: readonly Kind[] = [
  { name: "a preflight", needs: ["verdict", "loss", "curve"], show: showPreflight },
  { name: "a model", needs: ["vartype", "couplings", "linear"], show: showModel },
  { name: "a sample set", needs: ["states", "energies", "counts", "story"], show: showSampleSet },
  { name: "chosen patches of pictures", needs: ["images", "chosen", "patch"], show: showSelection },
  { name: "a picture and what each head chose", needs: ["pixels", "chosen", "patch"], show: selectionPanels },
  { name: "words and what each head chose", needs: ["words", "chosen"], show: selectionWords },
  { name: "what heads chose", needs: ["chosen", "heads", "tokens"], show: showHeads },
  { name: "an attention problem", needs: ["queries", "keys", "fields"], show: showProblem },
  {
    name: "learning curves of a data set",
    needs: ["title", "curves"],
    show: showLearningCurves,
    list: "one or a list",
  },
  { name: "epochs of a training", needs: ["epochs"], show: showLearningCurves, list: "one or a list" },
  { name: "named preflights", needs: ["name", "report"], show: showPreflight, list: "a list" },
  { name: "times to solution", needs: ["runLength", "curve"], show: showTimeToSolution, list: "one or a list" },
  { name: "gaps of a chain", needs: ["smallest", "curve"], show: showGaps, list: "one or a list" },
  { name: "gaps of an anneal", needs: ["gap", "curve"], show: showGaps, list: "one or a list" },
  { name: "times against gaps", needs: ["gap", "value", "censored"], show: showGapTimes, list: "a list" },
  { name: "a solver held against a gap", needs: ["solver", "points", "exponent"], show: showGapTimes },
  { name: "gradients", needs: ["gradient", "difference"], show: showGradients, list: "one or a list" },
  { name: "an anneal", needs: ["energies", "betas"], show: showAnneal },
  { name: "a table", needs: ["columns", "values"], show: showTable },
];

/** Which kind a value is; throws and names them all if it is none. */
export function kindOf(value: unknown, options: object | undefined): Pick<Kind, "show"> {
  if (isObject(value) && JUPYTER_DISPLAY in value && "text" in value) return { show: (shown) => shown };
  if (Array.isArray(value) && value.length > 0) {
    const first: unknown = value[0];
    if (isObject(first)) {
      if (value.every((one) => isObject(one) && JUPYTER_DISPLAY in one)) return { show: showTogether };
      const kind = KINDS.find((kind) => kind.list !== undefined && hasAll(first, kind.needs));
      if (kind !== undefined) return kind;
      if (hasAll(first, ["label", "points"]) && Array.isArray(first.points)) {
        const point: unknown = first.points[0];
        return { show: isObject(point) && "ms" in point ? showTimings : showGaps };
      }
      if (hasAll(first, ["label", "value"]) && options !== undefined && "title" in options) return { show: showBars };
      return { show: showTable };
    }
  }
  if (isObject(value) && !Array.isArray(value)) {
    const kind = KINDS.find((kind) => kind.list !== "a list" && hasAll(value, kind.needs));
    if (kind !== undefined) return kind;
  }
  throw new TypeError(`Cannot show ${described(value)}: expected one of\n${known()}`);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function hasAll(value: Record<PropertyKey, unknown>, fields: readonly string[]): boolean {
  return fields.every((field) => field in value && value[field] !== undefined);
}

function described(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${typeof value[0]}s`;
  if (!isObject(value)) return value === null ? "null" : typeof value === "string" ? "a text" : `${typeof value}`;
  const fields = Object.keys(value);
  const some = fields.slice(0, 6).join(", ");
  return fields.length === 0 ? "an object without fields" : `an object with ${some}${fields.length > 6 ? ", ..." : ""}`;
}

/** A line a kind. */
function known(): string {
  const lines = KINDS.map(({ name, needs, list }) =>
    `${list === "a list" ? `a list of ${name}` : name}: ${needs.join(", ")}`
  );
  return [
    ...lines,
    "a list of timings or gaps: label, points",
    "a list of bars, and a title among the options: label, value",
    "a list of rows: any fields",
    "a list of figures",
  ].map((line) => `  ${line}`).join("\n");
}

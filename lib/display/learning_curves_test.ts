import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type CurvePanel,
  curveStyles,
  JUPYTER_DISPLAY,
  learningCurvesPage,
  type LearningCurvesPageOptions,
  learningCurvesSvg,
  plotlyFigure,
  plotlySource,
  showLearningCurves,
} from "./mod.ts";

function panel(changes: Partial<CurvePanel["curves"][number]> = {}, epochs = 3): CurvePanel {
  const samples = Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    accuracy: 70 + i,
    loss: 1 / (i + 1),
    accuracyRange: [69 + i, 71 + i] as const,
  }));
  const published = [{ epoch: 2, accuracy: 75 }, { epoch: 50, accuracy: 99 }];
  return { title: "A & B", curves: [{ label: "x < y", slot: 0, runs: 2, samples, published, ...changes }] };
}

const around: LearningCurvesPageOptions = {
  title: "Curves",
  command: "deno task reproduce",
  table: { columns: [{ title: "data", align: "right" }], rows: [["<MNIST>"]] },
  notes: ["a note"],
  plotly: null,
};

/** Every y of the only line of a colour that is 2 wide, in order. */
function lineOf(svg: string, colour: string): number[][] {
  return [...svg.matchAll(new RegExp(`d="M([^"]+)" fill="none" stroke="${colour}" stroke-width="2"`, "g"))]
    .map(([, path]) => path.split("L").map((point) => Number(point.split(" ")[1])));
}

Deno.test("learningCurvesSvg() draws accuracy upwards, loss downwards, at even distances for even steps", () => {
  const [accuracy, loss] = lineOf(learningCurvesSvg([panel()]), curveStyles[0].colour);
  assertEquals(accuracy.length, 3);
  assert(accuracy[0] > accuracy[1] && loss[0] < loss[1], "the y axis of SVG points down");
  assert(Math.abs((accuracy[0] - accuracy[1]) - (accuracy[1] - accuracy[2])) <= 0.1);
});

Deno.test("learningCurvesSvg() draws published points of the epochs shown, open, and no others", () => {
  const open = (svg: string) => svg.split('stroke-width="1.6"').length - 1;
  assertEquals(open(learningCurvesSvg([panel()])), 1);
  assertEquals(open(learningCurvesSvg([panel({ published: [] })])), 0);
});

Deno.test("learningCurvesSvg() escapes text, names axes with units and refers to nothing outside", () => {
  const svg = learningCurvesSvg([{ ...panel(), note: "a > b" }]);
  for (const words of ["A &amp; B", "x &lt; y", "a &gt; b", "test loss (nats)", "epoch"]) {
    assertStringIncludes(svg, words);
  }
  assertEquals(svg.match(/https?:[^"]*/g), ["http://www.w3.org/2000/svg"]);
});

Deno.test("learningCurvesSvg() leaves out losses that are not finite and keeps the rest", () => {
  const samples = panel().curves[0].samples.map((sample, i) => i === 1 ? { ...sample, loss: NaN } : sample);
  const svg = learningCurvesSvg([panel({ samples })]);
  const [accuracy, loss] = lineOf(svg, curveStyles[0].colour);
  assertEquals([accuracy.length, loss.length, svg.includes("NaN")], [3, 2, false]);
  assertEquals(learningCurvesSvg([panel({}, 1)]).includes("NaN"), false, "one epoch");
});

Deno.test("learningCurvesSvg() and plotlyFigure() refuse what cannot be drawn", () => {
  assertThrows(() => learningCurvesSvg([]), RangeError, "there is no panel");
  assertThrows(() => learningCurvesSvg([panel({ samples: [] })]), RangeError, "no curve has a sample");
  assertThrows(() => plotlyFigure(panel({ slot: 8 })), RangeError, "slot must be from 0 to 7, got 8");
  const samples = [{ epoch: 1, accuracy: NaN, loss: 1, accuracyRange: [1, 1] as const }];
  assertThrows(() => plotlyFigure(panel({ samples })), RangeError, "must be finite, got 1, NaN");
});

Deno.test("plotlyFigure() survives JSON and shows the range of several runs only", () => {
  const samples = panel().curves[0].samples.map((sample) => ({ ...sample, loss: Infinity }));
  const figure = plotlyFigure(panel({ samples }));
  assertEquals(JSON.parse(JSON.stringify(figure)), figure);
  assertEquals(figure.data.map((trace) => "error_y" in trace), [true, false, false]);
  assertEquals("error_y" in plotlyFigure(panel({ runs: 1 })).data[0], false);
});

Deno.test("learningCurvesPage() without plotly has the static figure, says so, and runs no script", () => {
  const page = learningCurvesPage([panel()], around);
  assertStringIncludes(page, "The figure is static");
  assertStringIncludes(page, "<svg");
  assertStringIncludes(page, '<td class="right">&lt;MNIST&gt;</td>');
  assertEquals(page.includes("<script"), false);
});

Deno.test("learningCurvesPage() keeps a program whole that speaks of scripts, and data that end one", () => {
  const program = 'const a = "</script><!--";';
  const page = learningCurvesPage([panel({ label: "</script>" })], { ...around, plotly: program });
  assertEquals(page.includes("The figure is static"), false);
  const scripts = [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text);
  assertEquals(scripts.length, 3);
  assertEquals(scripts[1].includes("<!--"), false, "opens a comment in which the end of the script is lost");
  const figures: Record<string, { data: { name: string }[] }> = JSON.parse(scripts[0]);
  assertEquals(figures["panel-0"].data[0].name, "</script>");
  assertEquals(new Function(`${scripts[1]} return a;`)(), "</script><!--");
});

Deno.test("learningCurvesPage() refuses a table whose rows do not fit", () => {
  const table = { columns: [{ title: "a" }], rows: [["1", "2"]] };
  assertThrows(
    () => learningCurvesPage([panel()], { ...around, table }),
    RangeError,
    "row 0 has 2 entries for 1 columns",
  );
});

Deno.test("showLearningCurves() offers plotly, HTML and SVG", () => {
  const bundle = showLearningCurves(panel())[JUPYTER_DISPLAY]();
  assertEquals(Object.keys(bundle), ["application/vnd.plotly.v1+json", "text/html", "image/svg+xml"]);
});

Deno.test("plotlySource() gives the version that the import map names", async () => {
  const source = await plotlySource();
  if (source === null) {
    console.log("skipped: plotly is neither in the cache nor can it be fetched");
    return;
  }
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertStringIncludes(source.slice(0, 200), `v${imports["plotly.js-dist"].split("@").at(-1)}`);
});

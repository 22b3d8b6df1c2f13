import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  curveChart,
  curveLegend,
  type CurvePanel,
  curveStyles,
  JUPYTER_DISPLAY,
  learningCurvesSvg,
  plotlyFigure,
  plotlySource,
  reportPage,
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
  assertThrows(() => plotlyFigure(panel({ slot: 16 })), RangeError, "slot must be from 0 to 15, got 16");
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

Deno.test("reportPage() keeps a program whole that speaks of scripts, and curves that end one", () => {
  const program = 'const a = "</script><!--";';
  const figures = [curveChart(panel({ label: "</script>" }), "accuracy"), curveChart(panel(), "loss")];
  const page = reportPage([{ title: "t", figures }], { title: "t", command: "c", plotly: program });
  const scripts = [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text);
  assertEquals(scripts.length, 4);
  assertEquals(scripts[2].includes("<!--"), false, "opens a comment in which the end of the script is lost");
  const drawn: Record<string, { data: { name: string }[] }> = JSON.parse(scripts[0]);
  assertEquals(drawn["figure-0"].data[0].name, "</script>");
  assertEquals(new Function(`${scripts[2]} return a;`)(), "</script><!--");
});

Deno.test("curveChart() draws one quantity in every form, published points with accuracies only", () => {
  const drawn = panel({ published: [{ epoch: 2, accuracy: 71 }] });
  const traces = (quantity: "accuracy" | "loss") => {
    const figure = curveChart(drawn, quantity)[JUPYTER_DISPLAY]()["application/vnd.plotly.v1+json"];
    return (figure as { data: { y: number[] }[] }).data.map(({ y }) => y);
  };
  assertEquals(traces("accuracy"), [[70, 71, 72], [71]]);
  assertEquals(traces("loss"), [[1, 1 / 2, 1 / 3]]);
  const svg = String(curveChart(drawn, "loss")[JUPYTER_DISPLAY]()["image/svg+xml"]);
  assertStringIncludes(svg, "test loss (nats)");
  assertEquals(svg.includes("test accuracy (%)"), false);
});

Deno.test("curveLegend() has an entry a slot, in the order of slots, and says what is drawn", () => {
  const words = (panels: CurvePanel[]) => String(curveLegend(panels)[JUPYTER_DISPLAY]()["text/html"]);
  const curve = (slot: number, label: string) => panel({ slot, label, published: [] });
  const html = words([curve(3, "later"), curve(0, "first<"), curve(3, "later")]);
  assertEquals([...html.matchAll(/<\/svg>([^<]+)/g)].map(([, label]) => label), ["first&lt;", "later"]);
  assertEquals(html.includes("published"), false);
  assertStringIncludes(words([panel({ published: [{ epoch: 1, accuracy: 70 }] })]), "Open markers: published values");
});

Deno.test("showLearningCurves() offers plotly, HTML and SVG", () => {
  const bundle = showLearningCurves(panel())[JUPYTER_DISPLAY]();
  assertEquals(Object.keys(bundle), ["application/vnd.plotly.v1+json", "text/html", "image/svg+xml", "text/plain"]);
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

Deno.test("curveStyles differ from each other in colour or marker, and the first eight in colour", () => {
  assertEquals(new Set(curveStyles.map(({ colour, marker }) => `${colour} ${marker}`)).size, curveStyles.length);
  assertEquals(new Set(curveStyles.slice(0, 8).map(({ colour }) => colour)).size, 8);
});

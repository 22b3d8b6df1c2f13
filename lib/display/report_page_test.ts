import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { lineChart, reportPage } from "./mod.ts";

const chart = lineChart([{ label: "ours", values: [1, 2] }], { title: "Rate", x: [1, 2], xLabel: "n", yLabel: "r" });
const around = { title: "A & B", command: "deno task x" };

Deno.test("reportPage() shows every figure still, and alive where there is plotly", () => {
  const sections = [{ title: "one", figures: [chart] }, { title: "two", figures: [chart] }];
  const still = reportPage(sections, { ...around, plotly: null });
  assertEquals(still.match(/<svg /g)?.length, 2);
  assertStringIncludes(still, "The figures are static");
  assert(!still.includes("<script"));
  const alive = reportPage(sections, { ...around, plotly: "window.Plotly = '</script>';" });
  assertEquals(alive.match(/<svg /g)?.length, 2);
  assertEquals(alive.match(/<\/script>/g)?.length, 4);
  const figures = /id="figures">(.*?)<\/script>/.exec(alive)?.[1] ?? "";
  assertEquals(Object.keys(JSON.parse(figures)), ["figure-0", "figure-1"]);
  assertStringIncludes(alive, 'id="figure-1" hidden');
});

Deno.test("reportPage() names what is missing with its command, sets rows off, and lists its sections", () => {
  const missing = [{ what: "the times", command: "deno task bench" }];
  const table = { columns: [{ title: "n" }], rows: [["1"], ["2"]], marks: ["group", "control"] as const };
  const page = reportPage([{ title: "a", missing }, { title: "b", tables: [table] }, { title: "c" }], {
    ...around,
    plotly: null,
  });
  assertStringIncludes(page, "Missing: the times. It is made by <code>deno task bench</code>.");
  assertStringIncludes(page, '<tr class="group"><td>1</td></tr>\n<tr class="control"><td>2</td></tr>');
  for (const [i, title] of ["a", "b", "c"].entries()) {
    assertStringIncludes(page, `<a href="#section-${i}">${title}</a>`);
    assertStringIncludes(page, `<h2 id="section-${i}">${title}</h2>`);
  }
});

Deno.test("reportPage() escapes what it is given", () => {
  const table = { caption: "a<b", columns: [{ title: "x>y" }], rows: [['"q"']] };
  const page = reportPage([{ title: "<i>", paragraphs: ["p<q"], notes: ["r<s"], tables: [table] }], {
    ...around,
    lead: ["l<m"],
    plotly: null,
  });
  for (const part of ["A &amp; B", "a&lt;b", "x&gt;y", "&quot;q&quot;", "&lt;i&gt;", "p&lt;q", "r&lt;s", "l&lt;m"]) {
    assertStringIncludes(page, part);
  }
});

Deno.test("reportPage() refuses a row that does not fit its columns", () => {
  const tables = [{ columns: [{ title: "a" }], rows: [["1", "2"]] }];
  assertThrows(
    () => reportPage([{ title: "t", tables }], { ...around, plotly: null }),
    RangeError,
    "row 0 has 2 entries",
  );
});

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { fileURLToPath } from "node:url";
import { type Cell, KERNEL_TITLE, readNotebook } from "../lib/notebook/mod.ts";
import { findJupyterLab, type JupyterLab, startJupyterLab } from "./_jupyterlab.ts";
import { sanitizers, withBrowser } from "./_test_browser.ts";
import { leftBehind } from "./_test_processes.ts";

const NOTEBOOK = "02_from_attention_to_qubo.ipynb";
const NOTEBOOKS = new URL("../notebooks/", import.meta.url);
const SHOTS = fileURLToPath(new URL("../out/jupyterlab", import.meta.url));
/** The longest that the page may take over anything, and a notebook; CI's cores are slow. */
const LIMIT_MS = 60_000, RUN_LIMIT = { timeout: 240_000 };

/** A solve without an end that says when it runs, and what a later cell still has of it. */
const STOPPED = [
  `import { samplers as stopped, model as models } from "qama";
const endless = models.drawInstance("sk", { n: 40, seed: 1 }).model;
const kept = 41;
let told = false;`,
  `const onProgress = () => told ||= (console.log("solving"), true);
const partial = await stopped.simulatedAnnealing().sample(endless, { numReads: 1e9, onProgress });`,
  `const whole = await stopped.simulatedAnnealing().sample(endless, { numReads: 10 });
console.log(\`kept \${kept + 1}, \${partial.ending}, then \${whole.ending}\`)`,
];

/** Figures of every kind, for the theme. */
const FIGURES = [
  `import { display } from "qama";
const values = Float64Array.from({ length: 36 }, (_, i) => Math.sin(i));
const axes = { x: [1, 2, 3], xLabel: "x", yLabel: "y (energy)" };`,
  'display.heatMap(values, { rows: 6, title: "Map", rowLabel: "i", columnLabel: "j", valueLabel: "J (energy)" })',
  'display.lineChart([{ label: "one", values: [1, 3, 2] }, { label: "two", values: [2, 1, 4] }], { title: "Lines", ...axes })',
  'display.showTable({ columns: ["a", "b"], values: [[1, 2.5], [3, 4.5]] })',
  "console.log('the end')",
];

const codeCell = (source: string): Cell => ({
  cell_type: "code",
  id: crypto.randomUUID(),
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});

/** Opens a notebook of these cells and chooses our kernel. */
async function openNotebook(page: Page, lab: JupyterLab, cells: readonly Cell[]): Promise<void> {
  // a kernel that is not installed: JupyterLab asks which
  const metadata = { kernelspec: { name: "none", display_name: "None", language: "typescript" } };
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells });
  await Deno.writeTextFile(`${lab.folder}/${NOTEBOOK}`, text);
  await page.goto(`${lab.address}lab/tree/${NOTEBOOK}?token=${lab.token}`);
  const dialog = page.locator(".jp-Dialog");
  await dialog.locator("select").selectOption({ label: KERNEL_TITLE });
  await dialog.locator(".jp-mod-accept").click();
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  assertEquals(await page.locator(".jp-KernelName").textContent(), KERNEL_TITLE);
}

async function runAll(page: Page): Promise<void> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
}

/** Runs in the page: what is wrong with the figures in its outputs, and how many there are. */
const LOOK = `() => {
  const channel = (x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map((x) => channel(x / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isClear = (colour) => colour === "none" || /, 0\\)$/.test(colour);
  const groundOf = (drawing) => {
    const first = drawing.querySelector(":scope > rect");
    const box = drawing.getBoundingClientRect();
    if (first && first.getBoundingClientRect().width > 0.98 * box.width) {
      const { fill } = getComputedStyle(first);
      if (!isClear(fill)) return fill;
    }
    let under = drawing;
    while (under && isClear(getComputedStyle(under).backgroundColor)) under = under.parentElement;
    return under ? getComputedStyle(under).backgroundColor : "rgb(255, 255, 255)";
  };
  const complaints = [];
  const drawings = [...document.querySelectorAll(".jp-OutputArea-output svg")].filter((svg) => !svg.closest("svg svg"));
  for (const drawing of drawings) {
    const name = drawing.getAttribute("aria-label") ?? drawing.textContent.trim().slice(0, 40);
    const { width, height } = drawing.getBoundingClientRect();
    if (width < 50 || height < 50) complaints.push(name + " is " + width + " x " + height);
    const shapes = [...drawing.querySelectorAll("path, rect, image, circle, line, polyline, polygon")];
    const seen = shapes.filter((shape) => {
      const box = shape.getBoundingClientRect();
      return box.width + box.height > 1;
    });
    if (seen.length < 3) complaints.push(name + " draws " + seen.length + " things");
    const ground = luminance(groundOf(drawing));
    const colours = shapes.filter((shape) => /^(image|rect)$/.test(shape.tagName)).map((shape) => shape.getBoundingClientRect())
      .filter((box) => box.width < 0.98 * width);
    const isWithin = (inner) => (outer) => inner.left > outer.left && inner.right < outer.right && inner.top > outer.top &&
      inner.bottom < outer.bottom;
    for (const text of drawing.querySelectorAll("text")) {
      // what is written on a colour takes its own from that
      if (colours.some(isWithin(text.getBoundingClientRect()))) continue;
      const ink = luminance(getComputedStyle(text).fill);
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      if (contrast < 3) complaints.push(name + ": pale text " + text.textContent);
    }
  }
  return { complaints, figures: drawings.length };
}`;

/** Runs `use` in JupyterLab, in a browser; then nothing of it may be left. */
async function withJupyterLab(theme: "Light" | "Dark", use: (page: Page, lab: JupyterLab) => Promise<void>) {
  const program = await findJupyterLab();
  if (program === undefined) {
    console.log("skipped: there is no jupyter-lab on PATH, and QAMA_JUPYTERLAB names none");
    return;
  }
  await withBrowser(async (browser) => {
    let mark: string;
    {
      await using lab = await startJupyterLab(program, `JupyterLab ${theme}`);
      mark = lab.mark;
      const colorScheme = theme === "Dark" ? "dark" : "light";
      const context = await browser.newContext({ viewport: { width: 1200, height: 1600 }, colorScheme });
      context.setDefaultTimeout(LIMIT_MS);
      const page = await context.newPage();
      const outside: string[] = [];
      page.on("request", (request) => {
        if (!new RegExp(`^(${lab.address}|${lab.address.replace("http", "ws")}|data:|blob:)`).test(request.url())) {
          outside.push(request.url());
        }
      });
      try {
        await use(page, lab);
      } finally {
        await Deno.mkdir(SHOTS, { recursive: true });
        const [figure] = await page.locator(".jp-OutputArea-output svg").all();
        await figure?.scrollIntoViewIfNeeded();
        await page.screenshot({ path: `${SHOTS}/${theme.toLowerCase()}.png` });
        await context.close();
      }
      assertEquals(outside, []);
    }
    assertEquals(await leftBehind(mark), []);
  });
}

/** The figures of the page: how many there are, and what is wrong with them. */
async function figuresOf(page: Page): Promise<number> {
  const { complaints, figures } = await page.evaluate<{ complaints: string[]; figures: number }>(`(${LOOK})()`);
  assertEquals(complaints, []);
  return figures;
}

Deno.test({
  name: `${NOTEBOOK} runs in JupyterLab, its figures are seen, and Stop ends a solve and keeps variables`,
  ...sanitizers,
}, () =>
  withJupyterLab("Light", async (page, lab) => {
    const { cells } = readNotebook(await Deno.readTextFile(new URL(NOTEBOOK, NOTEBOOKS)));
    const emptied = cells.map((cell) =>
      cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell
    );
    await openNotebook(page, lab, [...emptied, ...STOPPED.map(codeCell)]);
    await runAll(page);
    await page.getByText("solving", { exact: true }).waitFor(RUN_LIMIT);
    await page.locator('[data-jp-item-name="interrupt"]').getByRole("button").click();
    await page.getByText("kept 42, interrupted, then completed", { exact: true }).waitFor();
    const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt").allTextContents();
    const count = cells.filter((cell) => cell.cell_type === "code").length + STOPPED.length;
    assertEquals(prompts, Array.from({ length: count }, (_, i) => `[${i + 1}]:`));
    assertEquals(await page.locator('[data-mime-type="application/vnd.jupyter.error"]').allTextContents(), []);
    const kept = cells.flatMap((cell) => cell.outputs ?? []).filter((output) =>
      "data" in output && output.data["image/svg+xml"] !== undefined
    );
    const figures = await figuresOf(page);
    assert(figures >= Math.max(1, kept.length), `${figures} figures, ${kept.length} in the file`);
  }));

Deno.test(
  { name: "Figures can be read in JupyterLab's dark theme", ...sanitizers },
  () =>
    withJupyterLab("Dark", async (page, lab) => {
      await openNotebook(page, lab, FIGURES.map(codeCell));
      await runAll(page);
      await page.getByText("the end", { exact: true }).waitFor();
      assertEquals(await figuresOf(page), 2);
    }),
);

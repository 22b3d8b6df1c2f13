import { type Browser, chromium } from "playwright-core";
import { pathToFileURL } from "node:url";
import { findProgram } from "./_find_program.ts";

/** How a page is looked at. */
export interface View {
  /** Width of the window in pixels. */
  readonly width: number;
  /** What the reader's system asks for. */
  readonly scheme: "light" | "dark";
}

/** Telephone and desk, light and dark. */
export const VIEWS: readonly View[] = [400, 1200].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme }))
);

/** Debian's Chromium, headless; null where there is none. */
async function openBrowser(): Promise<Browser | null> {
  const executablePath = await findProgram("chromium", "chromium-browser");
  if (executablePath === undefined) return null;
  // a container's root has no sandbox
  return await chromium.launch({ executablePath, args: Deno.uid() === 0 ? ["--no-sandbox"] : [] });
}

/** For tests that open it: Chromium's process and its pipes belong to the browser, which is closed at the end. */
export const sanitizers = { sanitizeOps: false, sanitizeResources: false };

/** Runs `use` in a browser, or says that there is none. */
export async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await openBrowser();
  if (browser === null) {
    console.log("skipped: there is no chromium on PATH");
    return;
  }
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** A fresh file with the text of a page. */
export async function fileOf(html: string): Promise<string> {
  const path = `${await Deno.makeTempDir()}/index.html`;
  await Deno.writeTextFile(path, html);
  return path;
}

/**
 * Opens a page from its file and says what is wrong with it: console and script errors, requests that leave the file,
 * figures and pictures that are not drawn, text cut off, too small or too pale, a page wider than the window.
 *
 * @param live true if the figures should be plotly's
 */
export async function complaintsAbout(browser: Browser, path: string, view: View, live = false): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: 800 },
    colorScheme: view.scheme,
  });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const address = pathToFileURL(path).href;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (url.split("#")[0] !== address && !url.startsWith("data:") && !url.startsWith("blob:")) {
        complaints.push(`request: ${url}`);
      }
    });
    await page.goto(address, { waitUntil: "load" });
    const seen: string[] = await page.evaluate(`(${LOOK})(${live})`);
    return [...complaints, ...seen].map((complaint) => `${view.width} ${view.scheme}: ${complaint}`);
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
const LOOK = `async (live) => {
  const complaints = [];
  // plotly draws what comes near
  for (const still of live ? document.querySelectorAll("[id$=-still]") : []) {
    const drawn = document.getElementById(still.id.replace(/-still$/, ""));
    still.scrollIntoView();
    for (let tries = 0; drawn.querySelector(".main-svg") === null; tries++) {
      if (tries === 400) return ["a figure is not plotly's: " + still.id];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) complaints.push("the page is " + scrollWidth + " wide, the window " + clientWidth);
  const empty = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width < 8 || height < 8;
  };
  const name = (element) => element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40);
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map((x) => {
      const share = x / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const ground = luminance(getComputedStyle(document.body).backgroundColor);
  for (const figure of document.querySelectorAll("figure")) {
    if (empty(figure)) complaints.push("figure without extent: " + name(figure));
    const drawings = [...figure.querySelectorAll(":scope > svg, :scope > div:not([hidden]) > svg")];
    const plots = [...figure.querySelectorAll(".main-svg")];
    if (!figure.classList.contains("text") && drawings.length + plots.length === 0) complaints.push("empty figure");
    for (const drawing of [...drawings, ...plots.slice(0, 1)]) {
      if (empty(drawing)) complaints.push("drawing without extent: " + name(drawing));
    }
    for (const drawing of drawings) {
      if (drawing.querySelectorAll("path, image, rect").length < 2) complaints.push("nothing drawn in " + name(drawing));
      const box = drawing.getBoundingClientRect();
      const scale = box.width / drawing.viewBox.baseVal.width;
      for (const text of drawing.querySelectorAll("text")) {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        const outside = left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
        if (outside) complaints.push("text cut off: " + text.textContent);
        const { fontSize, fill } = getComputedStyle(text);
        if (parseFloat(fontSize) * scale < 9) complaints.push("text of " + parseFloat(fontSize) * scale + " px: " + text.textContent);
        // what names its own colour stands on a ground of its own
        if (!text.hasAttribute("style") && contrast(luminance(fill), ground) < 4.5) complaints.push("pale text: " + text.textContent + " in " + fill);
      }
    }
    for (const image of figure.querySelectorAll("image")) {
      const copy = new Image();
      copy.src = image.getAttribute("href");
      await copy.decode().catch(() => complaints.push("picture that cannot be read in " + name(figure)));
    }
  }
  for (const box of document.querySelectorAll(".wide")) {
    if (getComputedStyle(box).overflowX !== "auto") complaints.push("a table that does not scroll");
  }
  for (const text of document.querySelectorAll("h1, h2, h3, p, td, th, li, summary, a, caption")) {
    if (text.closest("figure svg") || text.textContent.trim() === "") continue;
    let under = text;
    while (getComputedStyle(under).backgroundColor === "rgba(0, 0, 0, 0)" && under.parentElement) under = under.parentElement;
    const at = luminance(getComputedStyle(under).backgroundColor);
    const { color, fontSize } = getComputedStyle(text);
    if (contrast(luminance(color), at) < 4.5) complaints.push("pale text: " + text.textContent.slice(0, 40) + " in " + color);
    if (parseFloat(fontSize) < 11.5) complaints.push("small text: " + text.textContent.slice(0, 40));
  }
  const drawn = document.querySelectorAll(".main-svg").length > 0;
  if (live !== drawn) complaints.push(live ? "no figure is plotly's" : "figures are plotly's");
  return complaints;
}`;

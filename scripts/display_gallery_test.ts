import { assertEquals } from "@std/assert";
import { everyKind } from "../lib/display/_test_shown.ts";
import { show, type Shown } from "../lib/display/mod.ts";
import { complaintsAbout, fileOf, sanitizers, VIEWS, withBrowser } from "./_test_browser.ts";

Deno.test({
  name: "show() draws every kind of value whole in Chromium, words to be read in light 400 px narrow and in dark wide",
  ...sanitizers,
  fn: () =>
    withBrowser(async (browser) => {
      const showAny = show as (value: unknown, options?: object) => Shown;
      const figures = (await everyKind()).map(({ value, options }) => showAny(value, options).svg ?? "");
      // as a notebook's page has them: inside it, in their own size or less
      const page =
        `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>All</title><style>
body { margin: 1rem; background: #ffffff; color: #222222 } figure { margin: 0; overflow-x: auto }
@media (prefers-color-scheme: dark) { body { background: #15181d; color: #e3e6ea } }
</style>${figures.filter((svg) => svg !== "").map((svg) => `<figure>${svg}</figure>`).join("\n")}</html>`;
      const path = await fileOf(page);
      // each width once, each scheme once
      const views = VIEWS.filter(({ width, scheme }) => (width === 400) === (scheme === "light"));
      for (const view of views) assertEquals(await complaintsAbout(browser, path, view), []);
    }),
});

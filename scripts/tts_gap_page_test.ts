import { assert, assertEquals } from "@std/assert";
import { plotlySource } from "../lib/display/mod.ts";
import { exampleTtsGapRecord, readLengthBench, ttsGapReport } from "../lib/experiments/mod.ts";
import { fiveFamilies } from "../lib/experiments/_test_tts_gap_records.ts";
import { fileURLToPath } from "node:url";
import { complaintsAbout, fileOf, sanitizers, VIEWS, withBrowser } from "./_test_browser.ts";

const lengths = await readLengthBench(fileURLToPath(new URL("../results/bench/length.json", import.meta.url)));

/** The page of invented records, with every figure that it can have. */
async function pageOf(records: ReturnType<typeof fiveFamilies>, plotly: string | null): Promise<string> {
  return (await ttsGapReport(records, { plotly, lengths, replicates: 10 })).files.get("index.html") ?? "";
}

Deno.test(
  { name: "ttsGapReport() is whole in Chromium, light and dark, wide and 400 px narrow", ...sanitizers },
  async () => {
    const whole = await pageOf(fiveFamilies(), null);
    assert(!whole.includes("Missing:"), "this page should have everything");
    const bare = await pageOf([exampleTtsGapRecord()], null);
    await withBrowser(async (browser) => {
      for (const html of [whole, bare]) {
        const path = await fileOf(html);
        for (const view of VIEWS) assertEquals(await complaintsAbout(browser, path, view), []);
      }
    });
  },
);

Deno.test(
  { name: "ttsGapReport() is drawn by plotly where there is room, and by nothing from elsewhere", ...sanitizers },
  async () => {
    const plotly = await plotlySource();
    if (plotly === null) {
      console.log("skipped: plotly is neither in the cache nor can it be fetched");
      return;
    }
    const path = await fileOf(await pageOf(fiveFamilies(), plotly));
    await withBrowser(async (browser) => {
      for (const view of VIEWS) {
        assertEquals(await complaintsAbout(browser, path, view, view.width >= 700), []);
      }
    });
  },
);

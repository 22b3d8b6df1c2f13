import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { plotlySource, reportPage } from "../lib/display/mod.ts";
import {
  exampleExhibit,
  exampleRecord,
  type Exhibit,
  operatorOrder,
  readSoftSelection,
  resultsPage,
  type RunRecord,
} from "../lib/experiments/mod.ts";
import { complaintsAbout, fileOf, sanitizers, VIEWS, withBrowser } from "./_test_browser.ts";

/** Every operator on two data sets, three seeds and fifty epochs, one set named at length. */
function records(): RunRecord[] {
  const base = exampleRecord();
  return ["mnist", "glyphs"].flatMap((name) =>
    operatorOrder.flatMap((operator, place) =>
      [1, 2, 3].map((seed) => {
        const epochs = Array.from({ length: 50 }, (_, i) => ({
          ...base.epochs[0],
          epoch: i + 1,
          testLoss: 2 / (i + 1 + place),
          testAccuracy: 1 - 0.6 / (i + 2 + place) - seed / 500,
          density: operator.startsWith("qama") ? 0.2 : null,
        }));
        const title = name === "mnist" ? "MNIST" : "glyphs (drawn by this project, first 2,048, tested on 512)";
        const data = { ...base.data, name, title, synthetic: name === "glyphs", test: 10_000, fullTest: 10_000 };
        const options = { ...base.options, epochs: 50 };
        return exampleRecord({ operator, seed, epochs, options, data, weightsDigest: `${name}-${operator}-${seed}` });
      })
    )
  );
}

/** An exhibit of eight heads for each of the records that has one: a grey picture, one in colours, and a text. */
function exhibits(): Exhibit[] {
  const pixels = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 7) % 256).toBase64();
  const chosen = Array.from({ length: 8 }, (_, t) => [t, t + 8, 48]);
  const tokenEnergies = chosen.map((head) => head.map((i) => -i / 4));
  const whole = { label: 0, predicted: 1, chosen, energy: -3, tokenEnergies };
  const picture = { kind: "picture", patch: 4, ...whole } as const;
  const words = Array.from({ length: 60 }, (_, i) => i % 9 === 0 ? "incomprehensibilities" : "of");
  const matrix = (share: number) => chosen.map((_, t) => chosen.map((_, u) => t === u ? 1 : t === 3 ? null : share));
  const overlap = { ...exampleExhibit().overlap!, withPenalty: matrix(0.02), withoutPenalty: matrix(0.41) };
  return records().filter(({ operator, seed }) => seed === 1 && /^qama(?!.*Fixed)/.test(operator)).map((record) =>
    exampleExhibit({
      ...{ data: record.data.name, dataTitle: record.data.title, operator: record.operator },
      ...{ weightsDigest: record.weightsDigest, overlap },
      items: [
        { ...picture, rows: 28, columns: 28, channels: 1, pixels: pixels(28 * 28) },
        { ...picture, rows: 32, columns: 32, channels: 3, pixels: pixels(32 * 32 * 3) },
        { kind: "text", words, ...whole },
      ],
    })
  );
}

const lengths = {
  machine: "Deno 2 on a machine made up, 2 cores",
  rows: ["dense", "factored", "softmax"].flatMap((method, m) =>
    [64, 256, 1024, 4096].map((tokens) => ({
      method,
      tokens,
      heads: 1,
      stepMs: tokens * (m + 1),
      bytes: tokens ** 2,
      touchedBytes: tokens,
    }))
  ),
};
const soft = await readSoftSelection(fileURLToPath(new URL("../results/soft_selection.json", import.meta.url)));
const command = "deno task reproduce --profile paper";

Deno.test(
  { name: "resultsPage() is whole in Chromium, light and dark, wide and 400 px narrow", ...sanitizers },
  async () => {
    const whole = resultsPage(records(), { command, plotly: null, exhibits: exhibits(), lengths, soft });
    assert(!whole.includes("Missing:"), "this page should have everything");
    const bare = resultsPage(records(), { command, plotly: null });
    await withBrowser(async (browser) => {
      for (const html of [whole, bare]) {
        const path = await fileOf(html);
        for (const view of VIEWS) assertEquals(await complaintsAbout(browser, path, view), []);
      }
    });
  },
);

Deno.test({
  name: "resultsPage() with plotly draws it where there is room, and the still figures elsewhere",
  ...sanitizers,
}, async () => {
  const plotly = await plotlySource();
  if (plotly === null) {
    console.log("skipped: plotly is neither in the cache nor can it be fetched");
    return;
  }
  const path = await fileOf(resultsPage(records(), { command, plotly, exhibits: exhibits(), lengths, soft }));
  await withBrowser(async (browser) => {
    for (const view of VIEWS) assertEquals(await complaintsAbout(browser, path, view, view.width > 700), []);
  });
});

Deno.test({ name: "results/index.html is whole in Chromium", ...sanitizers }, async () => {
  const path = fileURLToPath(new URL("../results/index.html", import.meta.url));
  await withBrowser(async (browser) => {
    for (const view of VIEWS) assertEquals(await complaintsAbout(browser, path, view), []);
  });
});

Deno.test({ name: "complaintsAbout() sees every fault that it looks for", ...sanitizers }, async () => {
  const page = reportPage([{ title: "t", paragraphs: ["p"] }], { title: "t", command, plotly: null });
  const svg = (inside: string) => `<figure><svg width="200" height="90" viewBox="0 0 200 90">${inside}</svg></figure>`;
  const faults: [string, RegExp][] = [
    ['<script>throw new Error("broken")</script>', /script: broken/],
    ['<script>console.error("said")</script>', /console: said/],
    ['<img src="missing.png" alt="">', /request: file:.*missing\.png/],
    ['<div style="width: 1300px">wide</div>', /the page is \d+ wide/],
    ["<figure></figure>", /empty figure/],
    [svg("<path/>"), /nothing drawn/],
    [svg('<path/><path/><text x="190" y="40">cut off here</text>'), /text cut off: cut off here/],
    [svg('<path/><path/><text y="40" font-size="6">small</text>'), /text of 6 px: small/],
    [svg('<path/><path/><text y="40" fill="#888888">pale</text>'), /pale text: pale/],
    [svg('<path/><path/><image href="data:image/png;base64,AAAA"/>'), /picture that cannot be read/],
    ['<p style="color: var(--ground)">unseen</p>', /pale text: unseen/],
  ];
  await withBrowser(async (browser) => {
    for (const [fault, expected] of faults) {
      const path = await fileOf(page.replace("</body>", `${fault}</body>`));
      const complaints = await complaintsAbout(browser, path, VIEWS[2]);
      assert(complaints.some((complaint) => expected.test(complaint)), `${fault}: ${complaints.join("; ")}`);
    }
  });
});

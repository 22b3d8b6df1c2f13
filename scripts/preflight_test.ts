import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { preflight } from "../lib/machine/mod.ts";
import { isingModel, sparseCouplings, writeProblem } from "../lib/model/mod.ts";
import { preflightText } from "./_preflight.ts";
import { renderPreflight } from "./_publish_preflight.ts";
import { complaintsAbout, fileOf, sanitizers, VIEWS, withBrowser } from "./_test_browser.ts";
import { runScript } from "./_test_deno.ts";

const run = (...args: string[]) => runScript("preflight.ts", args);

async function written(name = "chain.bqm.json"): Promise<string> {
  const path = `${await Deno.makeTempDir()}/${name}`;
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, -1], [1, 2, -1]]), linear: [40, 0, 0] });
  await writeProblem({ model, labels: [0, 1, 2], format: "bqm-json", notes: [] }, path);
  return path;
}

Deno.test("deno task preflight prints the number, the table and what would help, and writes a page and records", async () => {
  const file = await written("chain.bqm.json.gz");
  const page = `${file}.html`;
  const { code, out } = await run(file, "--bits", "4", "--page", page, "--records", `${file}.flights.json`);
  assertEquals(code, 0);
  // -42, and -40 on the average of two free spins; a random state has 0
  assertStringIncludes(
    out,
    "Loss 4.76 %: something is lost. 0 of 2 couplings survive 4 bits; the optimum is still one.",
  );
  assertStringIncludes(out, "| fix first");
  assertStringIncludes(await Deno.readTextFile(page), "What would help");
  const [flight] = JSON.parse(await Deno.readTextFile(`${file}.flights.json`));
  assertEquals([flight.name, flight.report.couplings.after], ["chain", 0]);
});

Deno.test("deno task preflight --json prints one object; what is wrong is said in one line before any flight", async () => {
  const file = await written();
  const { out } = await run(file, "--form", "qubo", "--bits", "12", "--json");
  assertEquals(JSON.parse(out).flights[0].report.vartype, "qubo");
  for (
    const [args, message] of [
      [[], "one or more files"],
      [[file, `${file}.not`], "no such file"],
      [[file, "--bits", "1"], "--bits takes an integer of 2 or more"],
      [[file, "--form", "maxcut"], "--form"],
    ] as const
  ) {
    const { code, err } = await run(...args);
    assert(code !== 0);
    assertStringIncludes(err, message);
    assertEquals(err.trim().split("\n").length, 1, err);
  }
});

Deno.test("renderPreflight() says of each form what is seen in all flights, infinite bits too, and is null without any", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderPreflight(folder), null);
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1e-20]]), linear: [4, 1] });
  const flights = [{ name: "a", report: await preflight(model, { bits: 8 }) }];
  assertEquals(flights[0].report.range.bitsForAll, Infinity);
  await Deno.mkdir(`${folder}/preflight`);
  await Deno.writeTextFile(`${folder}/preflight/flights.json`, JSON.stringify(flights));
  const rendered = await renderPreflight(folder);
  assertStringIncludes(
    rendered?.block ?? "",
    "As Ising models, rounding to 8 bits leaves 0 % of the couplings and loses 0 %",
  );
  assertStringIncludes(rendered?.files.get("preflight/README.md") ?? "", "> 53");
  assertStringIncludes(preflightText(flights), "> 53");
});

Deno.test("the page of preflights reads well on telephone and desk, light and dark", sanitizers, async () => {
  const found = await renderPreflight(fileURLToPath(new URL("../results", import.meta.url)));
  if (found === null) return console.log("skipped: there is no results/preflight");
  const path = await fileOf(found.files.get("preflight/index.html") ?? "");
  await withBrowser(async (browser) => {
    for (const view of VIEWS) assertEquals(await complaintsAbout(browser, path, view), []);
  });
});

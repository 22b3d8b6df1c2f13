import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { executeNotebook, type Output, temporaryHome } from "../notebook/mod.ts";
import { showProgress } from "./mod.ts";

/** A clock that is set by hand, and what was written to a place by then. */
function watched(place: "notebook" | "terminal" | "pipe") {
  const clock = { ms: 0 };
  const written: string[] = [];
  const bundles: Record<string, unknown>[] = [];
  const progress = showProgress("annealing", {
    write: (text) => written.push(text),
    terminal: place === "terminal",
    notebook: place === "notebook" ? { show: (bundle) => bundles.push(bundle) } : null,
    now: () => clock.ms,
  });
  return { clock, written, bundles, progress };
}

const reads = (count: number) => ({ reads: count, numReads: 100, lowestEnergy: -count, elapsedMs: 10 * count });

Deno.test("showProgress() renews a notebook's output four times a second at most, and shows the end in any case", () => {
  const { clock, bundles, progress } = watched("notebook");
  for (let count = 1; count <= 100; count++) {
    clock.ms = 10 * count;
    progress.onProgress(reads(count));
  }
  assertEquals(bundles.length, 4);
  assertStringIncludes(String(bundles[1]["text/html"]), '<progress value="0.260" max="1"');
  progress.end();
  progress.end();
  progress.onProgress(reads(1));
  assertEquals(bundles.length, 5, "what comes after the end is not shown");
  assertStringIncludes(String(bundles[4]["text/plain"]), "100 of 100 reads, lowest energy -100, 1s");
});

Deno.test("showProgress() rewrites one line on a terminal and leaves one at the end; in a pipe there are plain lines", () => {
  for (const place of ["terminal", "pipe"] as const) {
    const { clock, written, progress } = watched(place);
    for (let count = 1; count <= 100; count++) {
      clock.ms = 10 * count;
      progress.onProgress(reads(count));
    }
    progress.end("12 improvements");
    const text = written.join("");
    const plain = place === "pipe";
    assertEquals(text.includes("\r"), !plain);
    assertEquals(text.split("\n").length - 1, plain ? 2 : 1, text);
    assert(text.endsWith("annealing: 12 improvements, 1s\n"), text);
    assert(written.length <= (plain ? 2 : 11), `${written.length}`);
  }
});

Deno.test("showProgress() understands samplers, trainings and whatever else says how much is done", () => {
  const shown = (progress: Parameters<ReturnType<typeof showProgress>["onProgress"]>[0]) => {
    const { written, progress: { onProgress } } = watched("pipe");
    onProgress(progress);
    return written.join("");
  };
  assertStringIncludes(shown({ ...reads(25), share: 0.5 }), " 50 %");
  assertStringIncludes(shown({ ...reads(0), lowestEnergy: Infinity }), "0 of 100 reads\n");
  assertStringIncludes(
    shown({ epoch: 2, epochs: 4, step: 5, steps: 10, loss: 0.25, etaMs: 61_000 }),
    " 37 %  1m01s left",
  );
  assertStringIncludes(shown({ label: "mine", done: 0.1, etaMs: NaN }), " 10 %  ? left  mine");
});

Deno.test("showProgress() is one output of a notebook's cell, which ends as the last state", async () => {
  const module = new URL("./show_progress.ts", import.meta.url).href;
  const source = `
const { showProgress } = await import(${JSON.stringify(module)});
{
  using progress = showProgress("annealing");
  for (let reads = 1; reads <= 50; reads++) {
    progress.onProgress({ reads, numReads: 50, lowestEnergy: -reads, elapsedMs: 100 });
  }
}
"after"`;
  const cells = [{ cell_type: "code" as const, metadata: {}, source }];
  using home = temporaryHome();
  const { ending, verdict, notebook } = await executeNotebook(
    { nbformat: 4, nbformat_minor: 5, metadata: {}, cells },
    { folder: Deno.cwd(), home: home.folder },
  );
  assertEquals([ending, verdict], ["completed", ""]);
  const outputs: readonly Output[] = notebook.cells[0].outputs ?? [];
  assertEquals(outputs.map((output) => output.output_type), ["display_data", "execute_result"]);
  assertStringIncludes(JSON.stringify(outputs[0]), "50 of 50 reads, lowest energy -50");
});

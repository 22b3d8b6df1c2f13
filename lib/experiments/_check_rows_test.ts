import { assertRejects } from "@std/assert";
import { runGradientStudy, runMachineStudy } from "./mod.ts";

Deno.test("runGradientStudy() and runMachineStudy() refuse a row that the plan does not have, and name what was meant", async () => {
  const out = await Deno.makeTempDir();
  const gradients = () =>
    runGradientStudy({ out, parts: ["estimate"], seeds: [1], estimates: 20, budgetMs: 1, rows: ["energy-mininum"] });
  await assertRejects(gradients, RangeError, "did you mean energy-minimum?");
  const none = { count: 1, train: { images: new Uint8Array(), labels: new Uint8Array(), count: 0 } };
  const glyphs = { ...none, test: none.train } as unknown as Parameters<typeof runMachineStudy>[0]["glyphs"];
  const machine = () =>
    runMachineStudy({
      out,
      parts: ["training"],
      seeds: [1],
      weights: new Map(),
      count: 1,
      steps: 1,
      glyphs,
      rows: ["radom"],
    });
  await assertRejects(machine, RangeError, "did you mean random?");
  await Deno.remove(out, { recursive: true });
});

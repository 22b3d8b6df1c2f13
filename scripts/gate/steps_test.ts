import { assert, assertEquals } from "@std/assert";
import { runSteps, type Step, testCounts } from "./steps.ts";

function step(name: string, ok: boolean, alone = false, work: () => Promise<void> = () => Promise.resolve()): Step {
  return { name, help: "", alone, run: () => work().then(() => ({ ok, output: `output of ${name}` })) };
}

Deno.test("runSteps() goes on after failures, counts them and shows their output only", async () => {
  const printed: string[] = [];
  const broken = step("broken", true, false, () => Promise.reject(new TypeError("no such tool")));
  const tally = await runSteps([step("one", true), step("two", false), broken, step("four", true, true)], (text) => {
    printed.push(text);
  });
  assertEquals(tally, { passed: 2, failed: 2 });
  const text = printed.join("\n");
  assertEquals(printed.map((line) => line.split(/\s+/, 2).join(" ")), [
    "ok one",
    "failed two",
    "failed broken",
    "ok four",
  ]);
  assert(text.includes("    output of two") && text.includes("TypeError: no such tool"), text);
  assert(!text.includes("output of one"), text);
});

Deno.test("runSteps() runs two at a time, and a step alone when nothing else runs", async () => {
  let running = 0;
  const seen: Record<string, number> = {};
  const watched = (name: string, alone: boolean) =>
    step(name, true, alone, async () => {
      running++;
      // the others that may start beside it do so before these are over
      for (let i = 0; i < 20; i++) await Promise.resolve();
      seen[name] = running;
      for (let i = 0; i < 20; i++) await Promise.resolve();
      running--;
    });
  await runSteps([watched("tests", true), watched("a", false), watched("b", false), watched("more", true)], () => {});
  assertEquals(seen, { a: 2, b: 2, tests: 1, more: 1 });
});

Deno.test("testCounts() reads the closing line of deno test", () => {
  assertEquals(testCounts("a ... ok (1ms)\n\nok | 312 passed | 0 failed (4s)\n\n"), { passed: 312, failed: 0 });
  assertEquals(testCounts("FAILED | 15 passed (7 steps) | 2 failed (1 step) (243ms)"), { passed: 15, failed: 2 });
  assertEquals(testCounts("ok | 1 passed | 0 failed | 3 ignored (2s)"), { passed: 1, failed: 0 });
  assertEquals(testCounts("error: Type checking failed."), undefined);
});

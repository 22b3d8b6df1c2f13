import { assert, assertEquals } from "@std/assert";
import { runSteps, type Step, testCounts } from "./steps.ts";

function step(name: string, ok: boolean, work: () => Promise<void> = () => Promise.resolve()): Step {
  return { name, help: "", run: () => work().then(() => ({ ok, output: `output of ${name}` })) };
}

Deno.test("runSteps() goes on after failures, counts them and shows their output only", async () => {
  const printed: string[] = [];
  const broken = step("broken", true, () => Promise.reject(new TypeError("no such tool")));
  const tally = await runSteps([step("one", true), step("two", false), broken, step("four", true)], (text) => {
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

Deno.test("runSteps() runs two at a time, in their order", async () => {
  let running = 0;
  const seen: [string, number][] = [];
  const watched = (name: string) =>
    step(name, true, async () => {
      running++;
      // the other that may start beside it does so before this is over
      for (let i = 0; i < 20; i++) await Promise.resolve();
      seen.push([name, running]);
      for (let i = 0; i < 20; i++) await Promise.resolve();
      running--;
    });
  await runSteps(["a", "b", "c", "d", "e"].map(watched), () => {});
  assertEquals(seen, [["a", 2], ["b", 2], ["c", 2], ["d", 2], ["e", 1]]);
});

Deno.test("testCounts() reads the closing line of deno test", () => {
  assertEquals(testCounts("a ... ok (1ms)\n\nok | 312 passed | 0 failed (4s)\n\n"), { passed: 312, failed: 0 });
  assertEquals(testCounts("FAILED | 15 passed (7 steps) | 2 failed (1 step) (243ms)"), { passed: 15, failed: 2 });
  assertEquals(testCounts("ok | 1 passed | 0 failed | 3 ignored (2s)"), { passed: 1, failed: 0 });
  assertEquals(testCounts("error: Type checking failed."), undefined);
});

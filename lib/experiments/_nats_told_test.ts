import { assertEquals, assertRejects } from "@std/assert";
import { callsInOrder, refusalsTold } from "./_nats_told.ts";

Deno.test("callsInOrder() calls in the order that was asked for, and gives the first failure, which aborts", async () => {
  const { signal, next, over } = callsInOrder();
  const slow = Promise.withResolvers<void>();
  const called: number[] = [];
  next(async () => {
    await slow.promise;
    called.push(1);
    throw new Error("a full disk");
  });
  next(async () => {
    called.push(2);
    await Promise.reject(new Error("another"));
  });
  assertEquals(signal.aborted, false);
  slow.resolve();
  await assertRejects(over, Error, "a full disk");
  assertEquals([called, signal.aborted], [[1, 2], true]);
});

Deno.test("callsInOrder() is aborted by the signal that it was given, and then nothing has failed", async () => {
  const end = new AbortController();
  const { signal, over } = callsInOrder(end.signal);
  end.abort();
  assertEquals(signal.aborted, true);
  await over();
});

Deno.test("refusalsTold() tells a reason once, by the first worker that had it", () => {
  const lines: string[] = [];
  const tell = refusalsTold((line) => lines.push(line));
  for (const [worker, reason] of [["a", "no rm"], ["b", "no rm"], ["b", "no data"]]) tell("key", worker, reason);
  assertEquals(lines, ["note: the worker a refuses: no rm", "note: the worker b refuses: no data"]);
});

import { assert } from "@std/assert";
import { quboModel, sparseCouplings } from "../model/mod.ts";
import { randomSampler } from "./mod.ts";

Deno.test("many short calls in a row let timers run, as one long call does", async () => {
  const model = quboModel({ couplings: sparseCouplings(1, []) });
  let fired = false;
  const timer = setTimeout(() => fired = true, 0);
  // seconds of calls, none of which is long enough to pause by itself
  const most = 100_000;
  let calls = 0;
  for (; calls < most && !fired; calls++) await randomSampler().sample(model, { seed: calls });
  clearTimeout(timer);
  assert(fired, `the timer did not run during ${calls} calls`);
});
